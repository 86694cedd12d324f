"""The sample: networkx's atlas of small graphs. Delete it with the lines that read it."""

from functools import cache

import networkx as nx
import torch

from .engine.label_sets import make_label
from .sources import Graphs, with_features

PROPERTIES = {
    "bipartite": nx.is_bipartite,
    "chordal": nx.is_chordal,
    "connected": nx.is_connected,
    "planar": nx.is_planar,
}


@cache
def read_sample() -> Graphs:
    """All 1,249 graphs of three to seven nodes, labelled with the properties that each has."""
    atlas = [graph for graph in nx.graph_atlas_g() if len(graph) >= 3]
    sizes = torch.tensor([len(graph) for graph in atlas])
    first = sizes.cumsum(dim=0) - sizes
    edges = [
        torch.tensor([*graph.to_directed().edges], dtype=torch.int64).view(-1, 2) + start
        for graph, start in zip(atlas, first, strict=True)
    ]
    present = [[name for name, holds in PROPERTIES.items() if holds(graph)] for graph in atlas]
    graphs = Graphs(
        labels=[make_label(n, graph.name) for n, graph in zip(present, atlas, strict=True)],
        sizes=sizes,
        edges=torch.cat(edges).T,
        words={},
        numbers=torch.empty(int(sizes.sum()), 0),
    )
    return with_features(graphs)
