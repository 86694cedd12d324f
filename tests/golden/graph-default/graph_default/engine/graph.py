"""A graph as it was read from tables, and its edges as a model takes them.

Shapes: V nodes, E edges, R rows of edges.csv.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch_geometric.utils import to_undirected

from . import arrays
from .edges import EdgeTable, match_rows
from .features import tidy_edges
from .files import read_table
from .labels import DataError, Label, tell

ENDS = ["source", "target"]


class Graph(NamedTuple):
    """A graph as it was read. Labels and splits are empty where they are not known."""

    names: list[str]
    labels: list[Label]  # of each node
    splits: list[str]
    edges: Tensor  # (2, E)
    numbers: dict[str, Tensor]  # by column, (V,)
    words: dict[str, list[str]]  # by column, one of each node
    array: np.ndarray | None = None  # (V, F), further numbers, which stay on disk
    scaled: bool = False  # numbers are ready for use
    columns: dict[str, list[str]] = {}  # noqa: RUF012 -- of nodes.csv, as they stand there
    edge_table: EdgeTable = EdgeTable()

    def name_array(self) -> list[str]:
        """Its columns, as if they were in a table."""
        count = 0 if self.array is None else self.array.shape[1]
        return [f"{arrays.FEATURES} {number}" for number in range(count)]

    def find_constants(self) -> list[str]:
        """What is the same for all nodes, or for all edges."""
        numbers = {name: column.tolist() for name, column in self.numbers.items()}
        columns = {**self.words, **numbers}
        constant = [name for name, cells in columns.items() if len(set(cells)) == 1]
        if self.array is not None:
            names = self.name_array()
            constant += [names[number] for number in arrays.find_constants(self.array)]
        same = [f"the same for all nodes: feature {name}" for name in constant]
        return same + self.edge_table.find_constants()


class Table(NamedTuple):
    path: Path
    places: list[str]  # of each row
    columns: dict[str, list[str]]


def read_columns(path: Path, required: list[str]) -> Table:
    """A CSV file whose first row names the columns."""
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
    return Table(path, places, columns)


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
    wrong = [row for row, n in enumerate(numbers) if n is None or abs(n) >= arrays.LARGEST]
    if wrong:
        what = f"{cells[wrong[0]]!r} in column {name} is not a number below {arrays.LARGEST:.0e}"
        more = f" (and {len(wrong) - 1} cells more)" if wrong[1:] else ""
        advice = "write a number or nothing, or name the column in --data.categorical"
        raise DataError(f"{places[wrong[0]]}: {what}{more}: {advice}")
    # Double precision until they are scaled: seven digits are too few for a date in seconds.
    return torch.tensor(numbers, dtype=torch.float64)


def read_features(
    table: Table, categorical: list[str], mean_of: str
) -> tuple[dict[str, Tensor], dict[str, list[str]]]:
    """Columns of numbers, and columns of words or of numbers that are categories."""
    numbers: dict[str, Tensor] = {}
    words: dict[str, list[str]] = {}
    for name, cells in table.columns.items():
        column = None if name in categorical else to_numbers(name, cells, table.places)
        if column is None:
            words[name] = cells
            missing, meant = cells.count(""), "unknown"
        else:
            numbers[name] = column
            missing, meant = int(column.isnan().sum()), f"the mean of {mean_of}"
        if missing:
            tell(f"{table.path}: {missing} empty cells in column {name} count as {meant}")
    return numbers, words


def with_edges(
    graph: Graph, ends: Tensor, table: Table, directed: bool, categorical: list[str]
) -> Graph:
    """The graph with these edges ``(2, R)``, each once, and the other columns of their table."""
    edges = tidy_edges(ends, len(graph.names), table.path)
    if not directed:
        edges = to_undirected(edges, num_nodes=len(graph.names))
    columns = {name: cells for name, cells in table.columns.items() if name not in ENDS}
    named = {f"edges.{name}": cells for name, cells in columns.items() if cells}
    absent = [n for n in categorical if n.startswith("edges.") and n not in named]
    if absent and table.places:
        what = f"{table.path} has no column {absent[0].removeprefix('edges.')!r}"
        raise DataError(f"{what}, whose numbers are categories: add it")
    numbers, words = read_features(table._replace(columns=named), categorical, "all edges")
    rows, first = match_rows(ends, edges, len(graph.names), directed)
    edge_table = EdgeTable(str(table.path), table.places, rows, first, numbers, words)
    return graph._replace(edges=edges, edge_table=edge_table)
