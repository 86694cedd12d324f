"""What a model must know of a graph, and what it takes of one.

Shapes: V nodes, E edges, F features, C columns of categories.
"""

from typing import Any

import torch
from torch import Tensor

from .arrays import measure
from .features import encode_nodes
from .graph import Graph
from .labels import DataError
from .neighbours import Neighbours


def describe(graph: Graph, train: list[int]) -> dict[str, Any]:
    """Scale of the training nodes, and the categories of all."""
    scale = {}
    for column, numbers in graph.numbers.items():
        known = numbers[train][numbers[train].isfinite()]
        if not len(known):
            what = f"no training node has a number in column {column}"
            raise DataError(f"{what}: fill in some, or leave the column out")
        std, mean = torch.std_mean(known, correction=0)
        # A constant column is only centred: division by its deviation would give infinities.
        scale[column] = (0.0, 1.0) if graph.scaled else (mean.item(), std.item() or 1.0)
    if graph.array is not None:
        moments = measure(graph.array, sorted(train))
        scale |= zip(graph.name_array(), moments, strict=True)
    vocabulary = {column: sorted({*words} - {""}) for column, words in graph.words.items()}
    num_words = sum(len(words) for words in vocabulary.values())
    info = {
        "scale": scale,
        "vocabulary": vocabulary,
        "num_features": len(scale) + num_words if scale else 0,
        "num_categories": 0 if scale else num_words + 1,
        "categorical": [*vocabulary],  # columns, for other data
    }
    info |= graph.edge_table.describe()
    info["categorical"] = [*vocabulary, *graph.edge_table.words]
    return info


def encode(graph: Graph, info: dict[str, Any]) -> Tensor:
    """Categories ``(V, C)`` for the model to embed, or features ``(V, F)`` if there are numbers.

    Those of an array are not among them.
    """
    scale, of_array = info["scale"], graph.name_array()
    found, known = {*graph.numbers, *of_array, *graph.words}, {*scale, *info["vocabulary"]}
    if found != known:
        some = sorted(found ^ known)[0]
        raise DataError(
            f"the model was {'not ' if some in found else ''}trained with the feature {some!r}: "
            "give it the columns that it was trained with"
        )
    words = sorted(scale.keys() - graph.numbers.keys() - {*of_array})
    if words:
        raise DataError(f"column {words[0]} holds words: the model was trained with numbers there")
    of_table = [(graph.numbers[name], *scale[name]) for name in scale if name in graph.numbers]
    scaled = [(column - mean) / std for column, mean, std in of_table]
    numbers = torch.stack(scaled, dim=1) if scaled else torch.empty(len(graph.names), 0)
    return encode_nodes(numbers, graph.words, info["vocabulary"], one_hot=bool(scale))


class Features:
    """What tables tell of nodes, and an array, whose rows are read as they are asked for."""

    def __init__(self, graph: Graph, info: dict[str, Any]) -> None:
        self.table, self.array = encode(graph, info), graph.array
        moments = [info["scale"][name] for name in graph.name_array()]
        self.mean, self.std = torch.tensor(moments).view(-1, 2).T  # (F,)

    def choose(self, nodes: Tensor) -> Tensor:
        """Those of some nodes ``(N, F)``, or ``(N, C)``."""
        if self.array is None:
            return self.table[nodes]
        rows = torch.from_numpy(self.array[nodes.numpy()]).float()
        return torch.cat([self.table[nodes], (rows - self.mean) / self.std], dim=1)


def make_inputs(graph: Graph, info: dict[str, Any]) -> tuple[Tensor, ...]:
    """What a model takes of a graph."""
    x = Features(graph, info).choose(torch.arange(len(graph.names)))
    edge_attr = graph.edge_table.encode(graph.edges.size(1), info)  # (E, A), if there is any
    return (x, graph.edges, *edge_attr)


class WholeGraph:
    """A graph of which each batch has all, whichever nodes it is for."""

    def __init__(self, graph: Graph, info: dict[str, Any]) -> None:
        self.inputs = make_inputs(graph, info)

    def around(self, nodes: Tensor, key: int) -> tuple[tuple[Tensor, ...], Tensor]:
        """What a model takes, and where the nodes ``(N,)`` stand in it; nothing is drawn."""
        return self.inputs, nodes


class SampledGraph:
    """A graph of which each batch has the nodes that it is for, and neighbours drawn for them."""

    def __init__(self, graph: Graph, info: dict[str, Any]) -> None:
        self.features, self.fan_outs = Features(graph, info), info["neighbours"]
        self.edge_attr = graph.edge_table.encode(graph.edges.size(1), info)  # (E, A), if any
        self.neighbours = Neighbours(graph.edges, len(graph.names))

    def around(self, nodes: Tensor, key: int) -> tuple[tuple[Tensor, ...], Tensor]:
        """What a model takes, and where the nodes ``(N,)`` stand in it; ``key`` decides draws."""
        found, edges, numbers = self.neighbours.find(nodes, self.fan_outs, key)
        edge_attr = (each[numbers] for each in self.edge_attr)
        return (self.features.choose(found), edges, *edge_attr), torch.arange(len(nodes))


def see(graph: Graph, info: dict[str, Any]) -> tuple[WholeGraph | SampledGraph, int]:
    """The graph as batches have it, and for how many nodes each is at most."""
    if info["neighbours"]:
        return SampledGraph(graph, info), info["batch_size"]
    return WholeGraph(graph, info), len(graph.names)
