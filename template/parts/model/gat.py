"""A graph attention network (Veličković et al. 2018).

Shapes: V nodes, E edges, F features, C columns of categories (int64), H heads, D width of a head,
K outputs.
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

    Each layer takes a mean over a node and its neighbours whose weights it computes from both ends.
    """

    def __init__(
        self, settings: ModelSettings, num_features: int, num_categories: int, num_outputs: int
    ) -> None:
        super().__init__()
        width = settings.width * settings.num_heads
        self.encode: nn.Module = nn.Identity()
        if num_categories:
            self.encode = nn.EmbeddingBag(num_categories, width, mode="sum", padding_idx=0)
            num_features = width
        # Each layer would also remove the loops that there are, which ONNX cannot express.
        options: dict[str, Any] = {"dropout": settings.dropout, "add_self_loops": False}
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
    def forward(self, x: Tensor, edge_index: Tensor, graph: Tensor, sizes: Tensor) -> Tensor:
        x = self.encode(x)  # (V, F) or (V, H * D)
        edge_index, _ = add_self_loops(edge_index, num_nodes=len(x))  # (2, E + V)
        for layer in self.layers:
            x = self.dropout(self.activation(layer(x, edge_index)))  # (V, H * D)
        # The mean over the nodes of each graph, of which there may be none.
        x = x.new_zeros(len(sizes), x.size(1)).index_add(0, graph, x)  # (G, H * D)
        x = self.head(x / sizes.clamp(min=1).unsqueeze(1))  # (G, K)
        # jinja: else

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        x = self.encode(x)  # (V, F) or (V, H * D)
        edge_index, _ = add_self_loops(edge_index, num_nodes=len(x))  # (2, E + V)
        for layer in self.layers[:-1]:
            x = self.activation(layer(self.dropout(x), edge_index))  # (V, H * D)
        x = self.layers[-1](self.dropout(x), edge_index)  # (V, K)
        # jinja: endif
        return x


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> GAT:
    """Sizes the model to the data, as data.py reports it."""
    return GAT(
        settings,
        num_features=info["num_features"],
        num_categories=info["num_categories"],
        num_outputs=num_outputs,
    )
