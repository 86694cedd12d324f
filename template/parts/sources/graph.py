"""Where a graph and the labels of its nodes come from: tables, arrays or Planetoid's files.

Shapes: R rows of a table.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import torch
from cyclopts import Parameter
from torch import Tensor
from torch_geometric.io import read_planetoid_data

from .engine.arrays import EDGES, FEATURES, open_features, read_edges
from .engine.graph import ENDS, Graph, Table, read_columns, read_features, with_edges
from .engine.labels import DataError, Label, LabelReader

PLANETOID = ("x", "tx", "allx", "y", "ty", "ally", "graph", "test.index")


@dataclass(kw_only=True)
class SourceSettings:
    # jinja: if target == "classes"
    columns: tuple[str, str] = ("id", "label")
    """Columns of nodes.csv that name a node and its class."""
    # jinja: elif target == "links"
    columns: tuple[str, ...] = ("id",)
    """Column of nodes.csv that names a node."""
    # jinja: else
    columns: tuple[str, ...] = ("id", "label")
    """Columns of nodes.csv: one that names a node, and one or more of labels."""
    label_separator: str = ";"
    """What separates several labels in one cell."""
    # jinja: endif
    path: Annotated[Path | None, Parameter(alias="--data")] = None
    """Folder with nodes.csv and edges.csv, of large graphs with features.npy and edges.npy, or with
    Planetoid's files; none: the sample."""
    directed: bool = False
    """Messages go from source to target only; else both ways."""
    categorical: list[str] = field(default_factory=list)
    """Columns of nodes.csv whose numbers are categories, such as codes; words always are."""


def read_planetoid(folder: Path, name: str, read_label: LabelReader | None) -> Graph:
    """Citation graphs, with the split of their nodes of Yang et al. 2016."""
    for part in PLANETOID:
        if not (folder / f"ind.{name}.{part}").is_file():
            raise DataError(f"{folder / f'ind.{name}.{part}'} is missing: copy all Planetoid files")
    try:
        read = read_planetoid_data(str(folder), name)
    except Exception as error:  # pickles of any age and content
        raise DataError(f"{folder}/ind.{name}.* cannot be read, copy them anew: {error}") from error
    if read.x.layout != torch.strided:
        raise DataError(f"{folder} has sparse features, which need torch-sparse: use another graph")
    bad = (~read.x.isfinite()).any(dim=1).nonzero().flatten().tolist()
    if bad or int(read.edge_index.max()) >= len(read.x):
        what = f"node {bad[0]} has a feature" if bad else "ind.*.graph has a node"
        raise DataError(f"{folder}: {what} that cannot be: copy the files anew")
    features = read.x
    # jinja: if target != "links"
    features = torch.nn.functional.normalize(features, p=1.0, dim=1)  # a row sums to 1
    # jinja: endif
    masks = zip(read.train_mask, read.val_mask, read.test_mask, strict=True)
    places = [f"{folder}, node {node}" for node in range(len(read.y))]
    return Graph(
        names=[str(node) for node in range(len(read.y))],
        labels=[
            read_label({"label": str(number)}, place) if read_label else Label("", place)
            for number, place in zip(read.y.tolist(), places, strict=True)
        ],
        splits=["train" if t else "val" if v else "test" if s else "" for t, v, s in masks],
        edges=read.edge_index,
        numbers={str(i): column for i, column in enumerate(features.T)},
        words={},
        # jinja: if target != "links"
        scaled=True,
        # jinja: endif
    )


def read_ends(table: Table, number: dict[str, int]) -> Tensor:
    """Source and target of each row ``(2, R)``, by the numbers of their nodes."""
    ends = []
    for end in ENDS:
        pairs = zip(table.columns[end], table.places, strict=True)
        wrong = [(name, place) for name, place in pairs if name not in number]
        if wrong:
            (name, place), more = wrong[0], f" ({len(wrong) - 1} rows more)" if wrong[1:] else ""
            raise DataError(f"{place}: nodes.csv has no id {name!r}{more}: add or remove it")
        ends.append([number[name] for name in table.columns[end]])
    return torch.tensor(ends, dtype=torch.int64).view(2, -1)


def read_tables(settings: SourceSettings, folder: Path, read_label: LabelReader | None) -> Graph:
    """nodes.csv with id, label, split and features by column, edges.csv with source and target.

    Or more features in features.npy, and instead of the names of nodes their rows in edges.npy.
    """
    (name_column, *label_columns), categorical = settings.columns, settings.categorical
    # jinja: if edges
    of_nodes = [name for name in categorical if not name.startswith("edges.")]
    # jinja: else
    of_nodes = categorical
    # jinja: endif
    required = [name_column, *of_nodes, *(label_columns if read_label else [])]
    table = read_columns(folder / "nodes.csv", required)
    places, nodes = table.places, {**table.columns}
    if not places:
        raise DataError(f"{table.path} has no rows: give each node one")
    names, unknown = nodes.pop(name_column), [""] * len(places)
    number: dict[str, int] = {}
    for name, place in zip(names, places, strict=True):
        if not name:
            raise DataError(f"{place} has no id: give it one")
        if name in number:
            raise DataError(f"{place}: the id {name!r} is taken by an earlier row: remove one")
        number[name] = len(number)
    splits = nodes.pop("split", unknown)
    cells_of = {column: nodes.pop(column, unknown) for column in label_columns}
    labels = []
    for row, place in enumerate(places):
        own = {column: cells[row] for column, cells in cells_of.items()}
        label = read_label(own, place) if read_label and any(own.values()) else Label("", place)
        labels.append(label)
    numbers, words = read_features(
        table._replace(columns=nodes), categorical, mean_of="the training nodes"
    )
    array = None
    if (folder / FEATURES).is_file():
        array = open_features(folder / FEATURES, len(names))
    of_names = {} if nodes or array is not None else {name_column: names}  # each a category
    graph = Graph(
        names=names,
        labels=labels,
        splits=splits,
        edges=torch.empty(2, 0, dtype=torch.int64),
        numbers=numbers,
        words=words | of_names,
        array=array,
        columns=table.columns,
    )
    if (folder / EDGES).is_file():
        if (folder / "edges.csv").is_file():
            raise DataError(f"{folder} has edges.csv and {EDGES}: remove one")
        return graph._replace(edges=read_edges(folder / EDGES, len(names), settings.directed))
    edge_table = read_columns(folder / "edges.csv", ENDS)
    ends = read_ends(edge_table, number)
    # jinja: if edges
    graph = with_edges(graph, ends, edge_table, settings.directed, categorical)
    # jinja: else
    graph = with_edges(graph, ends, edge_table, settings.directed)
    # jinja: endif
    return graph


def read_graph(settings: SourceSettings, read_label: LabelReader | None) -> Graph:
    """The graph of a folder; without ``read_label``, as in prediction, its labels are unknown."""
    path = settings.path
    if path is None:
        raise DataError("data.path names no data: give it a path")
    if path.as_posix().startswith("hf:"):
        raise DataError(f"{path} is a hub's: of one graph, save nodes.csv and edges.csv instead")
    if path.is_file():
        raise DataError(f"data.path: {path} is a file: name the folder that it is in")
    for folder in (path, path / "raw"):
        files = sorted(folder.glob("ind.*.graph"))
        if files:
            name = files[0].name.split(".", 1)[1].removesuffix(".graph")
            return read_planetoid(folder, name, read_label)
    return read_tables(settings, path, read_label)
