"""Nodes and edges as a model takes them.

Shapes: V nodes, E edges, F features, C columns of categories.
"""

from pathlib import Path

import torch
from torch import Tensor
from torch_geometric.utils import coalesce, remove_self_loops

from .labels import tell


def tidy_edges(edges: Tensor, num_nodes: int, path: Path) -> Tensor:
    """Each edge ``(2, E)`` of a file once, without loops: layers that need those add them."""
    straight, _ = remove_self_loops(edges)
    once = coalesce(straight, num_nodes=num_nodes)
    loops, copies = edges.size(1) - straight.size(1), straight.size(1) - once.size(1)
    kinds = {"from a node to itself": loops, "that stand there twice": copies}
    found = [f"{count} edges {kind}" for kind, count in kinds.items() if count]
    if found:
        tell(f"{path}: {' and '.join(found)} are left out")
    if not once.size(1):
        tell(f"{path} has no edges: the model sees each node by itself")
    return once


def encode_nodes(
    numbers: Tensor,
    words: dict[str, list[str]],
    vocabulary: dict[str, list[str]],
    one_hot: bool,
) -> Tensor:
    """Categories ``(V, C)`` for the model to embed, or one-hot behind the numbers ``(V, F)``."""
    columns, first = [torch.empty(len(numbers), 0, dtype=torch.int64)], 1
    for column, known in vocabulary.items():
        ids = {word: first + number for number, word in enumerate(known)}
        # 0 is a category that training has not seen.
        columns.append(torch.tensor([[ids.get(word, 0)] for word in words[column]]))
        first += len(known)
    categories = torch.cat(columns, dim=1)
    if not one_hot:
        return categories
    marked = torch.zeros(len(categories), first).scatter(1, categories, 1.0)[:, 1:]
    # Scaled numbers have a mean of 0, which a missing one becomes.
    return torch.cat([numbers.float().nan_to_num(0.0), marked], dim=1)
