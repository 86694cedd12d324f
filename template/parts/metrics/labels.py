"""What a model is measured by that gives each example any number of labels.

Shapes: B batch, N examples of a split, K labels.
"""

from typing import Any

import torch
from torch import Tensor


class Metrics:
    """Mean average precision and micro-averaged F1 of a whole split; what is unknown is left out.

    The mean is over the labels that the split has: without an example of it a label has no average
    precision. F1 counts all labels together, of those that are predicted at the threshold.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        self.threshold = [info["threshold"]]  # a list like the others, which processes join
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
        predicted = (probabilities >= self.threshold[0]) & known
        present = target == 1
        hits, sums = (predicted & present).sum(), predicted.sum() + present.sum()
        micro_f1 = (2 * hits / sums).item()  # NaN if there are none and none are predicted
        if not probabilities.isfinite().all():
            return {"map": float("nan"), "micro_f1": micro_f1}
        scores = [
            average_precision_score(present[rows, label], probabilities[rows, label])
            for label, rows in enumerate(known.T)
            if present[:, label].any()
        ]
        return {"map": sum(scores) / len(scores) if scores else float("nan"), "micro_f1": micro_f1}


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return metrics["map"]
