"""Link prediction: each node gets a vector, and two of them a logit (Kipf and Welling 2016).

Shapes: V nodes, E edges, P pairs, D numbers of a vector, K outputs.
"""

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

from .encoder import EncoderSettings, build_encoder
from .engine.ranges import Count


@dataclass
class ModelSettings(EncoderSettings):
    embedding: Count
    """Numbers of the vector that the encoder gives each node."""
    decoder: Literal["dot", "mlp"]
    """What makes a logit of the product of two vectors: their dot product, or a small network."""


class DotProduct(nn.Module):
    """The product of two vectors ``(P, D)`` to its sum and an offset, ``(P, K)``.

    As in attention the sum is divided by the root of D: those of long vectors would begin large.
    """

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(num_outputs))

    def forward(self, product: Tensor) -> Tensor:
        return product.sum(dim=1, keepdim=True) / product.size(1) ** 0.5 + self.bias


class LinkPredictor(nn.Module):
    """A graph and pairs ``(2, P)`` of its nodes to logits ``(P, K)``.

    Both nodes of a pair have vectors of the same kind, so that their order means nothing. In a
    directed graph each node has two vectors, one as a source and one as a target.
    """

    def __init__(self, settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> None:
        super().__init__()
        width = settings.embedding
        self.kinds = 2 if info["directed"] else 1
        self.encoder = build_encoder(settings, info, self.kinds * width)
        self.decoder: nn.Module = DotProduct(num_outputs)
        if settings.decoder == "mlp":
            self.decoder = nn.Sequential(
                nn.Linear(width, width),
                nn.ReLU(inplace=True),
                nn.Dropout(settings.dropout),
                nn.Linear(width, num_outputs),
            )

    def forward(self, x: Tensor, edge_index: Tensor, pairs: Tensor, *more: Tensor) -> Tensor:
        """``more`` is what the encoder takes of nodes and edges besides."""
        vectors = self.encoder(x, edge_index, *more).chunk(self.kinds, dim=1)  # each (V, D)
        product = vectors[0][pairs[0]] * vectors[-1][pairs[1]]  # (P, D)
        return self.decoder(product)  # (P, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> LinkPredictor:
    """Sizes the model to the data, as data.py reports it."""
    return LinkPredictor(settings, info, num_outputs)
