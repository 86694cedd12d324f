"""A multi-layer perceptron on flattened images, the baseline for every other architecture.

Shapes: B batch, C channels, H height, W width, D width of the hidden layers, K outputs.
"""

import math
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from .engine.ranges import Count, FractionBelowOne


@dataclass
class ModelSettings:
    width: Count
    """Units in each hidden layer."""
    depth: Count
    """Number of hidden layers."""
    dropout: FractionBelowOne
    """Fraction of hidden units that are dropped in training."""


class Block(nn.Sequential):
    """``(B, D_in)`` to ``(B, D_out)``."""

    def __init__(self, in_features: int, out_features: int, dropout: float) -> None:
        super().__init__(
            nn.Linear(in_features, out_features),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
        )


class MLP(nn.Module):
    """Standardised images ``(B, C, H, W)`` to logits ``(B, K)``."""

    def __init__(self, settings: ModelSettings, in_features: int, num_outputs: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Flatten())
        for _ in range(settings.depth):
            self.body.append(Block(in_features, settings.width, settings.dropout))
            in_features = settings.width
        self.head = nn.Linear(in_features, num_outputs)

    def forward(self, images: Tensor) -> Tensor:
        x = self.body(images)  # (B, D)
        return self.head(x)  # (B, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> MLP:
    """Sizes the model to the data, as data.py reports it."""
    in_features = info["channels"] * math.prod(info["image_size"])
    return MLP(settings, in_features, num_outputs)
