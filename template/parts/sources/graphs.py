"""Where graphs and their labels come from: a folder with TUDataset's files.

Shapes: V nodes, E edges, F features.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import torch
from cyclopts import Parameter
from torch import Tensor
from torch_geometric.utils import degree, to_undirected

from .engine.edges import EdgeTable, match_rows
from .engine.features import tidy_edges
from .engine.labels import DataError, Label, LabelReader, tell
from .engine.rows import read_attributes, read_integers, read_rows, read_words


@dataclass(kw_only=True)
class SourceSettings:
    path: Annotated[Path | None, Parameter(alias="--data")] = None
    """Folder with TUDataset's files; none: the atlas of networkx."""


class Graphs(NamedTuple):
    """All graphs as they were read, with their nodes and edges one after the other."""

    labels: list[Label]  # of each graph
    sizes: Tensor  # nodes of each graph
    edges: Tensor  # (2, E), counted over all nodes
    words: dict[str, list[str]]  # by column, one of each node
    numbers: Tensor  # (V, F)
    edge_table: EdgeTable = EdgeTable()


def read_tudataset(folder: Path, name: str, read_label: LabelReader | None) -> Graphs:
    """Files as of Morris et al. 2020, which count nodes and graphs from 1 through the data set."""
    indicator_path, edge_path = folder / f"{name}_graph_indicator.txt", folder / f"{name}_A.txt"
    # jinja: if target == "numbers"
    label_path, what = folder / f"{name}_graph_attributes.txt", "numbers"
    # jinja: else
    label_path, what = folder / f"{name}_graph_labels.txt", "a label"
    # jinja: endif
    graph = read_integers(indicator_path, 1).flatten() - 1
    if not len(graph):
        raise DataError(f"{indicator_path} has no rows: give each node one")
    rows = read_rows(label_path) if label_path.exists() else []
    if read_label and not label_path.exists():
        raise DataError(f"{label_path} is missing: add it, with {what} for each graph in a row")
    # jinja: if target != "classes"
    num_lines = len(label_path.read_bytes().splitlines()) if rows else 0
    rows += [[""]] * (min(num_lines, int(graph.max()) + 1) - len(rows))  # the last may be empty
    # jinja: endif
    num_graphs = len(rows) or int(graph.max()) + 1
    if graph.max() >= num_graphs:
        reason = f"has {num_graphs} rows, and {indicator_path.name} names graph {graph.max() + 1}"
        raise DataError(f"{label_path} {reason}: give each graph a row")
    labels = read_labels(label_path, rows or [[""]] * num_graphs, read_label)
    for row, (before, number) in enumerate(zip([0, *graph[:-1]], graph, strict=True), start=1):
        if not before <= number:
            reason = f"graph {number + 1} stands behind a later one, or there is none"
            raise DataError(f"{indicator_path}:{row}: {reason}: sort the nodes by graph")
    ends = read_integers(edge_path, 2).T - 1
    for row, (source, target) in enumerate(ends.T.tolist(), start=1):
        if min(source, target) < 0 or max(source, target) >= len(graph):
            what = f"{indicator_path.name} has no such node"
            raise DataError(f"{edge_path}:{row}: {what}: fix or remove the row")
        if graph[source] != graph[target]:
            raise DataError(f"{edge_path}:{row} connects two graphs: fix or remove it")
    kinds = ("node_labels", "node_attributes", "edge_labels", "edge_attributes")
    features = {kind: folder / f"{name}_{kind}.txt" for kind in kinds}
    read = {indicator_path, edge_path, label_path, *features.values()}
    if unused := sorted(path.name for path in {*folder.glob(f"{name}_*.txt")} - read):
        tell(f"{folder}: not used: {', '.join(unused)}")
    edges = tidy_edges(ends, len(graph), edge_path)
    one_way = to_undirected(edges, num_nodes=len(graph)).size(1) - edges.size(1)
    if one_way:
        what = f"{one_way} of {edges.size(1)} edges lead one way only, and so do messages"
        tell(f"{edge_path}: {what}: list them the other way round too if they have no direction")
    num_edges = ends.size(1)
    attributes = read_attributes(features["edge_attributes"], num_edges, "edge")
    edge_table = EdgeTable(
        str(folder),
        [f"{edge_path}:{row}" for row in range(1, num_edges + 1)],
        *match_rows(ends, edges, len(graph), directed=True),
        numbers={f"edge attribute {n}": column for n, column in enumerate(attributes.T, start=1)},
        words=read_words(features["edge_labels"], num_edges, "edge"),
    )
    return Graphs(
        labels=labels,
        sizes=graph.bincount(minlength=num_graphs),
        edges=edges,
        words=read_words(features["node_labels"], len(graph), "node"),
        numbers=read_attributes(features["node_attributes"], len(graph), "node"),
        edge_table=edge_table,
    )


def read_labels(path: Path, rows: list[list[str]], read_label: LabelReader | None) -> list[Label]:
    """A label of each graph; unknown where no one asks for them, as in prediction."""
    labels = []
    for row, cells in enumerate(rows, start=1):
        place = f"{path}:{row}"
        # jinja: if target == "classes"
        columns = {"label": cells[0]}
        # jinja: else
        if len(cells) != len(rows[0]):
            raise DataError(f"{place} has {len(cells)} cells, not {len(rows[0])}: fix it")
        names = [f"label_{n}" for n in range(1, len(cells) + 1)] if len(cells) > 1 else ["label"]
        columns = dict(zip(names, cells, strict=True))
        # jinja: endif
        labels.append(read_label(columns, place) if read_label else Label("", place))
    return labels


def read_graphs(settings: SourceSettings, read_label: LabelReader | None) -> Graphs:
    """The graphs of a folder; without ``read_label``, as in prediction, they need no labels."""
    path = settings.path
    if path is None:
        raise DataError("data.path names no data: give it a path")
    if path.as_posix().startswith("hf:"):
        raise DataError(f"{path} is a hub's: save its graphs as TUDataset's files instead")
    found = [file for folder in (path, path / "raw") for file in sorted(folder.glob("*_A.txt"))]
    if not found:
        layout = "NAME_A.txt for edges, NAME_graph_indicator.txt and others (README)"
        raise DataError(f"data.path: {path} is no folder that holds a TUDataset: {layout}")
    name = found[0].name.removesuffix("_A.txt")
    return with_features(read_tudataset(found[0].parent, name, read_label))


def with_features(graphs: Graphs) -> Graphs:
    """Where nothing is known of the nodes, their degree is their category (Xu et al. 2019)."""
    if graphs.words or graphs.numbers.size(1):
        return graphs
    degrees = degree(graphs.edges[1], len(graphs.numbers), dtype=torch.int64)
    return graphs._replace(words={"degree": [str(number) for number in degrees.tolist()]})
