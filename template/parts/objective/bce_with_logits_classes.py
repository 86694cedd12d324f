"""Binary cross-entropy of one logit and one of two classes, and the probabilities of both.

Shapes: B batch.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .engine.labels import DataError
from .engine.ranges import Positive


@dataclass
class ObjectiveSettings:
    pos_weight: Positive | None
    """Weight of the second class in training, for unbalanced data; none: both count the same."""


def num_outputs(info: dict[str, Any]) -> int:
    """What the model gives: the logit of the second class."""
    if len(info["classes"]) != 2:
        what = f"this loss is for exactly two classes, not {', '.join(info['classes'])[:60]}"
        raise DataError(f"{what}: `scaffold regenerate --loss cross_entropy` takes any number")
    return 1


class Objective(nn.Module):
    """Logits ``(B, 1)`` and int64 classes ``(B,)`` to a mean loss and the count it is a mean of."""

    pos_weight: Tensor | None

    def __init__(self, settings: ObjectiveSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.info = info
        weight = settings.pos_weight
        self.register_buffer("pos_weight", None if weight is None else torch.tensor(weight))

    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, int]:
        # The weight shapes the training only: in evaluation losses of two settings can be compared.
        weight = self.pos_weight if self.training else None
        logits = logits.squeeze(1).float()  # (B,); 16 bits are too coarse for what is nearly sure
        loss = F.binary_cross_entropy_with_logits(logits, target.float(), pos_weight=weight)
        return loss, self.count(target)

    def count(self, target: Tensor) -> int:
        """Number of samples that the mean loss is over, whatever their weights."""
        return len(target)

    def predict(self, logits: Tensor) -> Tensor:
        """Probabilities ``(B, 2)``."""
        return torch.cat([-logits, logits], dim=1).sigmoid()
