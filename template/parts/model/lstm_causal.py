"""An LSTM (Hochreiter and Schmidhuber 1997) that reads on, its head tied to its embedding.

Shapes: B batch, T tokens, D embedding and state, K outputs.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from .engine.ranges import Count, FractionBelowOne

Cache = dict[nn.Module, tuple[Tensor, ...]]
"""The state and cell ``(1, B, D)`` that each layer has come to."""


@dataclass
class ModelSettings:
    width: Count
    """Embedding of a token, and state of each layer."""
    num_layers: Count
    """Number of layers."""
    dropout: FractionBelowOne
    """Fraction of the inputs of each layer and of the head that is dropped in training."""


class LanguageLSTM(nn.Module):
    """Token ids ``(B, T)``, int64, to logits ``(B, T, K)`` of the token that follows each.

    A ``cache`` that was empty at first knows the tokens so far, and only the next ones are given.
    """

    def __init__(self, settings: ModelSettings, num_outputs: int) -> None:
        super().__init__()
        width = settings.width
        self.embedding = nn.Embedding(num_outputs, width)
        self.dropout = nn.Dropout(settings.dropout)
        self.layers = nn.ModuleList(
            nn.LSTM(width, width, batch_first=True) for _ in range(settings.num_layers)
        )
        self.head = nn.Linear(width, num_outputs)
        self.head.weight = self.embedding.weight  # tied (Press and Wolf 2017)
        nn.init.uniform_(self.embedding.weight, -0.1, 0.1)  # small, as a head is
        nn.init.zeros_(self.head.bias)

    def forward(self, token_ids: Tensor, cache: Cache | None = None) -> Tensor:
        x = self.embedding(token_ids)  # (B, T, D)
        for layer in self.layers:
            x, state = layer(self.dropout(x), None if cache is None else cache.get(layer))
            if cache is not None:
                cache[layer] = state
        return self.head(self.dropout(x))  # (B, T, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> LanguageLSTM:
    """Sizes the model to the data, as data.py reports it."""
    return LanguageLSTM(settings, num_outputs=num_outputs)
