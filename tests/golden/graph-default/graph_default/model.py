"""A graph convolutional network (Kipf and Welling 2017).

Shapes: V nodes, E edges, F features, C columns of categories (int64), D width, K outputs.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from torch import Tensor, nn
from torch_geometric.nn import GCNConv

from .engine.ranges import Count, FractionBelowOne


@dataclass
class ModelSettings:
    width: Count
    """Features of a node between two layers."""
    depth: Count
    """Number of layers, and so how many edges away a node can see."""
    dropout: FractionBelowOne
    """Fraction of the inputs of each layer that are dropped in training."""


class GCN(nn.Module):
    """Features ``(V, F)`` or categories ``(V, C)``, and edges ``(2, E)``, to logits.

    Each layer takes the mean over a node and its neighbours, weighted by their numbers of edges, or
    by weights of edges ``(E, 1)`` if there are any; the node itself has the weight 1.
    """

    def __init__(
        self, settings: ModelSettings, num_features: int, num_categories: int, num_outputs: int
    ) -> None:
        super().__init__()
        width = settings.width
        self.encode: nn.Module = nn.Identity()
        if num_categories:
            self.encode = nn.EmbeddingBag(num_categories, width, mode="sum", padding_idx=0)
            num_features = width
        widths = [num_features, *[width] * (settings.depth - 1), num_outputs]
        self.layers = nn.ModuleList(GCNConv(*sizes) for sizes in pairwise(widths))
        self.dropout = nn.Dropout(settings.dropout)
        self.activation = nn.ReLU()

    def forward(self, x: Tensor, edge_index: Tensor, edge_attr: Tensor | None = None) -> Tensor:
        x = self.encode(x)  # (V, F) or (V, D)
        weight = None if edge_attr is None else edge_attr.squeeze(1)  # (E,)
        for layer in self.layers[:-1]:
            x = self.activation(layer(self.dropout(x), edge_index, weight))  # (V, D)
        x = self.layers[-1](self.dropout(x), edge_index, weight)  # (V, K)
        return x


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> GCN:
    """Sizes the model to the data, as data.py reports it."""
    return GCN(
        settings,
        num_features=info["num_features"],
        num_categories=info["num_categories"],
        num_outputs=num_outputs,
    )
