"""A network of stacked 3x3 convolutions (Simonyan and Zisserman 2015), with batch norm.

Shapes: B batch, C channels, H height, W width, D channels after the last stage, K outputs.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from .engine.ranges import Count, FractionBelowOne


@dataclass
class ModelSettings:
    width: Count
    """Channels of the first stage; each further stage has twice as many."""
    num_stages: Count
    """Number of stages of two convolutions each."""
    dropout: FractionBelowOne
    """Fraction of the features before the head that are dropped in training."""


class ConvBlock(nn.Sequential):
    """``(B, C_in, H, W)`` to ``(B, C_out, H, W)``."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )


class CNN(nn.Module):
    """Standardised images ``(B, C, H, W)`` to logits ``(B, K)``."""

    def __init__(
        self, settings: ModelSettings, channels: int, shorter_side: int, num_outputs: int
    ) -> None:
        super().__init__()
        self.stages = nn.Sequential()
        for stage in range(settings.num_stages):
            width = settings.width * 2**stage
            self.stages.append(nn.Sequential(ConvBlock(channels, width), ConvBlock(width, width)))
            if shorter_side >= 4:  # pooling stops at 2 pixels: small images keep their layout
                self.stages.append(nn.MaxPool2d(2))
                shorter_side //= 2
            channels = width
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(channels, num_outputs))

    def forward(self, images: Tensor) -> Tensor:
        x = self.stages(images)  # (B, D, h, w)
        x = self.pool(x)  # (B, D)
        return self.head(x)  # (B, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> CNN:
    """Sizes the model to the data, as data.py reports it."""
    return CNN(
        settings,
        channels=info["channels"],
        shorter_side=min(info["image_size"]),
        num_outputs=num_outputs,
    )
