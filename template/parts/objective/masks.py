"""The loss of logits for each pixel, and the probabilities that belong to them.

Shapes: B batch, K classes, H height, W width.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .engine.labels import DataError
from .engine.masks import VOID
from .engine.ranges import FractionBelowOne, Positive


@dataclass
class ObjectiveSettings:
    label_smoothing: FractionBelowOne
    """Fraction of the target spread over all classes in training (Szegedy et al. 2016)."""
    # jinja: if loss == "cross_entropy_dice"
    dice_weight: Positive
    """How much the Dice loss weighs beside the cross-entropy."""
    # jinja: endif
    class_weights: list[Positive] | None
    """Weight of each class in training, for unbalanced data; none: all count the same."""


def num_outputs(info: dict[str, Any]) -> int:
    """What the model gives: a logit for each class, at each pixel."""
    return len(info["classes"])


# jinja: if loss == "cross_entropy_dice"
def dice_loss(logits: Tensor, target: Tensor) -> Tensor:
    """1 - Dice of each image ``(B,)``: the mean over the classes that it shows (Milletari 2016)."""
    classes = torch.arange(logits.size(1), device=target.device)[:, None, None]
    true = target[:, None] == classes  # (B, K, H, W); void is none of them
    probabilities = logits.softmax(dim=1) * true.any(dim=1, keepdim=True)
    hits, true_sizes = (probabilities * true).sum(dim=(2, 3)), true.sum(dim=(2, 3))  # (B, K)
    dice = 2 * hits / (probabilities.sum(dim=(2, 3)) + true_sizes).clamp(min=1)
    shown = true_sizes > 0
    return 1 - (dice * shown).sum(dim=1) / shown.sum(dim=1).clamp(min=1)


# jinja: endif
class Objective(nn.Module):
    """Logits ``(B, K, H, W)`` and int64 classes ``(B, H, W)`` to a mean over pixels and its count.

    Void, 255, counts nowhere.
    """

    weights: Tensor | None

    def __init__(self, settings: ObjectiveSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.info, self.settings = info, settings
        weights, classes = settings.class_weights, info["classes"]
        if weights is not None and len(weights) != len(classes):
            what = f"objective.class_weights has {len(weights)} numbers for {len(classes)} classes"
            raise DataError(f"{what}: give one for each of {', '.join(classes)}, in this order")
        self.register_buffer("weights", None if weights is None else torch.tensor(weights))

    def forward(self, logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        # Both shape the training only: in evaluation the loss is comparable between settings.
        smoothing = self.settings.label_smoothing if self.training else 0.0
        weights = self.weights if self.training else None
        total = F.cross_entropy(
            logits, target, weights, ignore_index=VOID, label_smoothing=smoothing, reduction="sum"
        )
        # jinja: if loss == "cross_entropy_dice"
        # An image weighs as its pixels do: else the mean would depend on what makes a batch.
        shares = self.weigh(target).sum(dim=(1, 2))
        total = total + self.settings.dice_weight * (shares * dice_loss(logits, target)).sum()
        # jinja: endif
        count = self.count(target)
        return total / count, count

    def count(self, target: Tensor) -> Tensor:
        """Weights of the pixels that the mean loss is over; where all are void nearly 0, not 0."""
        return self.weigh(target).sum().clamp(min=1e-9)

    def weigh(self, target: Tensor) -> Tensor:
        """How much each pixel counts, ``(B, H, W)``."""
        if self.weights is None or not self.training:
            return (target != VOID).float()
        return F.pad(self.weights, (0, 1))[target.clamp(max=len(self.weights))]  # void: the added 0

    def predict(self, logits: Tensor) -> Tensor:
        """Probabilities ``(B, K, H, W)``."""
        return logits.softmax(dim=1)
