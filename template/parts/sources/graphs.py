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
from .engine.rows import read_attributes, read_integers, read_labels, read_words


@dataclass(kw_only=True)
class SourceSettings:
    # jinja: if chem and target == "classes"
    columns: tuple[str, str] = ("smiles", "label")
    """Columns of a CSV file: the SMILES of a molecule, and its class."""
    # jinja: elif chem
    columns: tuple[str, ...] = ("smiles", "label")
    """Columns of a CSV file: the SMILES of a molecule, and one or more of labels."""
    # jinja: endif
    path: Annotated[Path | None, Parameter(alias="--data")] = None
    """Where the graphs are (README, "Your data"); none: the atlas of networkx."""


class Graphs(NamedTuple):
    """All graphs as they were read, with their nodes and edges one after the other."""

    labels: list[Label]  # of each graph
    sizes: Tensor  # nodes of each graph
    edges: Tensor  # (2, E), counted over all nodes
    words: dict[str, list[str]]  # by column, one of each node
    numbers: Tensor  # (V, F)
    edge_table: EdgeTable = EdgeTable()
    splits: list[str] = []  # noqa: RUF012 -- of each graph: train, val, test or empty
    rows: list[dict[str, str]] = []  # noqa: RUF012 -- name of each graph, and what is known of it
    columns: list[str] = []  # noqa: RUF012 -- of the table that they were read from


def read_tudataset(folder: Path, name: str, read_label: LabelReader | None) -> Graphs:
    """Files as of Morris et al. 2020, which count nodes and graphs from 1 through the data set."""
    indicator_path, edge_path = folder / f"{name}_graph_indicator.txt", folder / f"{name}_A.txt"
    graph = read_integers(indicator_path, 1).flatten() - 1
    if not len(graph):
        raise DataError(f"{indicator_path} has no rows: give each node one")
    label_path, labels = read_labels(folder, name, graph, read_label)
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
        sizes=graph.bincount(minlength=len(labels)),
        edges=edges,
        words=read_words(features["node_labels"], len(graph), "node"),
        numbers=read_attributes(features["node_attributes"], len(graph), "node"),
        edge_table=edge_table,
        rows=[{"name": f"{folder}:{number}"} for number in range(1, len(labels) + 1)],
    )


# jinja: if chem
def read_molecules(
    path: Path,
    settings: SourceSettings,
    read_label: LabelReader | None,
    faults: list[DataError] | None,
) -> Graphs:
    """The molecules of a CSV file; those that are none are among the faults, or an error."""
    from .engine.molecules import read_atoms  # and with it RDKit, which is slow to import

    columns = [*settings.columns] if read_label else [settings.columns[0]]
    read = read_atoms(path, columns, read_label, faults)
    return Graphs(columns=[*settings.columns], **read)


def read_graphs(
    settings: SourceSettings,
    read_label: LabelReader | None,
    faults: list[DataError] | None = None,
) -> Graphs:
    """The graphs of a file or folder; without ``read_label``, as in prediction, unlabelled."""
    path = settings.path
    if path is not None and path.suffix == ".csv":
        return read_molecules(path, settings, read_label, faults)
    # jinja: else


def read_graphs(settings: SourceSettings, read_label: LabelReader | None) -> Graphs:
    """The graphs of a folder; without ``read_label``, as in prediction, they need no labels."""
    path = settings.path
    if path is not None and path.suffix == ".csv":
        raise DataError(f"{path} is a table: `scaffold regenerate --chem` adds a reader of SMILES")
    # jinja: endif
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
