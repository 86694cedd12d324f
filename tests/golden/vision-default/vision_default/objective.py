"""Cross-entropy of logits and class indices, and the probabilities that belong to it.

Shapes: B batch, K classes.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .engine.labels import DataError
from .engine.ranges import FractionBelowOne, Positive


@dataclass
class ObjectiveSettings:
    label_smoothing: FractionBelowOne
    """Fraction of the target spread over all classes in training (Szegedy et al. 2016)."""
    class_weights: list[Positive] | None
    """Weight of each class in training, for unbalanced data; none: all count the same."""


def num_outputs(info: dict[str, Any]) -> int:
    """What the model gives: a logit for each class."""
    return len(info["classes"])


class Objective(nn.Module):
    """Logits ``(B, K)`` and int64 classes ``(B,)`` to a mean loss and the count it is a mean of."""

    weights: Tensor | None

    def __init__(self, settings: ObjectiveSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.info = info
        self.label_smoothing = settings.label_smoothing
        weights, classes = settings.class_weights, info["classes"]
        if weights is not None and len(weights) != len(classes):
            what = f"objective.class_weights has {len(weights)} numbers for {len(classes)} classes"
            raise DataError(f"{what}: give one for each of {', '.join(classes)}, in this order")
        self.register_buffer("weights", None if weights is None else torch.tensor(weights))

    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor | int]:
        # Both shape the training only: in evaluation the loss is comparable between settings.
        smoothing = self.label_smoothing if self.training else 0.0
        weights = self.weights if self.training else None
        # The mean of PyTorch itself would be over samples, not weights, where images are mixed.
        total = F.cross_entropy(logits, target, weights, label_smoothing=smoothing, reduction="sum")
        count = self.count(target)
        return total / count, count

    def count(self, target: Tensor) -> Tensor | int:
        """Weights of the samples that the mean loss is over; without weights their number."""
        if self.weights is None or not self.training:
            return len(target)
        if target.is_floating_point():  # the share of each class, of mixed images
            return (target @ self.weights).sum()
        return self.weights[target].sum()

    def predict(self, logits: Tensor) -> Tensor:
        """Probabilities ``(B, K)``."""
        return logits.softmax(dim=1)
