"""Augmentation of graphs on the device, in training only: messages and features are dropped.

Shapes: V nodes, E edges, F features, C columns of categories.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor, nn

from .engine.ranges import FractionBelowOne

# Off and fullest, of strengths for which these are not 0 and 1; the tests go by it.
STRENGTHS = dict.fromkeys(("drop_edges", "drop_features"), (0.0, 0.9))


@dataclass
class AugmentSettings:
    drop_edges: FractionBelowOne
    """Fraction of the messages, both directions of an edge together (Rong et al. 2020)."""
    drop_features: FractionBelowOne
    """Fraction of the features, which become 0, or of the categories, which become unknown."""


class Augment(nn.Module):
    """Drops parts of a graph in training, never of the pairs to predict; does nothing in eval."""

    def __init__(self, settings: AugmentSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.settings = settings

    def forward(
        self, inputs: tuple[Tensor, ...], target: Tensor, generator: Generator
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        if not self.training:
            return inputs, target
        # jinja: if encodings
        x, edge_index, pairs, walks, *edge_attr = inputs
        # jinja: else
        x, edge_index, pairs, *edge_attr = inputs
        # jinja: endif
        if self.settings.drop_edges:
            kept = self.keep_edges(edge_index, len(x), generator)
            edge_index = edge_index[:, kept]
            edge_attr = [features[kept] for features in edge_attr]
        if self.settings.drop_features:
            # Category 0 means unknown; its embedding is zero.
            x = x * sample_kept(x.shape, self.settings.drop_features, x.device, generator)
        # jinja: if encodings
        return (x, edge_index, pairs, walks, *edge_attr), target

        # jinja: else
        return (x, edge_index, pairs, *edge_attr), target

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
