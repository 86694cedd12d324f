"""Examples in words, for `show data` and reports."""

from collections.abc import Iterator
from typing import Any

from torch import Tensor
from torch.utils.data import DataLoader

from ..data import Data
from .described import Described


def find_nodes(loader: DataLoader[Any]) -> Tensor:
    """The nodes of a split."""
    nodes: Tensor = loader.dataset.nodes  # type: ignore[attr-defined]
    return nodes


def count_examples(loader: DataLoader[Any]) -> int:
    return len(find_nodes(loader))


def describe_examples(data: Data) -> Iterator[tuple[str, Iterator[Described]]]:
    """The nodes of each split and those of none, in the order of the graph."""
    graph = data.graph
    degrees = graph.edges[1].bincount(minlength=len(graph.names)).tolist()
    name_column = data.info["columns"][0]
    features = {name: cells for name, cells in graph.words.items() if name != name_column}
    if not graph.scaled:
        numbers = {name: column.tolist() for name, column in graph.numbers.items()}
        features |= {name: [f"{n:g}" for n in cells] for name, cells in numbers.items()}

    def describe_node(node: int) -> Described:
        cells = [f"{name} {column[node]}" for name, column in features.items()]
        return Described(
            graph.labels[node].place,
            graph.labels[node],
            text=", ".join([*cells, f"edges {degrees[node]}"]),
            sizes={"edges": degrees[node]},
            content=b"",  # nodes with equal features still differ by their place in the graph
            fault="" if degrees[node] else "without an edge to it",
        )

    unused = set(range(len(graph.names)))
    for split in ("train", "validation", "test"):
        nodes = find_nodes(getattr(data, split)).tolist()
        unused -= set(nodes)
        yield split, map(describe_node, nodes)
    if unused:
        yield "unused", map(describe_node, sorted(unused))
