"""Cross-entropy of logits and the tokens that follow, and what is predicted of these.

Shapes: B batch, T tokens, K tokens of the vocabulary.
"""

from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class ObjectiveSettings:
    """There is nothing to set."""


def num_outputs(info: dict[str, Any]) -> int:
    """What the model gives for each token: a logit for each that may follow."""
    return len(info["vocabulary"])


class Objective(nn.Module):
    """Logits ``(B, T, K)`` and int64 tokens ``(B, T)`` to a mean loss and the count it is of.

    A token of -100 does not count: it stands where a text has ended.
    """

    def __init__(self, settings: ObjectiveSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.info = info

    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor | int]:
        loss = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=-100)
        return loss, self.count(target)

    def count(self, target: Tensor) -> Tensor | int:
        """Tokens that the mean loss is over."""
        return (target != -100).sum()

    def predict(self, logits: Tensor) -> Tensor:
        """Log-probabilities ``(B, T, K)``; their logarithm is exact where they are tiny."""
        return logits.float().log_softmax(dim=2)
