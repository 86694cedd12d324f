"""A ConvNeXt (Liu et al. 2022) whose stem and strides follow the image size.

Shapes: B batch, C channels, H height, W width, D channels after the last stage, K outputs.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .engine.ranges import Count, FractionBelowOne


@dataclass
class ModelSettings:
    width: Count
    """Channels of the first stage; each further stage has twice as many."""
    blocks_per_stage: Count
    """Number of blocks in each stage."""
    num_stages: Count
    """Number of stages; each but the first halves the image."""
    dropout: FractionBelowOne
    """Chance that training leaves the last block out, earlier ones less (stochastic depth)."""


class ChannelNorm(nn.LayerNorm):
    """Layer norm of each pixel: ``(B, C, H, W)`` to ``(B, C, H, W)``."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Block(nn.Module):
    """``(B, C, H, W)`` to ``(B, C, H, W)``: each channel for itself, then each pixel."""

    def __init__(self, channels: int, dropout: float) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.pointwise = nn.Sequential(
            nn.LayerNorm(channels),
            nn.Linear(channels, 4 * channels),
            nn.GELU(),
            nn.Linear(4 * channels, channels),
        )
        # As in shallow networks of Touvron et al. 2021; the paper's 1e-6 is for deep ones.
        self.scale = nn.Parameter(torch.full((channels,), 0.1))
        self.keep = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        branch = self.depthwise(x).permute(0, 2, 3, 1)  # (B, H, W, C)
        branch = (self.scale * self.pointwise(branch)).permute(0, 3, 1, 2)  # (B, C, H, W)
        # One draw for each image: the whole branch stays or goes.
        return x + self.keep(x.new_ones(len(x), 1, 1, 1)) * branch


class ConvNeXt(nn.Module):
    """Standardised images ``(B, C, H, W)`` to logits ``(B, K)``."""

    def __init__(
        self, settings: ModelSettings, channels: int, shorter_side: int, num_outputs: int
    ) -> None:
        super().__init__()
        # Patches of four, as in the paper, would leave little of a small image.
        patch_size = 4 if shorter_side > 64 else 2 if shorter_side > 32 else 1
        size = shorter_side // patch_size
        width = settings.width
        self.stem = nn.Sequential(
            nn.Conv2d(channels, width, patch_size, stride=patch_size), ChannelNorm(width)
        )
        num_blocks = settings.num_stages * settings.blocks_per_stage
        rates = [settings.dropout * block / max(1, num_blocks - 1) for block in range(num_blocks)]
        self.stages = nn.Sequential()
        for stage in range(settings.num_stages):
            # Halving stops at two pixels, so that small images keep their layout.
            if stage > 0:
                stride = 2 if size >= 4 else 1
                size //= stride
                self.stages.append(ChannelNorm(width))
                self.stages.append(nn.Conv2d(width, 2 * width, stride, stride=stride))
                width *= 2
            for _ in range(settings.blocks_per_stage):
                self.stages.append(Block(width, rates.pop(0)))
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(width))
        self.head = nn.Linear(width, num_outputs)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, images: Tensor) -> Tensor:
        x = self.stem(images)  # (B, width, h, w)
        x = self.stages(x)  # (B, D, h, w)
        x = self.pool(x)  # (B, D)
        return self.head(x)  # (B, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> ConvNeXt:
    """Sizes the model to the data, as data.py reports it."""
    return ConvNeXt(
        settings,
        channels=info["channels"],
        shorter_side=min(info["image_size"]),
        num_outputs=num_outputs,
    )
