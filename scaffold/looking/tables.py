"""CSV, TSV and JSONL files as columns: a sample of their rows, read as projects read them."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold.looking.columns import Column, is_number
from scaffold.looking.edges import check_edges
from scaffold.looking.files import SPLITS, read_sample, refuse
from scaffold.looking.reading import shown

CELLS = 1_000_000  # that are read at most
ROWS = 100_000


@dataclass(frozen=True)
class Table:
    """What was read of a file.

    Attributes:
        path: The file.
        columns: By name; by number, from 0, if there is no header.
        rows: How many were read, in words.
        header: Whether the first row names the columns.
        complete: Whether all rows were read.
    """

    path: Path
    columns: dict[str, Column]
    rows: str
    header: bool = True
    complete: bool = True

    def named(self, names: Sequence[str]) -> list[Column]:
        """Return the columns of these names."""
        for name in names:
            if name not in self.columns:
                has = f"{self.path} has no column '{name}' but {', '.join(self.columns)[:80]}"
                raise refuse(has, "name others with --columns, with commas between them")
        return [self.columns[name] for name in names]

    def without(self, *names: str) -> list[Column]:
        """Return the other columns."""
        return [column for name, column in self.columns.items() if name not in names]


def read(path: Path, known: tuple[str, ...] = ()) -> Table:
    """Read a table by its suffix; `known` are names that a header would have."""
    text, complete = read_sample(path)
    if not text.strip():
        raise refuse(f"{path} is empty", "fill it, or name another")
    if path.suffix.lower() == ".jsonl":
        names, rows, header = _read_json(path, text, complete)
    else:
        cells = list(_read_cells(path, text, complete))
        header = _has_header(cells, known)
        names = (
            [cell.strip() for cell in cells[0]]
            if header
            else [str(number) for number in range(len(cells[0]))]
        )
        rows = [list(row) for row in cells[header:]]
    if len(set(names)) < len(names):
        raise refuse(f"{path}: two columns are called {_twice(names)!r}", "give each a name of its own")
    if not rows:
        raise refuse(f"{path} has a header and no rows", "fill it, or name another")
    most = min(ROWS, CELLS // max(1, len(names)))
    cut = len(rows) > most
    rows = rows[:: -(-len(rows) // most)] if cut else rows
    columns = {name: Column(name, [row[place] for row in rows]) for place, name in enumerate(names)}
    said = (
        f"{len(rows):,} rows"
        if complete and not cut
        else f"the {len(rows):,} rows that were read of {path.name}"
    )
    return Table(path, columns, said, header, complete and not cut)


def _read_cells(path: Path, text: str, complete: bool) -> Iterator[list[str]]:
    """Return the rows; one that a sample cuts off is left out, another with other cells is refused."""
    tabs: dict[str, Any] = (
        {"delimiter": "\t", "quoting": csv.QUOTE_NONE} if path.suffix.lower() == ".tsv" else {}
    )
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, **tabs)
    size = 0
    try:
        for cells in reader:
            if not cells:
                continue
            if not size:
                size = len(cells)
                _check_separator(path, cells, text)
            if len(cells) == size:
                yield cells
            elif complete:
                check_edges(path, text)
                has = f"{path}:{reader.line_num} has {len(cells)} cells where the first row has {size}"
                raise refuse(has, "write one tab" if tabs else "put quotation marks around commas in a cell")
    except csv.Error as error:
        if complete:
            raise refuse(f"{path}:{reader.line_num} is not CSV ({error})", "fix the row") from error


def _check_separator(path: Path, first: list[str], text: str) -> None:
    if len(first) > 1:
        return
    for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars"), (",", "commas")):
        if mark in first[0]:
            right = "tabs" if path.suffix.lower() == ".tsv" else "commas"
            way = f"save it with {right}" + (", or rename it to .tsv" if mark == "\t" else "")
            if mark == ";" and re.search(r';"?[\d.]+,\d+', text):
                way += ", and write numbers with a point before decimals and nothing between thousands"
            raise refuse(f"the cells of {path} are separated by {name}", way)


def _has_header(rows: list[list[str]], known: tuple[str, ...]) -> bool:
    """Say whether the first row names the columns: its cells are unlike those below."""
    first, below = rows[0], rows[1:2001]
    names = [cell.strip() for cell in first]
    if not below or {name.lower() for name in names} & {*known, "text", "label", "id", "split"}:
        return True
    named = {place: name for place, name in enumerate(names) if name}
    if len(set(named.values())) < len(named):
        return False
    heads = False
    for place, name in named.items():
        cells = [row[place].strip() for row in below]
        if is_number(name):
            return False
        few = len(set(cells)) <= len(cells) // 2
        if cells.count(name) > 1 and few:  # a class, and no name of one
            return False
        numbers = any(cells) and all(is_number(cell) for cell in cells if cell)
        heads = heads or numbers or (few and name not in cells)
    # A sentence is no name of a column, unless the row has a name of classes or numbers.
    return heads or not any(len(name.split()) > 6 for name in names)


def _read_json(path: Path, text: str, complete: bool) -> tuple[list[str], list[list[Any]], bool]:
    records: list[dict[str, Any]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or len(records) >= ROWS:
            continue
        place = f"{path}:{number}" if complete else str(path)
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            what = f"{place} is not JSON ({error.msg})"
            raise refuse(what, "write an object in braces into each line") from error
        except RecursionError as error:
            raise refuse(
                f"{place} is nested too deeply", "write an object in braces into each line"
            ) from error
        if not isinstance(record, dict):
            raise refuse(f"{place} is no object in braces", "write one in each line")
        records.append(record)
    names = list(dict.fromkeys(name for record in records for name in record))
    return names, [[record.get(name) for name in names] for record in records], True


def check_split(table: Table, *, empty: bool) -> None:
    """Refuse a column split that holds other words; where it may be empty, such rows are in no split."""
    path, column = table.path, table.columns.get("split")
    if column is None:
        return
    cells = {"" if cell is None else str(cell).strip() for cell in column.cells}
    strange = sorted(cells - SPLITS.keys() - ({""} if empty else set()))
    if strange:
        said = ", ".join(name or "empty" for name in strange[:3])
        raise refuse(
            f"column split of {path} holds {said}",
            "write train, val or test into each row, or rename the column",
        )
    if "train" not in cells:
        raise refuse(
            f"column split of {path} has no train",
            f"mark rows as train, it holds {shown(sorted(cells))}",
        )


def _twice(names: list[str]) -> str:
    return next(name for name in names if names.count(name) > 1)
