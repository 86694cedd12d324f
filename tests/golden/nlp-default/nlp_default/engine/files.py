"""Text files, read with errors that name the line."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .labels import DataError


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


def read_csv(path: Path, **options: Any) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row that is not empty, the header included."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True, **options)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise DataError(f"{path}:{reader.line_num} is not CSV ({error}): fix the row") from error


def read_json_lines(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[Any]]]:
    """Line number and columns of each object."""
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{file}:{number} is not JSON ({error}): fix or remove it") from error
        for column in columns:
            if not isinstance(record, dict) or column not in record:
                raise DataError(
                    f"{file}:{number} has no key '{column}': add it, or name text and label, "
                    "as in --data.columns review stars"
                )
        yield number, [record[column] for column in columns]
