"""Metrics of link prediction: how far above other pairs those with an edge are ranked.

Shapes: B pairs of a batch, P pairs of a split.
"""

from typing import Any

import torch
from torch import Tensor


class Metrics:
    """AUROC, average precision and Hits@K over all pairs of a split, however they are batched.

    Each compares edges with all other pairs: a mean over batches would be of other comparisons.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        self.hits_at = int(info["hits_at"])
        self.probabilities: list[Tensor] = []
        self.target: list[Tensor] = []

    def update(self, probabilities: Tensor, target: Tensor) -> None:
        """Adds a batch of ``(B,)`` probabilities of an edge, and whether there is one."""
        self.probabilities.append(probabilities.double())
        self.target.append(target)

    def compute(self) -> dict[str, float]:
        from sklearn.metrics import average_precision_score, roc_auc_score  # slow to import

        probabilities = torch.cat(self.probabilities)  # (P,)
        is_edge = torch.cat(self.target) == 1  # (P,)
        names = ("ap", "auroc", f"hits_at_{self.hits_at}")
        if is_edge.all() or not is_edge.any() or not probabilities.isfinite().all():
            return dict.fromkeys(names, float("nan"))
        found = [
            average_precision_score(is_edge, probabilities),
            roc_auc_score(is_edge, probabilities),
            self.share_of_hits(probabilities[is_edge], probabilities[~is_edge]),
        ]
        return dict(zip(names, map(float, found), strict=True))

    def share_of_hits(self, edges: Tensor, others: Tensor) -> float:
        """Of edges that fewer than K others equal or surpass (Hu et al. 2020)."""
        if len(others) < self.hits_at:
            return float("nan")
        return (edges > others.topk(self.hits_at).values[-1]).double().mean().item()

    def compute_each(self) -> dict[str, dict[str, float]]:
        """How sure the model is of edges, and of other pairs."""
        probabilities, target = torch.cat(self.probabilities), torch.cat(self.target)
        each = {}
        for name, value in (("edge", 1), ("no edge", 0)):
            own = probabilities[target == value]
            points = torch.tensor([0.1, 0.5, 0.9], dtype=own.dtype)
            low, median, high = own.quantile(points).tolist() if len(own) else [float("nan")] * 3
            each[name] = {"lowest_tenth": low, "median": median, "highest_tenth": high}
            each[name]["examples"] = len(own)
        return each


LOWER_IS_BETTER = ("loss",)  # of these names, and those that begin so, for training.monitor


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return metrics["ap"]
