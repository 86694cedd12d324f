"""Where the work is done: the accelerator if there is one, else the CPU."""

import torch
from torch import Tensor


def choose_device(name: str | None) -> torch.device:
    """The named device; without a name the accelerator, or the CPU where there is none."""
    if name is not None:
        return torch.device(name)
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def to_device(
    batch: tuple[tuple[Tensor, ...], Tensor], device: torch.device
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Inputs and target on the device; from pinned memory the copy does not hold up the CPU."""
    inputs, target = batch
    moved = tuple(tensor.to(device, non_blocking=True) for tensor in inputs)
    return moved, target.to(device, non_blocking=True)
