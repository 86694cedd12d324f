"""Metrics of classification.

Shapes: B batch, K classes.
"""

from typing import Any

import torch
from torch import Tensor


class Metrics:
    """Accuracy and macro-averaged F1 of a whole split, from the confusion matrix."""

    def __init__(self, info: dict[str, Any]) -> None:
        self.classes = tuple(info["classes"])
        num_classes = len(self.classes)
        # A row is a class, a column what was predicted.
        self.confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)

    def update(self, probabilities: Tensor, target: Tensor) -> None:
        """Adds a batch of ``(B, K)`` probabilities and int64 ``(B,)`` classes."""
        cells = (target, probabilities.argmax(dim=1))
        self.confusion.index_put_(cells, torch.ones_like(target), accumulate=True)

    def compute(self) -> dict[str, float]:
        confusion = self.confusion.double()
        hits, sums = confusion.diagonal(), confusion.sum(dim=0) + confusion.sum(dim=1)
        found = sums > 0  # a class that is neither there nor predicted has no F1
        return {
            "accuracy": (hits.sum() / confusion.sum()).item(),
            "macro_f1": (2 * hits[found] / sums[found]).mean().item(),
        }

    def compute_each(self) -> dict[str, dict[str, float]]:
        """What each class is measured by; NaN where there is nothing to divide by."""
        confusion = self.confusion.double()
        hits, predicted, true = confusion.diagonal(), confusion.sum(dim=0), confusion.sum(dim=1)
        columns = (hits / predicted, hits / true, 2 * hits / (predicted + true), true)
        names = ("precision", "recall", "f1", "examples")
        each = (dict(zip(names, row, strict=True)) for row in torch.stack(columns, dim=1).tolist())
        return dict(zip(self.classes, each, strict=True))


LOWER_IS_BETTER = ("loss",)  # of these names, and those that begin so, for training.monitor


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return metrics["accuracy"]
