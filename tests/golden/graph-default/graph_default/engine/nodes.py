"""What a model must know of a graph, and what it takes of one.

Shapes: V nodes, E edges, F features, C columns of categories.
"""

from typing import Any

import torch
from torch import Tensor

from .features import encode_nodes
from .graph import Graph
from .labels import DataError


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
    """Categories ``(V, C)`` for the model to embed, or features ``(V, F)`` if there are numbers."""
    found, known = {*graph.numbers, *graph.words}, {*info["scale"], *info["vocabulary"]}
    if found != known:
        some = sorted(found ^ known)[0]
        raise DataError(
            f"the model was {'not ' if some in found else ''}trained with the feature {some!r}: "
            "give it the columns that it was trained with"
        )
    words = sorted(info["scale"].keys() - graph.numbers.keys())
    if words:
        raise DataError(f"column {words[0]} holds words: the model was trained with numbers there")
    scaled = [(graph.numbers[name] - mean) / std for name, (mean, std) in info["scale"].items()]
    numbers = torch.stack(scaled, dim=1) if scaled else torch.empty(len(graph.names), 0)
    return encode_nodes(numbers, graph.words, info["vocabulary"])


def make_inputs(graph: Graph, info: dict[str, Any]) -> tuple[Tensor, ...]:
    """What a model takes of a graph."""
    x = encode(graph, info)
    edge_attr = graph.edge_table.encode(graph.edges.size(1), info)  # (E, A), if there is any
    return (x, graph.edges, *edge_attr)
