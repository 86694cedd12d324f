"""What a model is measured by that gives each example any number of labels.

Shapes: B batch, N examples of a split, K labels.
"""

from typing import Any

import torch
from torch import Tensor


class Metrics:
    """Mean average precision, over the labels that a split has, and F1 of all labels together."""

    def __init__(self, info: dict[str, Any]) -> None:
        self.threshold, self.labels = info["threshold"], tuple(info["labels"])
        self.probabilities: list[Tensor] = []
        self.target: list[Tensor] = []

    def update(self, probabilities: Tensor, target: Tensor) -> None:
        """Adds a batch of ``(B, K)`` probabilities and targets, which are 1, 0 or NaN."""
        self.probabilities.append(probabilities.float())
        self.target.append(target)

    def compute(self) -> dict[str, float]:
        from sklearn.metrics import average_precision_score  # slow to import: paid when it is used

        probabilities, target = torch.cat(self.probabilities), torch.cat(self.target)  # (N, K)
        known = target.isfinite()
        predicted = (probabilities >= self.threshold) & known
        present = target == 1
        sums = predicted.sum() + present.sum()  # 0 leads to NaN, for there is nothing to say
        micro_f1 = (2 * (predicted & present).sum() / sums).item()
        found = present.any(dim=0) & probabilities.isfinite().all()
        columns = zip(present.T[found], probabilities.T[found], known.T[found], strict=True)
        scores = [average_precision_score(true[rows], p[rows]) for true, p, rows in columns]
        return {"map": sum(scores) / len(scores) if scores else float("nan"), "micro_f1": micro_f1}

    def compute_each(self) -> dict[str, dict[str, float]]:
        """What each label is measured by, NaN where there is nothing to divide by."""
        from sklearn.metrics import average_precision_score

        probabilities, target = torch.cat(self.probabilities), torch.cat(self.target)  # (N, K)
        each = {}
        for label, found, true in zip(self.labels, probabilities.T, target.T, strict=True):
            known, present, score = true.isfinite(), true == 1, float("nan")
            if present.any() and found.isfinite().all():
                score = float(average_precision_score(true[known], found[known]))
            predicted = (found >= self.threshold) & known
            hits = (predicted & present).sum()
            each[label] = {
                "average_precision": score,
                "precision": (hits / predicted.sum()).item(),
                "recall": (hits / present.sum()).item(),
                "f1": (2 * hits / (predicted.sum() + present.sum())).item(),
                "examples": int(present.sum()),
            }
        return each


LOWER_IS_BETTER = ("loss",)  # of these names, and those that begin so, for training.monitor


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return metrics["map"]
