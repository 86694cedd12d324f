"""A bidirectional LSTM (Hochreiter and Schmidhuber 1997).

Shapes: B batch, T tokens, D embedding, H state of one direction, K outputs.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .engine.ranges import Count, FractionBelowOne


@dataclass
class ModelSettings:
    width: Count
    """Embedding of a token, and state of each direction."""
    num_layers: Count
    """Number of bidirectional layers."""
    dropout: FractionBelowOne
    """Fraction of the inputs of each layer and of the head that is dropped in training."""


class BidirectionalLSTM(nn.Module):
    """``(B, T, D)`` to ``(B, T, 2H)``, with padding at the end of what either direction reads."""

    def __init__(self, in_width: int, width: int) -> None:
        super().__init__()
        self.forward_lstm = nn.LSTM(in_width, width, batch_first=True)
        self.backward_lstm = nn.LSTM(in_width, width, batch_first=True)

    def forward(self, x: Tensor, reverse_index: Tensor) -> Tensor:
        """``reverse_index`` ``(B, T)`` reverses each text within its own length."""
        ahead, _ = self.forward_lstm(x)  # (B, T, H)
        behind, _ = self.backward_lstm(reverse(x, reverse_index))  # (B, T, H)
        return torch.cat([ahead, reverse(behind, reverse_index)], dim=2)


def reverse(x: Tensor, reverse_index: Tensor) -> Tensor:
    """Tokens ``(B, T, D)`` in the order of the positions ``(B, T)``."""
    return x.gather(1, reverse_index[:, :, None].expand_as(x))


class LSTMClassifier(nn.Module):
    """Token ids ``(B, T)``, int64, and their bool mask ``(B, T)`` to logits ``(B, K)``."""

    def __init__(self, settings: ModelSettings, vocabulary_size: int, num_outputs: int) -> None:
        super().__init__()
        width = settings.width
        self.embedding = nn.Embedding(vocabulary_size, width, padding_idx=0)
        self.dropout = nn.Dropout(settings.dropout)
        self.layers = nn.ModuleList(
            BidirectionalLSTM(width if layer == 0 else 2 * width, width)
            for layer in range(settings.num_layers)
        )
        self.head = nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(2 * width, num_outputs))

    def forward(self, token_ids: Tensor, mask: Tensor) -> Tensor:
        # Each text is reversed within its own length. Packed sequences would do the same, but need
        # the lengths on the CPU: the device would wait for them in every step.
        position = torch.arange(token_ids.size(1), device=token_ids.device)
        last = mask.sum(dim=1, keepdim=True) - 1  # (B, 1)
        reverse_index = torch.where(mask, last - position, position)  # (B, T)
        x = self.embedding(token_ids)  # (B, T, D)
        for layer in self.layers:
            x = layer(self.dropout(x), reverse_index)  # (B, T, 2H)
        # The maximum over a text (Conneau et al. 2017) is what mattered in it, wherever it stands.
        x = x.masked_fill(~mask[:, :, None], float("-inf")).amax(dim=1)  # (B, 2H)
        return self.head(x)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> LSTMClassifier:
    """Sizes the model to the data, as data.py reports it."""
    return LSTMClassifier(
        settings, vocabulary_size=info["vocabulary_size"], num_outputs=num_outputs
    )
