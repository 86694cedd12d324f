"""Where a graph and the labels of its nodes come from: tables, or Planetoid's files.

Shapes: V nodes, E edges.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, NamedTuple

import torch
import torch.nn.functional as F
from cyclopts import Parameter
from torch import Tensor
from torch_geometric.io import read_planetoid_data
from torch_geometric.utils import to_undirected

from .engine.features import tidy_edges
from .engine.files import read_table, tell_unused
from .engine.labels import DataError, Label, LabelReader, tell

PLANETOID = ("x", "tx", "allx", "y", "ty", "ally", "graph", "test.index")
LARGEST = 1e30  # number that is read: a model computes in float32, which ends at 3e38


@dataclass(kw_only=True)
class SourceSettings:
    columns: tuple[str, str] = ("id", "label")
    """Columns of nodes.csv that name a node and its class."""
    path: Annotated[Path | None, Parameter(alias="--data")] = None
    """Folder with nodes.csv and edges.csv, or with Planetoid's files; none: the karate club."""
    directed: bool = False
    """Messages go from source to target only; else both ways."""
    categorical: list[str] = field(default_factory=list)
    """Columns of nodes.csv whose numbers are categories, such as codes; words always are."""


class Graph(NamedTuple):
    """A graph as it was read. Labels and splits are empty where they are not known."""

    names: list[str]
    labels: list[Label]  # of each node
    splits: list[str]
    edges: Tensor  # (2, E)
    numbers: dict[str, Tensor]  # by column, (V,)
    words: dict[str, list[str]]  # by column, one of each node
    scaled: bool = False  # numbers are ready for use
    columns: dict[str, list[str]] = {}  # noqa: RUF012 -- of nodes.csv, as they stand there


def read_planetoid(folder: Path, name: str, read_label: LabelReader | None) -> Graph:
    """Citation graphs with the split of Yang et al. 2016; a row of features sums to 1."""
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
    features = F.normalize(read.x, p=1.0, dim=1)
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
        scaled=True,
    )


def read_columns(path: Path, required: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The place of each row of a CSV file with a header, and its columns by name."""
    if not path.is_file():
        raise DataError(f"{path} is missing: data.path needs a folder with nodes.csv and edges.csv")
    hint = "the first row names the columns; for nodes.csv: --data.columns person subject"
    places: list[str] = []
    columns: dict[str, list[str]] = {name: [] for name in required}
    for place, cells in read_table(path, required, hint):
        places.append(place)
        for name, cell in cells.items():
            columns.setdefault(name, []).append(cell.strip())
    if "" in columns:
        raise DataError(f"{path}: each column needs a name of its own")
    return places, columns


def to_numbers(name: str, cells: list[str], places: list[str]) -> Tensor | None:
    """A column of numbers, NaN where a cell is empty; none where it has words instead."""
    numbers: list[float | None] = []
    for cell in cells:
        try:
            numbers.append(float(cell or "nan"))
        except ValueError:
            numbers.append(None)
    found = [number for number, cell in zip(numbers, cells, strict=True) if cell]
    if found and not any(number is not None for number in found):
        return None
    wrong = [row for row, n in enumerate(numbers) if n is None or abs(n) >= LARGEST]
    if wrong:
        what = f"{cells[wrong[0]]!r} in column {name} is not a number below {LARGEST:.0e}"
        more = f" (and {len(wrong) - 1} cells more)" if wrong[1:] else ""
        advice = "write a number or nothing, or name the column in --data.categorical"
        raise DataError(f"{places[wrong[0]]}: {what}{more}: {advice}")
    # Double precision until they are scaled: seven digits are too few for a date in seconds.
    return torch.tensor(numbers, dtype=torch.float64)


def read_tables(settings: SourceSettings, folder: Path, read_label: LabelReader | None) -> Graph:
    """nodes.csv with id, label, split and features by column, edges.csv with source and target."""
    (name_column, *label_columns), categorical = settings.columns, settings.categorical
    required = [name_column, *categorical, *(label_columns if read_label else [])]
    places, nodes = read_columns(folder / "nodes.csv", required)
    edge_places, edges = read_columns(folder / "edges.csv", ["source", "target"])
    columns = {**nodes}
    if not places:
        raise DataError(f"{folder / 'nodes.csv'} has no rows: give each node one")
    names, unknown = nodes.pop(name_column), [""] * len(places)
    number: dict[str, int] = {}
    for name, place in zip(names, places, strict=True):
        if not name:
            raise DataError(f"{place} has no id: give it one")
        if name in number:
            raise DataError(f"{place}: the id {name!r} is taken by an earlier row: remove one")
        number[name] = len(number)
    ends = []
    for end in ("source", "target"):
        pairs = zip(edges[end], edge_places, strict=True)
        wrong = [(name, place) for name, place in pairs if name not in number]
        if wrong:
            (name, place), more = wrong[0], f" ({len(wrong) - 1} rows more)" if wrong[1:] else ""
            raise DataError(f"{place}: nodes.csv has no id {name!r}{more}: add or remove it")
        ends.append([number[name] for name in edges[end]])
    tell_unused(folder / "edges.csv", edges, ["source", "target"])
    edge_index = torch.tensor(ends, dtype=torch.int64).view(2, -1)
    edge_index = tidy_edges(edge_index, len(names), folder / "edges.csv")
    if not settings.directed:
        edge_index = to_undirected(edge_index, num_nodes=len(names))
    splits = nodes.pop("split", unknown)
    cells_of = {column: nodes.pop(column, unknown) for column in label_columns}
    labels = []
    for row, place in enumerate(places):
        own = {column: cells[row] for column, cells in cells_of.items()}
        label = read_label(own, place) if read_label and any(own.values()) else Label("", place)
        labels.append(label)
    read = {
        column: None if column in categorical else to_numbers(column, cells, places)
        for column, cells in nodes.items()
    }
    words = {column: nodes[column] for column, numbers in read.items() if numbers is None}
    for column, numbers in read.items():
        missing = words[column].count("") if numbers is None else int(numbers.isnan().sum())
        if missing:
            meant = "unknown" if numbers is None else "the mean of the training nodes"
            what = f"{missing} empty cells in column {column} count as {meant}"
            tell(f"{folder / 'nodes.csv'}: {what}")
    if not read:
        words = {name_column: names}  # without features, each node is a category of its own
    return Graph(
        names=names,
        labels=labels,
        splits=splits,
        edges=edge_index,
        numbers={column: numbers for column, numbers in read.items() if numbers is not None},
        words=words,
        columns=columns,
    )


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
