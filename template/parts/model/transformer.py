"""A transformer encoder (Vaswani et al. 2017) with pre-norm blocks.

Shapes: B batch, T tokens, D embedding, K outputs.
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
    """Embedding of a token; a multiple of ``num_heads``, and even."""
    depth: Count
    """Number of transformer blocks."""
    num_heads: Count
    """Attention heads in each block."""
    dropout: FractionBelowOne
    """Fraction of the embedding, and of what each branch adds, that is dropped in training."""

    def __post_init__(self) -> None:
        if self.width % self.num_heads or self.width % 2:
            raise ValueError(
                f"model.width {self.width} is no even multiple of model.num_heads {self.num_heads}"
            )


def sinusoids(length: int, width: int, device: torch.device) -> Tensor:
    """Positions ``(T, D)`` of section 3.5 of the paper: there is no longest text."""
    position = torch.arange(length, device=device)[:, None]
    rate = torch.exp(torch.arange(0, width, 2, device=device) * (-math.log(10_000.0) / width))
    angle = position * rate  # (T, D / 2)
    return torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)


class SelfAttention(nn.Module):
    """Multi-head self-attention: ``(B, T, D)`` to ``(B, T, D)``, from real tokens only."""

    def __init__(self, width: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.query_key_value(x).unflatten(2, (3, self.num_heads, -1))  # (B, T, 3, heads, d)
        query, key, value = x.permute(2, 0, 3, 1, 4)  # each (B, heads, T, d)
        keys = mask[:, None, None]  # (B, 1, 1, T), true for the tokens that may be looked at
        x = F.scaled_dot_product_attention(query, key, value, attn_mask=keys)  # (B, heads, T, d)
        return self.projection(x.transpose(1, 2).flatten(2))  # (B, T, D)


class TransformerBlock(nn.Module):
    """``(B, T, D)`` to ``(B, T, D)``, with the norm before each branch (Xiong et al. 2020)."""

    def __init__(self, width: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attention = SelfAttention(width, num_heads)
        self.dropout = nn.Dropout(dropout)
        self.mlp = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
            nn.Dropout(dropout),
        )

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x + self.dropout(self.attention(self.norm(x), mask))
        return x + self.mlp(x)


class TransformerEncoder(nn.Module):
    # jinja: if output == "token"
    """Token ids ``(B, T)``, int64, and their bool mask ``(B, T)`` to logits ``(B, T, K)``."""

    # jinja: else
    """Token ids ``(B, T)``, int64, and their bool mask ``(B, T)`` to logits ``(B, K)``."""

    # jinja: endif
    def __init__(self, settings: ModelSettings, vocabulary_size: int, num_outputs: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, settings.width, padding_idx=0)
        self.dropout = nn.Dropout(settings.dropout)
        self.blocks = nn.ModuleList(
            TransformerBlock(settings.width, settings.num_heads, settings.dropout)
            for _ in range(settings.depth)
        )
        self.norm = nn.LayerNorm(settings.width)
        self.head = nn.Linear(settings.width, num_outputs)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(self, token_ids: Tensor, mask: Tensor) -> Tensor:
        x = self.embedding(token_ids)  # (B, T, D)
        x = self.dropout(x + sinusoids(x.size(1), x.size(2), x.device))
        for block in self.blocks:
            x = block(x, mask)
        # jinja: if output == "token"
        x = self.norm(x)  # (B, T, D)
        # jinja: else
        real = mask[:, :, None]  # (B, T, 1)
        x = (self.norm(x) * real).sum(dim=1) / real.sum(dim=1)  # (B, D)
        # jinja: endif
        return self.head(x)


def build_model(
    settings: ModelSettings, info: dict[str, Any], num_outputs: int
) -> TransformerEncoder:
    """Sizes the model to the data, as data.py reports it."""
    return TransformerEncoder(
        settings, vocabulary_size=info["vocabulary_size"], num_outputs=num_outputs
    )
