"""The sample: who meets whom in Les Misérables. Delete it with the lines that read it."""

import networkx as nx
import torch

from .engine.graph import Graph
from .engine.labels import Label


def read_sample() -> Graph:
    """Its 77 characters, and 254 edges between those who meet in a chapter (Knuth 1993)."""
    novel = nx.les_miserables_graph()
    names = sorted(novel)
    number = {name: place for place, name in enumerate(names)}
    edges = [(number[one], number[other]) for one, other in novel.to_directed().edges]
    return Graph(
        names=names,
        labels=[Label("", name) for name in names],
        splits=[""] * len(names),
        edges=torch.tensor(sorted(edges)).T,
        numbers={},
        words={"id": names},
    )
