"""A pretrained backbone of timm (Wightman 2019), with a head of its own.

Shapes: B batch, C channels, H height, W width, K outputs.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .engine.backbone import build_backbone, find_head
from .engine.ranges import FractionAboveZero, FractionBelowOne


@dataclass
class ModelSettings:
    dropout: FractionBelowOne
    """Fraction of the features before the head that are dropped in training."""
    head_scale: FractionAboveZero
    """First weights of the head, as a fraction of timm's: small ones leave the backbone alone."""


class Backbone(nn.Module):
    """Images ``(B, C, H, W)``, standardised as it has learned, to logits ``(B, K)``."""

    def __init__(self, settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> None:
        super().__init__()
        self.backbone = build_backbone(info, num_outputs, drop_rate=settings.dropout)
        with torch.no_grad():
            for parameter in find_head(self.backbone).values():
                parameter.mul_(settings.head_scale)

    def train(self, mode: bool = True) -> "Backbone":
        """Frozen parts stay in eval mode: their norms keep the statistics that they came with."""
        super().train(mode)
        for module in self.modules():
            parameters = list(module.parameters())
            if parameters and not any(parameter.requires_grad for parameter in parameters):
                module.eval()
        return self

    def forward(self, images: Tensor) -> Tensor:
        return self.backbone(images)  # (B, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> Backbone:
    """The backbone that ``info`` names, for images of its size; its weights are read later."""
    return Backbone(settings, info, num_outputs)
