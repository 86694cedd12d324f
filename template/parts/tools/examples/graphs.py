"""Examples in words, for `show data` and reports."""

from collections.abc import Iterator
from typing import Any

from torch.utils.data import DataLoader

from ..data import Data, Example
from ..engine.labels import Label
from .described import Described


def count_examples(loader: DataLoader[Any]) -> int:
    return len(loader.dataset)  # type: ignore[arg-type]


def describe_examples(data: Data) -> Iterator[tuple[str, Iterator[Described]]]:
    """The graphs of each split, in its order."""
    for split in ("train", "validation", "test"):
        dataset = getattr(data, split).dataset
        yield split, map(describe_graph, dataset.labels, dataset.examples)


def describe_graph(label: Label, example: Example) -> Described:
    x, edge_index, *more, _ = example
    num_nodes, num_edges = len(x), edge_index.size(1)
    content = [tensor.tolist() for tensor in (x, edge_index, *more)]
    return Described(
        label.place,
        label,
        text=f"{num_nodes} nodes, {num_edges} edges",
        sizes={"nodes": num_nodes, "edges": num_edges},
        content=str(content).encode(),
        fault="" if num_edges else "without an edge",
    )
