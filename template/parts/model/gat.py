"""A graph attention network (Veličković et al. 2018).

Shapes: V nodes, E edges, F features, C columns of categories (int64), A features of edges, H heads,
D width of a head, K outputs.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch_geometric.nn import GATConv
from torch_geometric.utils import add_self_loops

from .engine.ranges import Count, FractionBelowOne


@dataclass
class ModelSettings:
    width: Count
    """Features of a node between two layers, in each head."""
    num_heads: Count
    """Attention heads in each layer but the last, which has one."""
    depth: Count
    """Number of layers, and so how many edges away a node can see."""
    dropout: FractionBelowOne
    """Fraction of the inputs of each layer, and of the attention, that is dropped in training."""


class GAT(nn.Module):
    """Features ``(V, F)`` or categories ``(V, C)``, and edges ``(2, E)``, to logits ``(V, K)``.

    Each layer takes a mean over a node and its neighbours whose weights it computes from both ends,
    and from features of the edge ``(E, A)`` if there are any.
    """

    def __init__(
        self,
        settings: ModelSettings,
        num_features: int,
        num_categories: int,
        num_edge_features: int,
        num_outputs: int,
    ) -> None:
        super().__init__()
        width = settings.width * settings.num_heads
        self.encode: nn.Module = nn.Identity()
        if num_categories:
            self.encode = nn.EmbeddingBag(num_categories, width, mode="sum", padding_idx=0)
            num_features = width
        # Each layer would also remove the loops that there are, which ONNX cannot express.
        options: dict[str, Any] = {"dropout": settings.dropout, "add_self_loops": False}
        options |= {"edge_dim": num_edge_features or None}
        self.layers = nn.ModuleList()
        for _ in range(settings.depth - 1):
            layer = GATConv(num_features, settings.width, settings.num_heads, **options)
            self.layers.append(layer)
            num_features = width
        self.layers.append(GATConv(num_features, num_outputs, **options))
        self.activation = nn.ELU()
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, x: Tensor, edge_index: Tensor, edge_attr: Tensor | None = None) -> Tensor:
        x = self.encode(x)  # (V, F) or (V, H * D)
        # From a node to itself leads an edge without category, and with the mean of each number.
        edge_index, edge_attr = add_self_loops(
            edge_index, edge_attr, fill_value=0.0, num_nodes=len(x)
        )  # (2, E + V), (E + V, A)
        for layer in self.layers[:-1]:
            x = self.activation(layer(self.dropout(x), edge_index, edge_attr))  # (V, H * D)
        return self.layers[-1](self.dropout(x), edge_index, edge_attr)  # (V, K)


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> GAT:
    """Sizes the model to the data, as data.py reports it."""
    return GAT(
        settings,
        num_features=info["num_features"],
        num_categories=info["num_categories"],
        num_edge_features=info["num_edge_features"],
        num_outputs=num_outputs,
    )
