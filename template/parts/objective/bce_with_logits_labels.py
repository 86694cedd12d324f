"""Binary cross-entropy of a logit for each label, and the probabilities that belong to it.

Shapes: B batch, K labels.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import torch
import torch.nn.functional as F
from cyclopts import Parameter, validators
from torch import Tensor, nn

from .engine.labels import DataError
from .engine.ranges import Positive


@dataclass
class ObjectiveSettings:
    pos_weight: list[Positive] | None
    """How much the presence of each label weighs in training, for rare ones; none: 1 for all."""
    threshold: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=1))]
    """Probability from which on a label is predicted."""


def num_outputs(info: dict[str, Any]) -> int:
    """What the model gives: a logit for each label."""
    return len(info["labels"])


class Objective(nn.Module):
    """Logits ``(B, K)`` and 1, 0 or NaN, which is left out, to a mean loss and its count."""

    pos_weight: Tensor | None

    def __init__(self, settings: ObjectiveSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.info = {**info, "threshold": settings.threshold}
        weights, names = settings.pos_weight, info["labels"]
        if weights is not None and (len(weights) != len(names) or min(weights) <= 0):
            raise DataError(f"objective.pos_weight: give each of {names} a number above 0")
        self.register_buffer("pos_weight", None if weights is None else torch.tensor(weights))

    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        # Weights shape the training only: in evaluation the loss is comparable between settings.
        weight = self.pos_weight if self.training else None
        losses = F.binary_cross_entropy_with_logits(
            logits, target.nan_to_num(), pos_weight=weight, reduction="none"
        )
        count = self.count(target)
        return losses.where(target.isfinite(), 0).sum() / count.clamp(min=1), count

    def count(self, target: Tensor) -> Tensor:
        """How many are known. It stays on the device, which else must wait."""
        return target.isfinite().sum()

    def predict(self, logits: Tensor) -> Tensor:
        """The probability of each label, ``(B, K)``."""
        return logits.sigmoid()
