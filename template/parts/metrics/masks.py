"""Metrics of segmentation.

Shapes: B batch, K classes, H height, W width.
"""

from typing import Any

import torch
from torch import Tensor

from .engine.masks import VOID


class Metrics:
    """Mean intersection over union of all pixels of a split, from the confusion matrix."""

    def __init__(self, info: dict[str, Any]) -> None:
        self.classes = tuple(info["classes"])
        num_classes = len(self.classes)
        # A row is a class, a column what was predicted; the counts are of pixels.
        self.confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)

    def update(self, probabilities: Tensor, target: Tensor) -> None:
        """Adds a batch of ``(B, K, H, W)`` probabilities and int64 ``(B, H, W)`` classes."""
        counted, size = target != VOID, len(self.classes)
        cells = size * target[counted] + probabilities.argmax(dim=1)[counted]
        self.confusion += cells.bincount(minlength=size * size).view(size, size)

    def compute(self) -> dict[str, float]:
        confusion = self.confusion.double()
        hits, sums = confusion.diagonal(), confusion.sum(dim=0) + confusion.sum(dim=1)
        found = sums > 0  # a class that is neither there nor predicted has no union
        return {
            "mean_iou": (hits[found] / (sums - hits)[found]).mean().item(),
            "pixel_accuracy": (hits.sum() / confusion.sum()).item(),
        }

    def compute_each(self) -> dict[str, dict[str, float]]:
        """What each class is measured by; NaN where there is nothing to divide by."""
        confusion = self.confusion.double()
        hits, predicted, true = confusion.diagonal(), confusion.sum(dim=0), confusion.sum(dim=1)
        columns = (hits / (predicted + true - hits), hits / predicted, hits / true, true)
        names = ("iou", "precision", "recall", "pixels")
        each = (dict(zip(names, row, strict=True)) for row in torch.stack(columns, dim=1).tolist())
        return dict(zip(self.classes, each, strict=True))


LOWER_IS_BETTER = ("loss",)  # of these names, and those that begin so, for training.monitor


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return metrics["mean_iou"]
