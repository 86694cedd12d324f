"""Text files, read with errors that name the line."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from .labels import DataError, tell

SPLIT_OF_NAME = {"train": "train", "test": "test"}
SPLIT_OF_NAME |= dict.fromkeys(("val", "valid", "validation", "dev"), "val")
Rows = Iterator[tuple[str, dict[str, Any]]]


def read_text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): fix its path") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}:{line} is not UTF-8: save the file in that encoding") from error


def read_table(path: Path, columns: Sequence[str], hint: str) -> Rows:
    """Place and cells by column of each row that is not empty; ``hint`` is how to name columns."""
    # Between tabs a cell needs no quotation marks: those that it has are its own.
    tabs: dict[str, Any] = {"delimiter": "\t", "quoting": csv.QUOTE_NONE}
    options = tabs if path.suffix == ".tsv" else {}
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True, **options)
    rows: Iterator[tuple[str, list[str]]]
    rows = ((f"{path}:{reader.line_num}", cells) for cells in reader if cells)
    try:
        first = next(rows, ("", [*columns]))
        names = [cell.strip() for cell in first[1]]
        if first[0] and all(column.isdecimal() for column in columns):  # there is no header
            names, rows = [str(number) for number in range(len(names))], chain([first], rows)
        if len({*names}) < len(names):
            raise DataError(f"{first[0]}: each column needs a name of its own")
        for column in columns:
            if column not in names:
                advice = hint if len(columns) > 1 else "rename the column that holds it"
                if len(names) == 1 < len(columns):
                    advice = "put commas (tabs in TSV) between the cells, no semicolons"
                has = f"has no column '{column}' but {', '.join(names)[:80]}"
                raise DataError(f"{path} {has}: {advice}")
        for place, cells in rows:
            if len(cells) != len(names):
                has = f"has {len(cells)} cells where the first row has {len(names)}"
                raise DataError(f"{place} {has}: put quotation marks around commas in a cell")
            yield place, dict(zip(names, cells, strict=True))
    except csv.Error as error:
        raise DataError(f"{path}:{reader.line_num} is not CSV ({error}): fix the row") from error


def tell_unused(path: Path, found: Iterable[str], used: Iterable[str]) -> None:
    """Says which of the columns that were found are not used."""
    unused = [column for column in found if column not in {*used}]
    if unused:
        tell(f"{path}: not used: {', '.join(unused)}")


def read_json_lines(file: Path, columns: Iterable[str]) -> Rows:
    """Place and values of each object, by key; it has these columns."""
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{file}:{number}"
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            what = f"is not JSON ({error}): fix or remove it, each line is an object of its own"
            raise DataError(f"{place} {what}") from error
        if not isinstance(record, dict):
            raise DataError(f"{place} is no object in braces: write one in each line")
        for column in columns:
            if column not in record:
                raise DataError(
                    f"{place} has no key '{column}': add it, or name text and label, "
                    "as in --data.columns review stars"
                )
        yield place, record
