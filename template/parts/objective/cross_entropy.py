"""Cross-entropy of logits and class indices, and the probabilities that belong to it.

Shapes: B batch, K classes.
"""

from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from .engine.ranges import FractionBelowOne


@dataclass
class ObjectiveSettings:
    label_smoothing: FractionBelowOne
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
        # jinja: if output == "node"
        total = F.cross_entropy(logits, target, label_smoothing=smoothing, reduction="sum")
        count = self.count(target)
        return total / count.clamp(min=1), count

        # jinja: else
        return F.cross_entropy(logits, target, label_smoothing=smoothing), self.count(target)

        # jinja: endif

    # jinja: if output == "node"
    def count(self, target: Tensor) -> Tensor:
        """Number of nodes that the mean loss is over, without -100; kept on the device."""
        return (target >= 0).sum()

    # jinja: else
    def count(self, target: Tensor) -> int:
        """Number of samples that the mean loss is over."""
        return len(target)

    # jinja: endif
    def predict(self, logits: Tensor) -> Tensor:
        """Probabilities ``(B, K)``."""
        return logits.softmax(dim=1)
