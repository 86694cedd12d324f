"""The sample: networkx's atlas of small graphs. Delete it with the lines that read it."""

from functools import cache

import networkx as nx
import torch

from .engine.labels import LabelReader
from .sources import Graphs, with_features


# jinja: if target == "classes"
def find_label(graph: nx.Graph) -> str:
    """Is there a node whose removal cuts the graph (an articulation point)? About half have one.

    Numbers of nodes and edges alone tell 75 of 100.
    """
    return "fragile" if {*nx.articulation_points(graph)} else "robust"


# jinja: elif target == "labels"
def find_label(graph: nx.Graph) -> list[str]:
    """The properties that the graph has."""
    facts = {
        "bipartite": nx.is_bipartite(graph),
        "chordal": nx.is_chordal(graph),
        "connected": nx.is_connected(graph),
        "planar": nx.is_planar(graph),
    }
    return [name for name, holds in facts.items() if holds]


# jinja: else
def find_label(graph: nx.Graph) -> float:
    """How near are its nodes to each other? Edges tell of neighbours, not of what is far.

    Their global efficiency (Latora and Marchiori 2001) is the mean of 1 / distance over all pairs
    of nodes: 0 without an edge, 1 if all are joined.
    """
    return float(nx.global_efficiency(graph))


# jinja: endif
@cache
def read_sample(read_label: LabelReader) -> Graphs:
    """All 1,249 graphs of three to seven nodes."""
    atlas = [graph for graph in nx.graph_atlas_g() if len(graph) >= 3]
    sizes = torch.tensor([len(graph) for graph in atlas])
    first = sizes.cumsum(dim=0) - sizes
    edges = [
        torch.tensor([*graph.to_directed().edges], dtype=torch.int64).view(-1, 2) + start
        for graph, start in zip(atlas, first, strict=True)
    ]
    graphs = Graphs(
        labels=[read_label({"label": find_label(graph)}, graph.name) for graph in atlas],
        sizes=sizes,
        edges=torch.cat(edges).T,
        words={},
        numbers=torch.empty(int(sizes.sum()), 0),
    )
    return with_features(graphs)
