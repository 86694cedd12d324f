"""Augmentation of graphs on the device, in training only: edges, nodes and features are dropped.

Shapes: V nodes, E edges, F features, C columns of categories.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor, nn

from .engine.ranges import FractionBelowOne

# Off and fullest, of strengths for which these are not 0 and 1; the tests go by it.
STRENGTHS = dict.fromkeys(("drop_edges", "drop_nodes", "drop_features"), (0.0, 0.9))


@dataclass
class AugmentSettings:
    drop_edges: FractionBelowOne
    """Fraction of the edges, both directions of an edge together (Rong et al. 2020)."""
    drop_nodes: FractionBelowOne
    """Fraction of the nodes, with their edges (You et al. 2020)."""
    drop_features: FractionBelowOne
    """Fraction of the features, which become 0, or of the categories, which become unknown."""


class Augment(nn.Module):
    """Drops parts of a graph in training; does nothing in eval."""

    def __init__(self, settings: AugmentSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.settings = settings

    def forward(
        self, inputs: tuple[Tensor, ...], target: Tensor, generator: Generator
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        if not self.training:
            return inputs, target
        # jinja: if form == "graphs" and encodings
        x, edge_index, graph, sizes, walks, *edge_attr = inputs
        # jinja: elif form == "graphs"
        x, edge_index, graph, sizes, *edge_attr = inputs
        # jinja: elif encodings
        x, edge_index, walks, *edge_attr = inputs
        # jinja: elif edges
        x, edge_index, *edge_attr = inputs
        # jinja: else
        x, edge_index = inputs
        # jinja: endif
        kept_edges = torch.ones_like(edge_index[0], dtype=torch.bool)
        if self.settings.drop_edges:
            kept_edges = self.keep_edges(edge_index, len(x), generator)
        if self.settings.drop_features:
            # Category 0 means unknown; its embedding is zero.
            x = x * sample_kept(x.shape, self.settings.drop_features, x.device, generator)
        if self.settings.drop_nodes:
            kept = sample_kept((len(x),), self.settings.drop_nodes, x.device, generator)
            # jinja: if form == "graphs" and encodings
            kept |= (graph[kept].bincount(minlength=len(sizes)) == 0)[graph]  # no graph vanishes
            kept_edges &= kept[edge_index].all(dim=0)
            x, edge_index, graph = x[kept], renumber(edge_index, kept), graph[kept]
            sizes, walks = graph.bincount(minlength=len(sizes)), walks[kept]
            # jinja: elif form == "graphs"
            kept |= (graph[kept].bincount(minlength=len(sizes)) == 0)[graph]  # no graph vanishes
            kept_edges &= kept[edge_index].all(dim=0)
            x, edge_index, graph = x[kept], renumber(edge_index, kept), graph[kept]
            sizes = graph.bincount(minlength=len(sizes))
            # jinja: elif encodings
            kept_edges &= kept[edge_index].all(dim=0)
            x, edge_index, target = x[kept], renumber(edge_index, kept), target[kept]
            walks = walks[kept]
            # jinja: else
            kept_edges &= kept[edge_index].all(dim=0)
            x, edge_index, target = x[kept], renumber(edge_index, kept), target[kept]
            # jinja: endif
        # jinja: if form == "graphs" and encodings
        if self.settings.drop_edges or self.settings.drop_nodes:
            edge_index = edge_index[:, kept_edges]
            edge_attr = [features[kept_edges] for features in edge_attr]
        return (x, edge_index, graph, sizes, walks, *edge_attr), target

        # jinja: elif form == "graphs"
        if self.settings.drop_edges or self.settings.drop_nodes:
            edge_index = edge_index[:, kept_edges]
            edge_attr = [features[kept_edges] for features in edge_attr]
        return (x, edge_index, graph, sizes, *edge_attr), target

        # jinja: elif encodings
        if self.settings.drop_edges or self.settings.drop_nodes:
            edge_index = edge_index[:, kept_edges]
            edge_attr = [features[kept_edges] for features in edge_attr]
        return (x, edge_index, walks, *edge_attr), target

        # jinja: elif edges
        if self.settings.drop_edges or self.settings.drop_nodes:
            edge_index = edge_index[:, kept_edges]
            edge_attr = [features[kept_edges] for features in edge_attr]
        return (x, edge_index, *edge_attr), target

        # jinja: else
        if self.settings.drop_edges or self.settings.drop_nodes:
            edge_index = edge_index[:, kept_edges]
        return (x, edge_index), target

    # jinja: endif
    def keep_edges(self, edge_index: Tensor, num_nodes: int, generator: Generator) -> Tensor:
        """True for edges ``(E,)`` of kept pairs of nodes: an undirected graph stays undirected."""
        low, high = edge_index.min(dim=0).values, edge_index.max(dim=0).values
        pairs, pair_of_edge = torch.unique(low * num_nodes + high, return_inverse=True)
        kept = sample_kept(pairs.shape, self.settings.drop_edges, pairs.device, generator)
        return kept[pair_of_edge]


def sample_kept(
    shape: tuple[int, ...], rate: float, device: torch.device, generator: Generator
) -> Tensor:
    """True for what is kept, False with probability ``rate``."""
    return torch.rand(shape, generator=generator, device=device) >= rate


def renumber(edge_index: Tensor, kept: Tensor) -> Tensor:
    """Edges by the new numbers of the nodes that are kept; for others these mean nothing."""
    return (kept.cumsum(dim=0) - 1)[edge_index]
