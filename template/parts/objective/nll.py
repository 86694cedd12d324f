"""Negative log-likelihood of class indices, and the probabilities that belong to it.

The model gives logits; the log-softmax is here, so that loss and activation cannot part.

Shapes: B batch, K classes.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .engine.labels import DataError
from .engine.ranges import Positive


@dataclass
class ObjectiveSettings:
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
        weights, classes = settings.class_weights, info["classes"]
        if weights is not None and len(weights) != len(classes):
            what = f"objective.class_weights has {len(weights)} numbers for {len(classes)} classes"
            raise DataError(f"{what}: give one for each of {', '.join(classes)}, in this order")
        self.register_buffer("weights", None if weights is None else torch.tensor(weights))

    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor | int]:
        weights = self.weights if self.training else None
        # jinja: if output == "node"
        total = F.nll_loss(logits.log_softmax(dim=1), target, weights, reduction="sum")
        count = self.count(target)
        return total / count.clamp(min=1e-12), count

        # jinja: else
        return F.nll_loss(logits.log_softmax(dim=1), target, weights), self.count(target)

        # jinja: endif

    # jinja: if output == "node"
    def count(self, target: Tensor) -> Tensor:
        """Weights of the nodes that the mean loss is over, without -100, as a tensor."""
        if self.weights is None or not self.training:
            return (target >= 0).sum()
        return F.pad(self.weights, (0, 1))[target.clamp(min=-1)].sum()  # -100: the added 0

    # jinja: else
    def count(self, target: Tensor) -> Tensor | int:
        """The weights of the targets, by which torch divides; without weights their number."""
        if self.weights is None or not self.training:
            return len(target)
        return self.weights[target].sum()

    # jinja: endif
    def predict(self, logits: Tensor) -> Tensor:
        """Probabilities ``(B, K)``."""
        return logits.log_softmax(dim=1).exp()
