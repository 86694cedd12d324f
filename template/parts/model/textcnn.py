"""A convolutional network over tokens (Kim 2014): what occurs anywhere counts, not where.

Shapes: B batch, T tokens, D embedding, F filters of one size, K outputs.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .engine.ranges import Count, Counts, FractionBelowOne


@dataclass
class ModelSettings:
    width: Count
    """Embedding of a token."""
    num_filters: Count
    """Filters of each size."""
    filter_sizes: Counts
    """Tokens that the filters look at, a group of filters for each."""
    dropout: FractionBelowOne
    """Fraction of the features before the head that are dropped in training."""


class Filters(nn.Sequential):
    """``(B, D, T)`` to ``(B, F, T)``: an output for each token, also where the text is short."""

    def __init__(self, width: int, num_filters: int, size: int) -> None:
        super().__init__(
            nn.ConstantPad1d(((size - 1) // 2, size // 2), 0.0),
            nn.Conv1d(width, num_filters, size),
            nn.ReLU(inplace=True),
        )


class TextCNN(nn.Module):
    """Token ids ``(B, T)``, int64, and their bool mask ``(B, T)`` to logits ``(B, K)``."""

    def __init__(self, settings: ModelSettings, vocabulary_size: int, num_outputs: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, settings.width, padding_idx=0)
        self.filters = nn.ModuleList(
            Filters(settings.width, settings.num_filters, size) for size in settings.filter_sizes
        )
        num_features = settings.num_filters * len(settings.filter_sizes)
        self.head = nn.Sequential(
            nn.Dropout(settings.dropout), nn.Linear(num_features, num_outputs)
        )

    def forward(self, token_ids: Tensor, mask: Tensor) -> Tensor:
        padding = ~mask[:, None]  # (B, 1, T)
        x = self.embedding(token_ids).transpose(1, 2)  # (B, D, T)
        x = x.masked_fill(padding, 0.0)
        # ReLU gives nothing below 0, so that a 0 for padding is never the maximum over a text.
        pooled = [filters(x).masked_fill(padding, 0.0).amax(dim=2) for filters in self.filters]
        return self.head(torch.cat(pooled, dim=1))  # (B, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> TextCNN:
    """Sizes the model to the data, as data.py reports it."""
    return TextCNN(settings, vocabulary_size=info["vocabulary_size"], num_outputs=num_outputs)
