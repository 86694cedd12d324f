"""A residual network (He et al. 2016) whose stem and strides follow the image size.

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
    blocks_per_stage: Count
    """Number of residual blocks in each stage."""
    num_stages: Count
    """Number of stages; each but the first halves the image."""
    dropout: FractionBelowOne
    """Fraction of the features before the head that are dropped in training."""


class BasicBlock(nn.Module):
    """``(B, C_in, H, W)`` to ``(B, C_out, H / stride, W / stride)``."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.shortcut = nn.Sequential()
        if stride != 1 or in_channels != out_channels:
            self.shortcut.append(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False))
            self.shortcut.append(nn.BatchNorm2d(out_channels))
        self.activation = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(self.residual(x) + self.shortcut(x))


class Stem(nn.Sequential):
    """``(B, C, H, W)`` to ``(B, width, H, W)``; large images shrink by four, as in the paper."""

    def __init__(self, channels: int, width: int, shrink: bool) -> None:
        kernel, stride = (7, 2) if shrink else (3, 1)
        super().__init__(
            nn.Conv2d(channels, width, kernel, stride, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )
        if shrink:
            self.append(nn.MaxPool2d(3, stride=2, padding=1))


class ResNet(nn.Module):
    """Standardised images ``(B, C, H, W)`` to logits ``(B, K)``."""

    def __init__(
        self, settings: ModelSettings, channels: int, shorter_side: int, num_outputs: int
    ) -> None:
        super().__init__()
        shrink = shorter_side > 64
        size = shorter_side // 4 if shrink else shorter_side
        self.stem = Stem(channels, settings.width, shrink)
        self.stages = nn.Sequential()
        in_channels = settings.width
        for stage in range(settings.num_stages):
            out_channels = settings.width * 2**stage
            # Halving stops at two pixels, so that small images keep their layout.
            stride = 2 if stage > 0 and size >= 4 else 1
            size //= stride
            for block in range(settings.blocks_per_stage):
                first = block == 0
                self.stages.append(BasicBlock(in_channels, out_channels, stride if first else 1))
                in_channels = out_channels
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(in_channels, num_outputs))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, images: Tensor) -> Tensor:
        x = self.stem(images)  # (B, width, h, w)
        x = self.stages(x)  # (B, D, h, w)
        x = self.pool(x)  # (B, D)
        return self.head(x)  # (B, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> ResNet:
    """Sizes the model to the data, as data.py reports it."""
    return ResNet(
        settings,
        channels=info["channels"],
        shorter_side=min(info["image_size"]),
        num_outputs=num_outputs,
    )
