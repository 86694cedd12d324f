"""Where the work is done: the accelerator if there is one, else the CPU."""

import sys
from typing import Literal

import torch
from torch import Tensor

Precision = Literal["auto", "fp32", "bf16", "fp16"]


class DeviceError(Exception):
    """A device that this machine or this build of torch does not have, or cannot use so."""


def choose_device(name: str | None) -> torch.device:
    """The named device; without a name the accelerator, or the CPU where there is none."""
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    try:
        device = torch.device(name) if name else accelerator or torch.device("cpu")
        if device.index is None and device.type != "cpu":
            device = torch.device(device.type, 0)
        torch.empty(0, device=device)
    except (AssertionError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise DeviceError(f"training.device {name} cannot be used here: {reason}") from error
    if accelerator and device.type == accelerator.type:
        torch.accelerator.set_device_index(device.index)
    return device


def autocast(device: torch.device, precision: Precision) -> torch.autocast:
    """Matrix products in 16 bits where they are fast; ``auto``: bf16 on CUDA devices with it.

    The weights, and what loses too much in 16 bits, stay in 32 (Micikevicius et al. 2018).
    """
    if precision == "auto":
        fast = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        precision = "bf16" if fast else "fp32"
    dtype = torch.float16 if precision == "fp16" else torch.bfloat16
    return torch.autocast(device.type, dtype, enabled=precision != "fp32")


def peak_memory(device: torch.device) -> int:
    """MB used at most, of the accelerator or else of this process; 0 on Windows."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) // 10**6
    if sys.platform == "win32":
        return 0
    from resource import RUSAGE_SELF, getrusage

    unit = 1 if sys.platform == "darwin" else 1024  # bytes
    return getrusage(RUSAGE_SELF).ru_maxrss * unit // 10**6


def to_device(
    batch: tuple[tuple[Tensor, ...], Tensor], device: torch.device
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Inputs and target on the device; from pinned memory the copy does not hold up the CPU."""
    inputs, target = batch
    moved = tuple(tensor.to(device, non_blocking=True) for tensor in inputs)
    return moved, target.to(device, non_blocking=True)
