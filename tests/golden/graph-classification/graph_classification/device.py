"""Where the work is done: the accelerator if there is one, else the CPU."""

import torch
from torch import Tensor


class DeviceError(Exception):
    """A device that this machine or this build of torch does not have."""


def choose_device(name: str | None) -> torch.device:
    """The named device; without a name the accelerator, or the CPU where there is none."""
    if name is None:
        return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    try:
        return torch.empty(0, device=name).device
    except (AssertionError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise DeviceError(f"training.device {name} cannot be used here: {reason}") from error


def to_device(
    batch: tuple[tuple[Tensor, ...], Tensor], device: torch.device
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Inputs and target on the device; from pinned memory the copy does not hold up the CPU."""
    inputs, target = batch
    moved = tuple(tensor.to(device, non_blocking=True) for tensor in inputs)
    return moved, target.to(device, non_blocking=True)
