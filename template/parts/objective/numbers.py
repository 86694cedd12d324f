"""A loss of numbers, which the model gives in standard deviations, and the way back to their units.

Shapes: B batch, K columns.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


# jinja: if loss == "huber"
@dataclass
class ObjectiveSettings:
    delta: float
    """Standard deviations up to which an error counts squared; a larger one counts by its size."""

    def __post_init__(self) -> None:
        if not 0 < self.delta <= 1e6:
            raise ValueError(f"objective.delta is {self.delta}: it must be above 0, and below 1e6")


# jinja: else
@dataclass
class ObjectiveSettings:
    """There is nothing to set."""


# jinja: endif
def num_outputs(info: dict[str, Any]) -> int:
    """What the model gives: a number for each column."""
    return len(info["target_columns"])


class Objective(nn.Module):
    """Outputs and numbers ``(B, K)``, NaN if unknown, to a mean loss and the count of it."""

    mean: Tensor
    std: Tensor

    def __init__(self, settings: ObjectiveSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.info = info
        # jinja: if loss == "huber"
        self.delta = settings.delta
        # jinja: endif
        # Of the training numbers. Without them the loss would depend on the unit, and so would the
        # best learning rate; of several columns the one with the largest numbers would be all.
        self.register_buffer("mean", torch.tensor(info["target_mean"]), persistent=False)
        self.register_buffer("std", torch.tensor(info["target_std"]), persistent=False)

    def forward(self, outputs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        known = target.isfinite()
        scaled = ((target - self.mean) / self.std).where(known, 0)
        # jinja: if loss == "huber"
        losses = F.huber_loss(outputs, scaled, delta=self.delta, reduction="none")
        # jinja: elif loss == "l1"
        losses = F.l1_loss(outputs, scaled, reduction="none")
        # jinja: else
        losses = F.mse_loss(outputs, scaled, reduction="none")
        # jinja: endif
        count = self.count(target)
        return losses.where(known, 0).sum() / count.clamp(min=1), count

    def count(self, target: Tensor) -> Tensor:
        """How many are known. It stays on the device, which else must wait."""
        return target.isfinite().sum()

    def predict(self, outputs: Tensor) -> Tensor:
        """Numbers ``(B, K)`` in their own units."""
        return outputs * self.std + self.mean
