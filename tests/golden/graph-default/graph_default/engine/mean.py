"""The mean loss of an epoch or a split, each sample of which counts once."""

import torch
from torch import Tensor


class Mean:
    """A running mean, however the samples are batched; ``totals`` is all that it knows."""

    def __init__(self, device: torch.device) -> None:
        self.totals = torch.zeros(2, device=device)  # sum of the values, and their count

    def update(self, value: Tensor, count: Tensor | int) -> None:
        """Adds the mean ``value`` of ``count`` samples; the device need not wait for it."""
        self.totals += torch.stack([value * count, torch.ones_like(value) * count])

    def compute(self) -> float:
        total, count = self.totals.tolist()
        return float(total / count)
