"""Negative log-likelihood of class indices, and the probabilities that belong to it.

The model gives logits; the log-softmax stands here, so that loss and activation cannot part.

Shapes: B batch, K classes.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class ObjectiveSettings:
    class_weights: list[float] | None
    """Weight of each class in training, for unbalanced data; none: all count the same."""


class Objective(nn.Module):
    """Logits ``(B, K)`` and int64 classes ``(B,)`` to a mean loss and the count it is a mean of."""

    weights: Tensor | None

    def __init__(self, settings: ObjectiveSettings) -> None:
        super().__init__()
        weights = settings.class_weights
        self.register_buffer("weights", None if weights is None else torch.tensor(weights))

    # jinja: if task == "node_classification"
    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        # Targets of -100 do not count. Their number stays on the device, which else has to wait.
        counted = target >= 0
        log_probabilities = logits.log_softmax(dim=1)
        if self.weights is None or not self.training:
            total, count = F.nll_loss(log_probabilities, target, reduction="sum"), counted.sum()
            return total / count.clamp(min=1), count
        total = F.nll_loss(log_probabilities, target, self.weights, reduction="sum")
        weight = (self.weights[target.clamp(min=0)] * counted).sum()
        return total / weight.clamp(min=1e-12), weight

    # jinja: else
    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor | int]:
        log_probabilities = logits.log_softmax(dim=1)
        if self.weights is None or not self.training:
            return F.nll_loss(log_probabilities, target), len(target)
        # torch divides by the weights of the targets, so this is the count of a weighted mean.
        return F.nll_loss(log_probabilities, target, self.weights), self.weights[target].sum()

    # jinja: endif
    def predict(self, logits: Tensor) -> Tensor:
        """Probabilities ``(B, K)``."""
        return logits.log_softmax(dim=1).exp()
