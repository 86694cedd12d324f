"""A U-Net (Ronneberger et al. 2015) for images of any size, whose outputs have the same size.

Shapes: B batch, C channels, H height, W width, D channels of a level, K outputs.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .engine.ranges import Count, FractionBelowOne


@dataclass
class ModelSettings:
    width: Count
    """Channels of the first level; each further level has twice as many."""
    depth: Count
    """Times that the image is halved on the way down, and doubled on the way up."""
    norm: Literal["batch", "group"]
    """Batch norm, or group norm, which does not mind batches of an image or two."""
    dropout: FractionBelowOne
    """Fraction of the channels of the lowest level that are dropped in training."""


class DoubleConv(nn.Sequential):
    """``(B, C_in, H, W)`` to ``(B, C_out, H, W)``: twice a 3x3 convolution, padded to its size."""

    def __init__(self, in_channels: int, out_channels: int, norm: str) -> None:
        super().__init__()
        for channels in (in_channels, out_channels):
            self.append(nn.Conv2d(channels, out_channels, 3, padding=1, bias=False))
            self.append(make_norm(norm, out_channels))
            self.append(nn.ReLU(inplace=True))


def make_norm(kind: str, channels: int) -> nn.Module:
    if kind == "batch":
        return nn.BatchNorm2d(channels)
    return nn.GroupNorm(math.gcd(channels, 8), channels)


class Up(nn.Module):
    """Doubles ``(B, 2D, h, w)`` to the size of the level above, and joins the two."""

    def __init__(self, channels: int, norm: str) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(2 * channels, channels, 1)
        self.convs = DoubleConv(2 * channels, channels, norm)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        # To its size, and not by two: where halving has rounded, the level above has one more.
        x = F.interpolate(self.narrow(x), size=skip.shape[2:], mode="bilinear")  # (B, D, H, W)
        return self.convs(torch.cat([skip, x], dim=1))


class UNet(nn.Module):
    """Standardised images ``(B, C, H, W)`` to logits ``(B, K, H, W)``."""

    def __init__(self, settings: ModelSettings, channels: int, num_outputs: int) -> None:
        super().__init__()
        widths = [settings.width * 2**level for level in range(settings.depth + 1)]
        self.stem = DoubleConv(channels, widths[0], settings.norm)
        # Rounded up, so that no row or column is lost and a level has one pixel at least.
        self.pool = nn.MaxPool2d(2, ceil_mode=True)
        self.down = nn.ModuleList(
            DoubleConv(width, 2 * width, settings.norm) for width in widths[:-1]
        )
        self.dropout = nn.Dropout2d(settings.dropout)
        self.up = nn.ModuleList(Up(width, settings.norm) for width in reversed(widths[:-1]))
        self.head = nn.Conv2d(widths[0], num_outputs, 1)

    def forward(self, images: Tensor) -> Tensor:
        levels = [self.stem(images)]
        for convs in self.down:
            levels.append(convs(self.pool(levels[-1])))  # (B, 2D, H / 2, W / 2)
        x = self.dropout(levels.pop())
        for up in self.up:
            x = up(x, levels.pop())  # (B, D, H, W)
        return self.head(x)  # (B, K, H, W)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> UNet:
    """Sizes the model to the data, as data.py reports it."""
    return UNet(settings, channels=info["channels"], num_outputs=num_outputs)
