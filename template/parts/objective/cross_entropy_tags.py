"""Cross-entropy of logits and the tags of words, and the probabilities that belong to it.

Shapes: B batch, T tokens, K tags.
"""

from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class ObjectiveSettings:
    """There is nothing to set."""


def num_outputs(info: dict[str, Any]) -> int:
    """What the model gives for each token: a logit for each tag."""
    return len(info["tags"])


class Objective(nn.Module):
    """Logits ``(B, T, K)`` and int64 tags ``(B, T)`` to a mean loss and the count it is a mean of.

    A tag stands at the first token of its word; -100, which does not count, at all others.
    """

    def __init__(self, settings: ObjectiveSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.info = info

    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor | int]:
        tags = target.flatten()
        total = F.cross_entropy(logits.flatten(0, 1), tags, ignore_index=-100, reduction="sum")
        count = self.count(target)
        return total / count.clamp(min=1), count  # without any word it is 0, and not NaN

    def count(self, target: Tensor) -> Tensor:
        """Words that the mean loss is over."""
        return (target != -100).sum()

    def predict(self, logits: Tensor) -> Tensor:
        """Probabilities ``(B, T, K)``."""
        return logits.softmax(dim=2)
