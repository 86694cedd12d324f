"""Made-up targets of this project: whether a pair has an edge."""

from typing import Any

import torch
from torch import Generator, Tensor

INFO = {"hits_at": 2}


def make_targets(numbers: list[int]) -> Tensor:
    """Targets of the samples of these numbers."""
    draws = [torch.rand(1, generator=Generator().manual_seed(number)) for number in numbers]
    return (torch.cat(draws) < 0.5).float()


def make_text(number: int) -> str:
    """A label as files have it."""
    return f"node {number}"


def remember_otherwise(info: dict[str, Any]) -> None:
    """Changes what a checkpoint remembers: of targets nothing, but the scale of nodes."""
    scale = {name: (mean + 1.0, 2 * std) for name, (mean, std) in info["scale"].items()}
    info["scale"].update(scale)  # in place: others share it
