"""The sample: networkx's atlas of small graphs. Delete it with the lines that read it."""

from functools import cache

import networkx as nx
import torch

from .engine.labels import Label
from .sources import Graphs, with_features


@cache
def read_sample() -> Graphs:
    """All 1,249 graphs of three to seven nodes: is there a node whose removal cuts the graph?

    About half have one (an articulation point). Numbers of nodes and edges alone tell 75 of 100.
    """
    atlas = [graph for graph in nx.graph_atlas_g() if len(graph) >= 3]
    sizes = torch.tensor([len(graph) for graph in atlas])
    first = sizes.cumsum(dim=0) - sizes
    edges = [
        torch.tensor([*graph.to_directed().edges], dtype=torch.int64).view(-1, 2) + start
        for graph, start in zip(atlas, first, strict=True)
    ]
    labels = ["fragile" if {*nx.articulation_points(graph)} else "robust" for graph in atlas]
    graphs = Graphs(
        labels=[Label(text, place=graph.name) for text, graph in zip(labels, atlas, strict=True)],
        sizes=sizes,
        edges=torch.cat(edges).T,
        words={},
        numbers=torch.empty(int(sizes.sum()), 0),
    )
    return with_features(graphs)
