"""The sample: networkx's atlas of small graphs. Delete it with the lines that read it."""

from functools import cache

import networkx as nx
import torch

from .engine.labels import Label
from .sources import Graphs, with_features


@cache
def read_sample() -> Graphs:
    """All 1,249 graphs of three to seven nodes: how near are the nodes of each to each other?

    Their global efficiency (Latora and Marchiori 2001) is the mean of 1 / distance over all pairs
    of nodes: 0 without an edge, 1 if all are joined. Edges tell of neighbours, not of what is far.
    """
    atlas = [graph for graph in nx.graph_atlas_g() if len(graph) >= 3]
    sizes = torch.tensor([len(graph) for graph in atlas])
    first = sizes.cumsum(dim=0) - sizes
    edges = [
        torch.tensor([*graph.to_directed().edges], dtype=torch.int64).view(-1, 2) + start
        for graph, start in zip(atlas, first, strict=True)
    ]
    numbers = [nx.global_efficiency(graph) for graph in atlas]
    graphs = Graphs(
        labels=[
            Label(f"{number:g}", graph.name, {"label": number})
            for number, graph in zip(numbers, atlas, strict=True)
        ],
        sizes=sizes,
        edges=torch.cat(edges).T,
        words={},
        numbers=torch.empty(int(sizes.sum()), 0),
    )
    return with_features(graphs)
