"""GraphGPS: message passing and attention side by side (Rampášek et al. 2022).

Attention takes time that grows with the square of the nodes of a graph, which suits graphs of up to
some 10,000 nodes; its weights are never all in memory.

Shapes: V nodes, E edges, F features, C columns of categories (int64), A features of edges, P steps
of a random walk, G graphs, N nodes of the largest one, D width, H heads, K outputs.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import torch
from cyclopts import Parameter
from cyclopts.validators import Number
from torch import Tensor, nn
from torch_geometric.nn import GINConv, GINEConv

from .engine.ranges import Count, FractionBelowOne, whole


@dataclass
class ModelSettings:
    width: Count
    """Features of a node between two layers; a multiple of ``num_heads``."""
    depth: Count
    """Number of layers, and so how many edges away a node can see without attention."""
    num_heads: Count
    """Attention heads in each layer."""
    walk_steps: Annotated[int, Parameter(converter=whole, validator=Number(gte=1, lte=20))]
    """Steps of a random walk: how likely it is back after each tells where a node is."""
    dropout: FractionBelowOne
    """Fraction of the inputs, and of what each branch adds, that is dropped in training."""

    def __post_init__(self) -> None:
        if self.width % self.num_heads:
            raise ValueError(
                f"model.width {self.width} is no multiple of model.num_heads {self.num_heads}"
            )


class SelfAttention(nn.Module):
    """Multi-head self-attention between all nodes of a graph: ``(V, D)`` to ``(V, D)``."""

    def __init__(self, width: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)

    # jinja: if form == "graphs"
    def forward(self, x: Tensor, slot: Tensor, real: Tensor) -> Tensor:
        """Node v is in slot ``slot[v]`` of ``real (G, N)``, which is false where nothing is."""
        x = self.query_key_value(x)  # (V, 3 * D)
        padded = x.new_zeros(real.numel(), x.size(1)).index_copy(0, slot, x)  # (G * N, 3 * D)
        padded = padded.view(*real.shape, 3, self.num_heads, -1)  # (G, N, 3, H, D / H)
        query, key, value = padded.permute(2, 0, 3, 1, 4)  # each (G, H, N, D / H)
        attend = torch.nn.functional.scaled_dot_product_attention
        x = attend(query, key, value, attn_mask=real[:, None, None])  # (G, H, N, D / H)
        x = x.transpose(1, 2).flatten(2).flatten(0, 1)[slot]  # (V, D)
        # jinja: else

    def forward(self, x: Tensor) -> Tensor:
        x = self.query_key_value(x).unflatten(1, (3, self.num_heads, -1))  # (V, 3, H, D / H)
        query, key, value = x.permute(1, 2, 0, 3).unsqueeze(1)  # each (1, H, V, D / H)
        x = torch.nn.functional.scaled_dot_product_attention(query, key, value)
        x = x[0].transpose(0, 1).flatten(1)  # (V, D)
        # jinja: endif
        return self.projection(x)


class GPSLayer(nn.Module):
    """``(V, D)`` to ``(V, D)``: what the neighbours say and what all say, added, then an MLP.

    The paper takes a batch norm for each of the two, which with few labels learns nodes by heart.
    """

    def __init__(self, settings: ModelSettings, num_edge_features: int) -> None:
        super().__init__()
        width, dropout = settings.width, settings.dropout
        mlp = nn.Sequential(nn.Linear(width, width), nn.ReLU(inplace=True), nn.Linear(width, width))
        edge_dim = num_edge_features  # which are used as in Hu et al. 2020
        self.messages = GINEConv(mlp, edge_dim=edge_dim) if edge_dim else GINConv(mlp)
        self.attention = SelfAttention(width, settings.num_heads)
        self.mlp = nn.Sequential(
            nn.Linear(width, 2 * width),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(2 * width, width),
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.dropout = nn.Dropout(dropout)

    # jinja: if form == "graphs"
    def forward(self, x: Tensor, edges: tuple[Tensor, ...], slot: Tensor, real: Tensor) -> Tensor:
        x = x + self.dropout(self.messages(x, *edges)) + self.dropout(self.attention(x, slot, real))
        # jinja: else

    def forward(self, x: Tensor, edges: tuple[Tensor, ...]) -> Tensor:
        x = x + self.dropout(self.messages(x, *edges)) + self.dropout(self.attention(x))
        # jinja: endif
        x = self.norms[0](x)
        return self.norms[1](x + self.dropout(self.mlp(x)))


class GPS(nn.Module):
    """Features ``(V, F)`` or categories ``(V, C)``, edges ``(2, E)`` and walks to logits.

    Walks ``(V, P)`` are the random-walk structural encoding of Dwivedi et al. 2022; edges may have
    features ``(E, A)``.
    """

    def __init__(self, settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> None:
        super().__init__()
        width, self.walk_steps = settings.width, settings.walk_steps
        self.encode: nn.Module
        if info["num_categories"]:
            self.encode = nn.EmbeddingBag(info["num_categories"], width, mode="sum", padding_idx=0)
        else:
            linear = nn.Linear(info["num_features"], width)
            self.encode = nn.Sequential(nn.Dropout(settings.dropout), linear)
        steps = nn.Linear(self.walk_steps, width)
        nn.init.zeros_(steps.weight)  # so that walks do not drown features that are small
        self.encode_walks = nn.Sequential(nn.BatchNorm1d(self.walk_steps, affine=False), steps)
        self.layers = nn.ModuleList(
            GPSLayer(settings, info["num_edge_features"]) for _ in range(settings.depth)
        )
        self.dropout = nn.Dropout(settings.dropout)
        self.head = nn.Linear(width, num_outputs)

    # jinja: if form == "graphs"
    def forward(
        self,
        x: Tensor,
        edge_index: Tensor,
        graph: Tensor,
        sizes: Tensor,
        walks: Tensor,
        edge_attr: Tensor | None = None,
    ) -> Tensor:
        edges = (edge_index,) if edge_attr is None else (edge_index, edge_attr)
        x = self.encode(x) + self.encode_walks(walks[:, : self.walk_steps])  # (V, D)
        x = self.dropout(x)
        number = torch.arange(len(x), device=x.device)  # (V,), of a node in the batch
        # Exported, as if all were in one graph, since no shape may depend on what tensors hold.
        slots = number if torch.compiler.is_exporting() else number[number < sizes.max()]  # (N,)
        # A graph without nodes attends to padding: of nothing, some kernels give NaN.
        real = slots < sizes.clamp(min=1).unsqueeze(1)  # (G, N)
        first = sizes.cumsum(dim=0) - sizes  # (G,)
        slot = number - first[graph] + graph * slots.size(0)  # (V,)
        for layer in self.layers:
            x = layer(x, edges, slot, real)
        # The mean over the nodes of each graph, of which there may be none.
        x = x.new_zeros(len(sizes), x.size(1)).index_add(0, graph, x)  # (G, D)
        x = self.head(x / sizes.clamp(min=1).unsqueeze(1))  # (G, K)
        # jinja: else

    def forward(
        self, x: Tensor, edge_index: Tensor, walks: Tensor, edge_attr: Tensor | None = None
    ) -> Tensor:
        edges = (edge_index,) if edge_attr is None else (edge_index, edge_attr)
        x = self.encode(x) + self.encode_walks(walks[:, : self.walk_steps])  # (V, D)
        x = self.dropout(x)
        for layer in self.layers:
            x = layer(x, edges)
        x = self.head(x)  # (V, K)
        # jinja: endif
        return x


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> GPS:
    """Sizes the model to the data, as data.py reports it."""
    return GPS(settings, info, num_outputs)
