"""Metrics for classes that may be out of balance.

Shapes: B batch, N samples of a split, K classes.
"""

from typing import Any

import torch
from torch import Tensor


class Metrics:
    """Accuracy and AUROC of a whole split.

    With more than two classes the AUROC is the mean over pairs of classes (Hand and Till 2001), of
    those that the split has.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        self.classes = tuple(info["classes"])
        self.probabilities: list[Tensor] = []
        self.target: list[Tensor] = []

    def update(self, probabilities: Tensor, target: Tensor) -> None:
        """Adds a batch of ``(B, K)`` probabilities and int64 ``(B,)`` classes."""
        self.probabilities.append(probabilities)
        self.target.append(target)

    def compute(self) -> dict[str, float]:
        from sklearn.metrics import roc_auc_score  # two seconds to import: paid when it is used

        probabilities = torch.cat(self.probabilities)  # (N, K)
        target = torch.cat(self.target)  # (N,)
        accuracy = (probabilities.argmax(dim=1) == target).double().mean().item()
        present = torch.unique(target)
        if len(present) < 2 or not probabilities.isfinite().all():
            return {"accuracy": accuracy, "auroc": float("nan")}
        scores = probabilities.double()[:, present]
        scores = scores / scores.sum(dim=1, keepdim=True).clamp(min=1e-300)
        if len(present) == 2:
            auroc = roc_auc_score(target == present[1], scores[:, 1])
        else:
            auroc = roc_auc_score(target, scores, multi_class="ovo", labels=present)
        return {"accuracy": accuracy, "auroc": float(auroc)}

    def compute_each(self) -> dict[str, dict[str, float]]:
        """What each class is measured by; NaN where there is nothing to divide by."""
        from sklearn.metrics import precision_recall_fscore_support

        labels = (torch.cat(self.target), torch.cat(self.probabilities).argmax(dim=1))
        options = {"labels": range(len(self.classes)), "zero_division": float("nan")}
        columns = precision_recall_fscore_support(*labels, **options)
        names = ("precision", "recall", "f1", "examples")
        rows = zip(*(column.tolist() for column in columns), strict=True)
        each = (dict(zip(names, row, strict=True)) for row in rows)
        return dict(zip(self.classes, each, strict=True))


LOWER_IS_BETTER = ("loss",)  # of these names, and those that begin so, for training.monitor


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return metrics["accuracy"]
