"""Binary cross-entropy of pairs with and without an edge, and the probability of an edge.

Shapes: P pairs.
"""

from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from .engine.ranges import Count


@dataclass
class ObjectiveSettings:
    hits_at: Count
    """Hits@K: the share of edges that only fewer than K of the other pairs score as high as."""


def num_outputs(info: dict[str, Any]) -> int:
    """What the model gives: a logit of an edge."""
    return 1


class Objective(nn.Module):
    """Logits ``(P, 1)`` and targets ``(P,)`` to a mean loss and the count it is a mean of."""

    def __init__(self, settings: ObjectiveSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.info = {**info, "hits_at": settings.hits_at}  # for metrics

    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, int]:
        logits = logits.squeeze(1).float()  # (P,); 16 bits are too coarse for what is nearly sure
        return F.binary_cross_entropy_with_logits(logits, target), self.count(target)

    def count(self, target: Tensor) -> int:
        """Number of pairs that the mean loss is over."""
        return len(target)

    def predict(self, logits: Tensor) -> Tensor:
        """Probabilities of an edge ``(P,)``."""
        return logits.squeeze(1).float().sigmoid()
