"""A vision transformer (Dosovitskiy et al. 2021) with pre-norm blocks and mean pooling.

Shapes: B batch, C channels, H height, W width, N patches, D embedding, K outputs.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .engine.ranges import Count, FractionBelowOne


@dataclass
class ModelSettings:
    width: Count
    """Embedding of a patch; a multiple of ``num_heads``."""
    depth: Count
    """Number of transformer blocks."""
    num_heads: Count
    """Attention heads in each block."""
    dropout: FractionBelowOne
    """Fraction of the outputs of attention and MLP that are dropped in training."""

    def __post_init__(self) -> None:
        if self.width % self.num_heads:
            raise ValueError(
                f"model.width {self.width} is not a multiple of model.num_heads {self.num_heads}"
            )


class SelfAttention(nn.Module):
    """Multi-head self-attention (Vaswani et al. 2017): ``(B, N, D)`` to ``(B, N, D)``."""

    def __init__(self, width: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.query_key_value(x).unflatten(2, (3, self.num_heads, -1))  # (B, N, 3, heads, d)
        query, key, value = x.permute(2, 0, 3, 1, 4)  # each (B, heads, N, d)
        x = F.scaled_dot_product_attention(query, key, value)  # (B, heads, N, d)
        return self.projection(x.transpose(1, 2).flatten(2))  # (B, N, D)


class TransformerBlock(nn.Module):
    """``(B, N, D)`` to ``(B, N, D)``, with the norm before each branch (Xiong et al. 2020)."""

    def __init__(self, width: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = nn.Sequential(
            nn.LayerNorm(width),
            SelfAttention(width, num_heads),
            nn.Dropout(dropout),
        )
        self.mlp = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
            nn.Dropout(dropout),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(x)
        return x + self.mlp(x)


def choose_patch_size(shorter_side: int) -> int:
    """An eighth of it, but from 2 to 16 pixels."""
    return max(2, min(16, shorter_side // 8))


class VisionTransformer(nn.Module):
    """Standardised images ``(B, C, H, W)`` to logits ``(B, K)``."""

    def __init__(
        self, settings: ModelSettings, channels: int, image_size: tuple[int, int], num_outputs: int
    ) -> None:
        super().__init__()
        height, width = image_size
        patch_size = choose_patch_size(min(image_size))
        num_patches = math.ceil(height / patch_size) * math.ceil(width / patch_size)
        # The last patches are filled up with the mean.
        self.padding = (0, -width % patch_size, 0, -height % patch_size)
        self.patches = nn.Conv2d(channels, settings.width, patch_size, stride=patch_size)
        self.position = nn.Embedding(num_patches, settings.width)
        self.blocks = nn.Sequential(
            *(
                TransformerBlock(settings.width, settings.num_heads, settings.dropout)
                for _ in range(settings.depth)
            )
        )
        self.norm = nn.LayerNorm(settings.width)
        self.head = nn.Linear(settings.width, num_outputs)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)
        nn.init.trunc_normal_(self.position.weight, std=0.02)

    def forward(self, images: Tensor) -> Tensor:
        images = F.pad(images, self.padding)
        x = self.patches(images).flatten(2).transpose(1, 2)  # (B, N, D)
        x = x + self.position(torch.arange(x.size(1), device=x.device))
        x = self.norm(self.blocks(x)).mean(dim=1)  # (B, D)
        return self.head(x)  # (B, K)


def build_model(
    settings: ModelSettings, info: dict[str, Any], num_outputs: int
) -> VisionTransformer:
    """Sizes the model to the data, as data.py reports it."""
    return VisionTransformer(
        settings, channels=info["channels"], image_size=info["image_size"], num_outputs=num_outputs
    )
