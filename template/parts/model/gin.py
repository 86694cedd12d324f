"""A graph isomorphism network (Xu et al. 2019), GIN-0, with a readout of every layer.

Features of edges are used as in Hu et al. 2020 (Strategies for Pre-training Graph Neural Networks).

Shapes: V nodes, E edges, F features, C columns of categories (int64), A features of edges, D width,
L layers, K outputs.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch_geometric.nn import GINConv, GINEConv

from .engine.ranges import Count, FractionBelowOne


@dataclass
class ModelSettings:
    width: Count
    """Features of a node after each layer."""
    depth: Count
    """Number of layers, and so how many edges away a node can see."""
    dropout: FractionBelowOne
    """Fraction of the features that are dropped in training."""


class MLP(nn.Sequential):
    """``(V, D_in)`` to ``(V, D_out)``."""

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__(
            nn.Linear(in_features, out_features, bias=False),
            nn.BatchNorm1d(out_features),
            nn.ReLU(inplace=True),
            nn.Linear(out_features, out_features, bias=False),
            nn.BatchNorm1d(out_features),
            nn.ReLU(inplace=True),
        )


class GIN(nn.Module):
    """Features ``(V, F)`` or categories ``(V, C)``, and edges ``(2, E)``, to logits.

    Sums tell apart what means cannot: how many there are. With features of edges ``(E, A)``, the
    ReLU of neighbour and edge together is summed.
    """

    def __init__(self, settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> None:
        super().__init__()
        width, num_features = settings.width, info["num_features"]
        self.encode: nn.Module = nn.Identity()
        if info["num_categories"]:
            self.encode = nn.EmbeddingBag(info["num_categories"], width, mode="sum", padding_idx=0)
            num_features = width
        elif info["num_edge_features"]:  # else half of each number would be lost in the first ReLU
            self.encode = nn.Linear(num_features, width)
            num_features = width
        self.layers = nn.ModuleList()
        edge_dim = info["num_edge_features"]
        for _ in range(settings.depth):
            mlp = MLP(num_features, width)
            self.layers.append(GINEConv(mlp, edge_dim=edge_dim) if edge_dim else GINConv(mlp))
            num_features = width
        # jinja: if form == "graph"
        self.dropout = nn.Dropout(settings.dropout)
        self.head = nn.Linear(settings.depth * width, num_outputs)

        # jinja: elif target == "numbers"
        self.mean_num_nodes = info["mean_num_nodes"]
        # Sums alone would make a number a sum of what each node adds to it.
        self.head = nn.Sequential(
            nn.Linear(settings.depth * width, width),
            nn.ReLU(inplace=True),
            nn.Dropout(settings.dropout),
            nn.Linear(width, num_outputs),
        )

        # jinja: else
        self.mean_num_nodes = info["mean_num_nodes"]
        self.head = nn.Sequential(
            nn.Dropout(settings.dropout), nn.Linear(settings.depth * width, num_outputs)
        )

        # jinja: endif

    # jinja: if form == "graphs"
    def forward(
        self,
        x: Tensor,
        edge_index: Tensor,
        graph: Tensor,
        sizes: Tensor,
        edge_attr: Tensor | None = None,
    ) -> Tensor:
        x = self.encode(x)  # (V, F) or (V, D)
        edges = (edge_index,) if edge_attr is None else (edge_index, edge_attr)
        features = []
        for layer in self.layers:
            x = layer(x, *edges)  # (V, D)
            features.append(x)
        x = torch.cat(features, dim=1)  # (V, L * D)
        x = x.new_zeros(len(sizes), x.size(1)).index_add(0, graph, x)  # (G, L * D)
        # A constant scale, so that the logits of a typical graph do not start large.
        x = self.head(x / self.mean_num_nodes)  # (G, K)
        # jinja: else

    def forward(self, x: Tensor, edge_index: Tensor, edge_attr: Tensor | None = None) -> Tensor:
        x = self.encode(x)  # (V, F) or (V, D)
        edges = (edge_index,) if edge_attr is None else (edge_index, edge_attr)
        features = []
        for layer in self.layers:
            x = layer(self.dropout(x), *edges)  # (V, D)
            features.append(x)
        x = self.head(self.dropout(torch.cat(features, dim=1)))  # (V, K)
        # jinja: endif
        return x


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> GIN:
    """Sizes the model to the data, as data.py reports it."""
    return GIN(settings, info, num_outputs)
