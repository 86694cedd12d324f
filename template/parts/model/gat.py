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
    # jinja: if form == "graphs"
    """Attention heads in each layer."""
    # jinja: else
    """Attention heads in each layer but the last, which has one."""
    # jinja: endif
    depth: Count
    """Number of layers, and so how many edges away a node can see."""
    dropout: FractionBelowOne
    """Fraction of the inputs of each layer, and of the attention, that is dropped in training."""


class GAT(nn.Module):
    """Features ``(V, F)`` or categories ``(V, C)``, and edges ``(2, E)``, to logits.

    Each layer takes a mean over a node and its neighbours whose weights it computes from both ends,
    and from features of the edge ``(E, A)`` if there are any.
    """

    def __init__(self, settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> None:
        super().__init__()
        width, num_features = settings.width * settings.num_heads, info["num_features"]
        self.encode: nn.Module = nn.Identity()
        if info["num_categories"]:
            self.encode = nn.EmbeddingBag(info["num_categories"], width, mode="sum", padding_idx=0)
            num_features = width
        # Each layer would also remove the loops that there are, which ONNX cannot express.
        options: dict[str, Any] = {"dropout": settings.dropout, "add_self_loops": False}
        options |= {"edge_dim": info["num_edge_features"] or None}
        self.layers = nn.ModuleList()
        # jinja: if form == "graphs"
        for _ in range(settings.depth):
            layer = GATConv(num_features, settings.width, settings.num_heads, **options)
            self.layers.append(layer)
            num_features = width
        self.head = nn.Linear(width, num_outputs)
        # jinja: else
        for _ in range(settings.depth - 1):
            layer = GATConv(num_features, settings.width, settings.num_heads, **options)
            self.layers.append(layer)
            num_features = width
        self.layers.append(GATConv(num_features, num_outputs, **options))
        # jinja: endif
        self.activation = nn.ELU()
        self.dropout = nn.Dropout(settings.dropout)

    # jinja: if form == "graphs"
    def forward(
        self,
        x: Tensor,
        edge_index: Tensor,
        graph: Tensor,
        sizes: Tensor,
        edge_attr: Tensor | None = None,
    ) -> Tensor:
        x = self.encode(x)  # (V, F) or (V, H * D)
        # From a node to itself leads an edge without category, and with the mean of each number.
        edge_index, edge_attr = add_self_loops(
            edge_index, edge_attr, fill_value=0.0, num_nodes=len(x)
        )  # (2, E + V), (E + V, A)
        for layer in self.layers:
            x = self.dropout(self.activation(layer(x, edge_index, edge_attr)))  # (V, H * D)
        # The mean over the nodes of each graph, of which there may be none.
        x = x.new_zeros(len(sizes), x.size(1)).index_add(0, graph, x)  # (G, H * D)
        x = self.head(x / sizes.clamp(min=1).unsqueeze(1))  # (G, K)
        # jinja: else

    def forward(self, x: Tensor, edge_index: Tensor, edge_attr: Tensor | None = None) -> Tensor:
        x = self.encode(x)  # (V, F) or (V, H * D)
        # From a node to itself leads an edge without category, and with the mean of each number.
        edge_index, edge_attr = add_self_loops(
            edge_index, edge_attr, fill_value=0.0, num_nodes=len(x)
        )  # (2, E + V), (E + V, A)
        for layer in self.layers[:-1]:
            x = self.activation(layer(self.dropout(x), edge_index, edge_attr))  # (V, H * D)
        x = self.layers[-1](self.dropout(x), edge_index, edge_attr)  # (V, K)
        # jinja: endif
        return x


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> GAT:
    """Sizes the model to the data, as data.py reports it."""
    return GAT(settings, info, num_outputs)
