"""The sample: networkx's atlas of small graphs. Delete it with the lines that read it."""

from functools import cache
from itertools import combinations

import networkx as nx
import torch

from .engine.labels import Label
from .sources import Graphs, with_features


def has_claw(graph: nx.Graph) -> bool:
    """Whether some node has three neighbours of which no two are joined."""
    threes = (three for node in graph for three in combinations(graph[node], 3))
    return any(not graph.subgraph(three).edges for three in threes)


PROPERTIES = {
    "bipartite": nx.is_bipartite,
    "chordal": nx.is_chordal,
    "claw-free": lambda graph: not has_claw(graph),
    "connected": nx.is_connected,
    "fragile": lambda graph: bool({*nx.articulation_points(graph)}),
}


@cache
def read_sample() -> Graphs:
    """All 1,249 graphs of three to seven nodes, labelled with the properties that each has.

    Some follow from counts of neighbours and triangles, which a few rounds of messages find; a
    guess by how often each property holds has a mean average precision of 0.43.
    """
    atlas = [graph for graph in nx.graph_atlas_g() if len(graph) >= 3]
    sizes = torch.tensor([len(graph) for graph in atlas])
    first = sizes.cumsum(dim=0) - sizes
    edges = [
        torch.tensor([*graph.to_directed().edges], dtype=torch.int64).view(-1, 2) + start
        for graph, start in zip(atlas, first, strict=True)
    ]
    labels = []
    for graph in atlas:
        names = [name for name, holds in PROPERTIES.items() if holds(graph)]
        text = "; ".join(names) or "(none)"
        labels.append(Label(text, graph.name, dict.fromkeys(names, 1.0)))
    graphs = Graphs(
        labels=labels,
        sizes=sizes,
        edges=torch.cat(edges).T,
        words={},
        numbers=torch.empty(int(sizes.sum()), 0),
    )
    return with_features(graphs)
