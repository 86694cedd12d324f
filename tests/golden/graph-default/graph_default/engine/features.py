"""Nodes as a model takes them.

Shapes: V nodes, F features, C columns of categories.
"""

import torch
from torch import Tensor


def encode_nodes(
    numbers: Tensor, words: dict[str, list[str]], vocabulary: dict[str, list[str]]
) -> Tensor:
    """Categories ``(V, C)`` for the model to embed; with numbers, features ``(V, F)``: one-hot."""
    columns, first = [torch.empty(len(numbers), 0, dtype=torch.int64)], 1
    for column, known in vocabulary.items():
        ids = {word: first + number for number, word in enumerate(known)}
        # 0 is a category that training has not seen.
        columns.append(torch.tensor([[ids.get(word, 0)] for word in words[column]]))
        first += len(known)
    categories = torch.cat(columns, dim=1)
    if not numbers.size(1):
        return categories
    one_hot = torch.zeros(len(categories), first).scatter(1, categories, 1.0)[:, 1:]
    return torch.cat([numbers.float(), one_hot], dim=1)
