"""Where texts and their labels come from: files or a hub."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from textwrap import shorten
from typing import Any, NamedTuple

from .engine.files import read_csv, read_json_lines
from .engine.hub import is_known, read_hub, read_labels
from .engine.labels import DataError, Label, LabelReader

STEMS = {"train": ["train"], "val": ["val", "dev", "validation"], "test": ["test"]}
SUFFIXES = [".csv", ".tsv", ".jsonl"]


@dataclass(kw_only=True)
class SourceSettings:
    # jinja: if target == "classes"
    columns: tuple[str, str] = ("text", "label")
    """Names of text and label; numbers, the first of them 0, where the files have no header."""
    # jinja: else
    columns: tuple[str, ...] = ("text", "label")
    """Names of the text's column and of one or more of labels; numbers from 0 without a header."""
    label_separator: str = ";"
    """What separates several labels in one cell."""
    # jinja: endif
    path: Path | None = None
    """File of texts and labels, folder with train and others, or hf:NAME; none: the sample."""


class Row(NamedTuple):
    text: str
    label: Label


Splits = dict[str, list[Row]]


def read_splits(settings: SourceSettings, read_label: LabelReader) -> Splits:
    """The texts of each split that the data has, train at least."""
    path, columns = settings.path, settings.columns
    if path is None:
        raise DataError("data.path names no data: give it a path")
    if path.as_posix().startswith("hf:"):
        name = path.as_posix().removeprefix("hf:")
        return read_hub(name, partial(read_hub_split, name, columns, read_label))
    return {name: read_rows(file, columns, read_label) for name, file in find_files(path).items()}


def read_table(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Line number and columns of each row."""
    # Between tabs a text needs no quotation marks: those that it has are its own.
    tabs: dict[str, Any] = {"delimiter": "\t", "quoting": csv.QUOTE_NONE}
    rows = read_csv(file) if file.suffix == ".csv" else read_csv(file, **tabs)
    first = next(rows, None)
    if first is None:
        return
    _, names = first
    if all(column.isdecimal() for column in columns):  # there is no header
        names = [str(number) for number in range(len(names))]
        rows = chain([first], rows)
    names = [name.strip() for name in names]
    for column in columns:
        if column not in names:
            raise DataError(
                f"{file} has no column '{column}' but {shorten(', '.join(names), 80)}: name text "
                "and label, as in --data.columns review stars, or count them if the file has no "
                "header, as in --data.columns 0 1"
            )
    for line, cells in rows:
        if len(cells) != len(names):
            raise DataError(
                f"{file}:{line} has {len(cells)} fields where the first row has {len(names)}: put "
                "quotation marks around a CSV text with commas, and replace tabs in a TSV text"
            )
        yield line, [cells[names.index(column)] for column in columns]


def read_columns(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Line number, text, which is never empty, and the other columns by name."""
    read = read_json_lines if file.suffix == ".jsonl" else read_table
    for number, (text, *cells) in read(file, columns):
        if text is None or not str(text).strip():
            raise DataError(f"{file}:{number} has an empty '{columns[0]}': fill or remove it")
        yield number, str(text), dict(zip(columns[1:], cells, strict=True))


def read_rows(file: Path, columns: tuple[str, ...], read_label: LabelReader) -> list[Row]:
    """All texts of a file with their labels."""
    if file.suffix not in SUFFIXES:
        raise DataError(f"{file} is none of {', '.join(SUFFIXES)}: convert or rename it")
    rows = [
        Row(text, read_label(cells, f"{file}:{number}"))
        for number, text, cells in read_columns(file, columns)
    ]
    if not rows:
        raise DataError(f"{file} holds no texts: fill it, or name another with --data.path")
    return rows


def find_files(path: Path) -> dict[str, Path]:
    """The file of each split in a folder; a single file is the training's."""
    if path.is_file():
        return {"train": path}
    files: dict[str, Path] = {}
    for split, stems in STEMS.items():
        found = [path / (stem + suffix) for stem in stems for suffix in SUFFIXES]
        found = [file for file in found if file.is_file()]
        if len(found) > 1:
            raise DataError(f"{found[0]} and {found[1]} are the same split: remove one of them")
        if found:
            files[split] = found[0]
    if "train" not in files:
        raise DataError(f"data.path: {path} is no file, nor a folder with a train{SUFFIXES[0]}")
    return files


def read_hub_split(
    name: str, columns: tuple[str, ...], read_label: LabelReader, dataset: Any, split: str
) -> list[Row]:
    """The texts that have a label."""
    if not set(columns) <= dataset.features.keys():
        raise DataError(
            f"hf:{name} has the columns {', '.join(dataset.features)}: name text and label, as in "
            "--data.columns sentence label"
        )
    rows = []
    texts, labels = dataset[columns[0]], read_labels(dataset, columns[1:])
    for number, (cell, cells) in enumerate(zip(texts, labels, strict=True)):
        text = "" if cell is None else str(cell)
        if is_known(cells) and text.strip():
            rows.append(Row(text, read_label(cells, f"hf:{name} {split}:{number}")))
    return rows
