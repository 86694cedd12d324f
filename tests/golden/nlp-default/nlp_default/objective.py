"""Cross-entropy of logits and class indices, and the probabilities that belong to it.

Shapes: B batch, K classes.
"""

from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class ObjectiveSettings:
    label_smoothing: float
    """Fraction of the target spread over all classes in training (Szegedy et al. 2016)."""


def num_outputs(info: dict[str, Any]) -> int:
    """What the model gives: a logit for each class."""
    return len(info["classes"])


class Objective(nn.Module):
    """Logits ``(B, K)`` and int64 classes ``(B,)`` to a mean loss and the count it is a mean of."""

    def __init__(self, settings: ObjectiveSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.info = info
        self.label_smoothing = settings.label_smoothing

    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor | int]:
        # Smoothing shapes the training only: in evaluation the loss is comparable between settings.
        smoothing = self.label_smoothing if self.training else 0.0
        return F.cross_entropy(logits, target, label_smoothing=smoothing), self.count(target)

    def count(self, target: Tensor) -> int:
        """How many there are."""
        return len(target)

    def predict(self, logits: Tensor) -> Tensor:
        """Probabilities ``(B, K)``."""
        return logits.softmax(dim=1)
