"""Where graphs and their labels come from: a folder with TUDataset's files.

Shapes: V nodes, E edges, F features.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch_geometric.utils import coalesce, degree, remove_self_loops

from .engine.files import read_text
from .engine.labels import Check, DataError, Label

LARGEST = 1e30  # number that is read: a model computes in float32, which ends at 3e38


@dataclass(kw_only=True)
class SourceSettings:
    path: Path | None = None
    """Folder with TUDataset's files; none: the atlas of networkx."""


class Graphs(NamedTuple):
    """All graphs as they were read, with their nodes and edges one after the other."""

    labels: list[Label]  # of each graph
    sizes: Tensor  # nodes of each graph
    edges: Tensor  # (2, E), counted over all nodes
    words: dict[str, list[str]]  # by column, one of each node
    numbers: Tensor  # (V, F)


def read_rows(path: Path) -> list[list[str]]:
    """Cells of a file without a header; rows are counted from 1 in messages."""
    lines = read_text(path).rstrip().splitlines()
    return [[cell.strip() for cell in line.split(",")] for line in lines]


def read_integers(path: Path, columns: int) -> Tensor:
    rows = read_rows(path)
    for row, cells in enumerate(rows, start=1):
        if len(cells) != columns or not all(c.isdecimal() and len(c) < 19 for c in cells):
            what = "the number of a graph" if columns == 1 else "the numbers of two nodes"
            raise DataError(f"{path}:{row}: {','.join(cells)!r} is not {what}: fix it")
    numbers = [[int(cell) for cell in cells] for cells in rows]
    return torch.tensor(numbers, dtype=torch.int64).view(-1, columns)


def read_tudataset(folder: Path, name: str) -> Graphs:
    """Files as of Morris et al. 2020, which count nodes and graphs from 1 through the data set."""
    indicator_path, edge_path = folder / f"{name}_graph_indicator.txt", folder / f"{name}_A.txt"
    label_path, class_path = folder / f"{name}_node_labels.txt", folder / f"{name}_graph_labels.txt"
    graph = read_integers(indicator_path, 1).flatten() - 1
    if not len(graph):
        raise DataError(f"{indicator_path} has no rows: give each node one")
    labels = [cells[0] for cells in read_rows(class_path)] if class_path.exists() else []
    num_graphs = len(labels) or int(graph.max()) + 1
    for row, (before, number) in enumerate(zip([0, *graph[:-1]], graph, strict=True), start=1):
        if not before <= number < num_graphs:
            raise DataError(
                f"{indicator_path}:{row}: there is no graph {number + 1}, or it stands before "
                "an earlier one: sort the nodes by graph, and give each graph a label"
            )
    edges = read_integers(edge_path, 2).T - 1
    for row, (source, target) in enumerate(edges.T.tolist(), start=1):
        if min(source, target) < 0 or max(source, target) >= len(graph):
            what = f"{indicator_path.name} has no such node"
            raise DataError(f"{edge_path}:{row}: {what}: fix or remove the row")
        if graph[source] != graph[target]:
            raise DataError(f"{edge_path}:{row} connects two graphs: fix or remove it")
    words: dict[str, list[str]] = {}
    if label_path.exists():
        rows = read_rows(label_path)
        check_length(label_path, rows, len(graph))
        for row, cells in enumerate(rows, start=1):
            if len(cells) != len(rows[0]) or not all(cells):
                raise DataError(f"{label_path}:{row} is not {len(rows[0])} labels: fix it")
        words = {f"label {n}": [*column] for n, column in enumerate(zip(*rows, strict=True))}
    edges, _ = remove_self_loops(edges)
    return Graphs(
        labels=[
            Label(text, place=f"{class_path}:{row}")
            for row, text in enumerate(labels or [""] * num_graphs, start=1)
        ],
        sizes=graph.bincount(minlength=num_graphs),
        edges=coalesce(edges, num_nodes=len(graph)),
        words=words,
        numbers=read_attributes(folder / f"{name}_node_attributes.txt", len(graph)),
    )


def check_length(path: Path, rows: list[list[str]], num_nodes: int) -> None:
    if len(rows) != num_nodes:
        raise DataError(f"{path} has {len(rows)} rows for {num_nodes} nodes: give each node one")


def read_attributes(path: Path, num_nodes: int) -> Tensor:
    """Numbers ``(V, F)`` of the nodes; F is 0 where there is no such file."""
    if not path.exists():
        return torch.empty(num_nodes, 0)
    rows = read_rows(path)
    check_length(path, rows, num_nodes)
    numbers = []
    for row, cells in enumerate(rows, start=1):
        try:
            numbers.append([float(cell) for cell in cells])
        except ValueError:
            numbers.append([float("nan")])
        if len(cells) != len(rows[0]) or not all(abs(n) < LARGEST for n in numbers[-1]):
            what = f"{len(rows[0])} numbers below {LARGEST:.0e}"
            raise DataError(f"{path}:{row} is not {what}: fill them in")
    # Double precision until they are scaled: float32 has only seven digits.
    return torch.tensor(numbers, dtype=torch.float64)


def read_graphs(settings: SourceSettings, check_label: Check | None) -> Graphs:
    """The graphs of a folder; without a check, as in prediction, they need no labels."""
    path = settings.path
    if path is None:
        raise DataError("data.path names no data: give it a path")
    if path.as_posix().startswith("hf:"):
        raise DataError(f"{path} is a hub's: save its graphs as TUDataset's files instead")
    found = [file for folder in (path, path / "raw") for file in sorted(folder.glob("*_A.txt"))]
    if not found:
        raise DataError(f"data.path: {path} holds no TUDataset, whose edges end in _A.txt")
    graphs = read_tudataset(found[0].parent, found[0].name.removesuffix("_A.txt"))
    if check_label is not None:
        for label in graphs.labels:
            check_label(label)
    return with_features(graphs)


def with_features(graphs: Graphs) -> Graphs:
    """Where nothing is known of the nodes, their degree is their category (Xu et al. 2019)."""
    if graphs.words or graphs.numbers.size(1):
        return graphs
    degrees = degree(graphs.edges[1], len(graphs.numbers), dtype=torch.int64)
    return graphs._replace(words={"degree": [str(number) for number in degrees.tolist()]})
