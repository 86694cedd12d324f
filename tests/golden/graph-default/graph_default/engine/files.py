"""Text files, read with errors that name the line."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .labels import DataError

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
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    rows: Iterator[tuple[str, list[str]]]
    rows = ((f"{path}:{reader.line_num}", cells) for cells in reader if cells)
    try:
        first = next(rows, ("", [*columns]))
        names = [cell.strip() for cell in first[1]]
        if len({*names}) < len(names):
            raise DataError(f"{first[0]}: each column needs a name of its own")
        for column in columns:
            if column not in names:
                advice = hint if len(columns) > 1 else "rename the column that holds it"
                if len(names) == 1 < len(columns):
                    advice = "put commas between the cells, no semicolons"
                has = f"has no column '{column}' but {', '.join(names)[:80]}"
                raise DataError(f"{path} {has}: {advice}")
        for place, cells in rows:
            if len(cells) != len(names):
                has = f"has {len(cells)} cells where the first row has {len(names)}"
                raise DataError(f"{place} {has}: put quotation marks around commas in a cell")
            yield place, dict(zip(names, cells, strict=True))
    except csv.Error as error:
        raise DataError(f"{path}:{reader.line_num} is not CSV ({error}): fix the row") from error
