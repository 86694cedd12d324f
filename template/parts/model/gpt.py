"""A GPT (Radford et al. 2019): a pre-norm transformer that sees what comes before, and no more.

Shapes: B batch, T tokens, S tokens with those of the cache, D embedding, N heads, K outputs.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .engine.ranges import Count, FractionBelowOne

Cache = dict[nn.Module, tuple[Tensor, ...]]
"""What each layer keeps of the tokens so far: their keys and values ``(B, N, S, D / N)``."""


@dataclass
class ModelSettings:
    width: Count
    """Size of the embedding; a multiple of num_heads."""
    depth: Count
    """Number of transformer blocks."""
    num_heads: Count
    """Attention heads of each block."""
    dropout: FractionBelowOne
    """Fraction of the embedding, of attention and of each block's output that is dropped."""

    def __post_init__(self) -> None:
        if self.width % self.num_heads:
            what = f"model.width is {self.width}, and model.num_heads {self.num_heads}"
            raise ValueError(f"{what}: the width must be a multiple of the heads")


class CausalAttention(nn.Module):
    """Self-attention ``(B, T, D)`` to ``(B, T, D)`` of each token to those up to it."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        width = settings.width
        self.num_heads, self.dropout = settings.num_heads, settings.dropout
        self.qkv = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)

    def forward(self, x: Tensor, cache: Cache | None = None) -> Tensor:
        heads = self.qkv(x).unflatten(2, (3, self.num_heads, -1))  # (B, T, 3, N, D / N)
        query, key, value = heads.permute(2, 0, 3, 1, 4)  # (B, N, T, D / N)
        mask = None
        if cache is not None:
            known = cache.get(self, ())
            if known:  # a token also sees all of the cache
                key, value = torch.cat([known[0], key], 2), torch.cat([known[1], value], 2)
                seen = torch.ones(x.size(1), key.size(2), dtype=torch.bool, device=x.device)
                mask = seen.tril(key.size(2) - x.size(1))  # (T, S)
            cache[self] = (key, value)
        dropout = self.dropout if self.training else 0.0
        attended = F.scaled_dot_product_attention(
            query, key, value, mask, dropout_p=dropout, is_causal=mask is None
        )
        return self.projection(attended.transpose(1, 2).flatten(2))  # (B, T, D)


class Block(nn.Module):
    """``(B, T, D)`` to ``(B, T, D)``; the norms stand before what they feed (Xiong et al. 2020)."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        width = settings.width
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = CausalAttention(settings)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, x: Tensor, cache: Cache | None = None) -> Tensor:
        x = x + self.dropout(self.attention(self.attention_norm(x), cache))
        return x + self.dropout(self.mlp(self.mlp_norm(x)))


class GPT(nn.Module):
    """Token ids ``(B, T)``, int64, to logits ``(B, T, K)`` of the token that follows each.

    A ``cache`` that was empty at first holds the tokens so far, and only the next ones are given.
    """

    def __init__(self, settings: ModelSettings, context: int, num_outputs: int) -> None:
        super().__init__()
        width = settings.width
        self.embedding = nn.Embedding(num_outputs, width)
        self.position = nn.Embedding(context, width)
        self.dropout = nn.Dropout(settings.dropout)
        self.blocks = nn.ModuleList(Block(settings) for _ in range(settings.depth))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, num_outputs, bias=False)
        self.head.weight = self.embedding.weight  # tied (Press and Wolf 2017)
        self.initialize(settings.depth)

    def initialize(self, depth: int) -> None:
        """Small normal weights, for the head is the embedding too, and smaller ones at the end of
        each branch, of which ``2 * depth`` add up (Radford et al. 2019, section 2.3)."""
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                is_last = name.endswith(("projection.weight", "mlp.2.weight"))
                nn.init.normal_(parameter, std=0.02 / (2 * depth) ** 0.5 if is_last else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, token_ids: Tensor, cache: Cache | None = None) -> Tensor:
        # Any block has seen as many tokens as the others.
        known = next(iter(cache.values()))[0].size(2) if cache else 0
        places = torch.arange(known, known + token_ids.size(1), device=token_ids.device)
        x = self.dropout(self.embedding(token_ids) + self.position(places))  # (B, T, D)
        for block in self.blocks:
            x = block(x, cache)
        return self.head(self.norm(x))  # (B, T, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> GPT:
    """Sizes the model to the data, as data.py reports it."""
    return GPT(settings, context=info["context"], num_outputs=num_outputs)
