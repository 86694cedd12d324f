"""Where texts and their labels come from: files or a hub."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import NamedTuple

from .engine.labels import DataError, Label

SPLITS = {"train": ["train"], "val": ["val", "dev", "validation"], "test": ["test"]}
SUFFIXES = [".csv", ".tsv", ".jsonl"]


@dataclass(kw_only=True)
class SourceSettings:
    path: Path | None = None
    """File of texts and labels, folder with train and others, or hf:NAME; none: the sample."""
    columns: tuple[str, str] = ("text", "label")
    """Names of text and label; numbers, the first of them 0, where the files have no header."""


class Row(NamedTuple):
    text: str
    label: Label


Splits = dict[str, list[Row]]
Check = Callable[[Label], None]


def read_splits(settings: SourceSettings, check_label: Check) -> Splits:
    """The texts of each split that the data has, train at least."""
    path, columns = settings.path, settings.columns
    if path is None:
        raise DataError("data.path names no data: give it a path")
    if path.as_posix().startswith("hf:"):
        return read_hub(path.as_posix().removeprefix("hf:"), columns, check_label)
    files = find_files(path)
    return {split: read_rows(file, columns, check_label) for split, file in files.items()}


def read_text(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}): mend its path") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{file}:{line} is not UTF-8: save the file in that encoding") from error


def read_json_lines(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Line number and columns of each object."""
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{file}:{number} is not JSON ({error}): mend or remove it") from error
        for column in columns:
            if not isinstance(record, dict) or column not in record:
                raise DataError(
                    f"{file}:{number} has no key '{column}': add it, or name text and label, "
                    "as in --data.columns review stars"
                )
        values = [record[column] for column in columns]
        yield number, ["" if value is None else str(value) for value in values]


def read_table(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Line number and columns of each row."""
    content = io.StringIO(read_text(file), newline="")
    if file.suffix == ".csv":
        reader = csv.reader(content, strict=True)
    else:  # with tabs between them texts need no quotation marks: those they have are their own
        reader = csv.reader(content, delimiter="\t", quoting=csv.QUOTE_NONE)
    names: list[str] = []
    try:
        for row in filter(None, reader):
            if not names:
                numbered = all(column.isdecimal() for column in columns)
                names = [str(number) for number in range(len(row))] if numbered else row
                for column in columns:
                    if column not in names:
                        raise DataError(
                            f"{file} has no column '{column}' but {shorten(', '.join(names), 80)}: "
                            "name text and label, as in --data.columns review stars, or count them "
                            "if the file has no header, as in --data.columns 0 1"
                        )
                if not numbered:
                    continue
            if len(row) != len(names):
                raise DataError(
                    f"{file}:{reader.line_num} has {len(row)} fields where the first row has "
                    f"{len(names)}: put quotation marks around a CSV text with commas, and replace "
                    "tabs in a TSV text"
                )
            yield reader.line_num, [row[names.index(column)] for column in columns]
    except csv.Error as error:
        raise DataError(f"{file}:{reader.line_num} is not CSV ({error}): mend the row") from error


def read_columns(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Line number and columns; the first one, the text, is never empty."""
    read = read_json_lines if file.suffix == ".jsonl" else read_table
    for number, values in read(file, columns):
        if not values[0].strip():
            raise DataError(f"{file}:{number} has an empty '{columns[0]}': fill or remove it")
        yield number, values


def read_rows(file: Path, columns: tuple[str, str], check_label: Check) -> list[Row]:
    """All texts of a file with their labels."""
    if file.suffix not in SUFFIXES:
        raise DataError(f"{file} is none of {', '.join(SUFFIXES)}: convert or rename it")
    rows = []
    for number, (text, cell) in read_columns(file, columns):
        label = Label(cell.strip(), place=f"{file}:{number}")
        check_label(label)
        rows.append(Row(text, label))
    if not rows:
        raise DataError(f"{file} holds no texts: fill it, or name another with --data.path")
    return rows


def find_files(path: Path) -> dict[str, Path]:
    """The file of each split in a folder; a single file is the training's."""
    if path.is_file():
        return {"train": path}
    files: dict[str, Path] = {}
    for split, stems in SPLITS.items():
        found = [path / (stem + suffix) for stem in stems for suffix in SUFFIXES]
        found = [file for file in found if file.is_file()]
        if len(found) > 1:
            raise DataError(f"{found[0]} and {found[1]} are the same split: remove one of them")
        if found:
            files[split] = found[0]
    if "train" not in files:
        raise DataError(f"data.path: {path} is no file, nor a folder with a train{SUFFIXES[0]}")
    return files


def read_hub(name: str, columns: tuple[str, str], check_label: Check) -> Splits:
    """A data set of the Hugging Face hub, or a local one that its library reads.

    A configuration follows a colon, ``owner/name:configuration``.
    """
    try:
        from datasets import ClassLabel, DatasetDict, load_dataset
    except ImportError:
        raise DataError(f"hf:{name} needs a library: pip install datasets") from None
    try:
        loaded = load_dataset(*name.split(":"))
    except Exception as error:  # of many kinds, from the network to the content of files
        reason = str(error).strip().partition("\n")[0]
        raise DataError(f"hf:{name} cannot be loaded, mend its name: {reason}") from error
    splits: Splits = {}
    for split, names in SPLITS.items():
        for given in names if isinstance(loaded, DatasetDict) else []:
            if given not in loaded:
                continue
            features = loaded[given].features
            if not {*columns} <= features.keys():
                raise DataError(
                    f"hf:{name} has the columns {', '.join(features)}: name text and label, as in "
                    "--data.columns sentence label"
                )
            texts, labels = (list(loaded[given][column]) for column in columns)
            if isinstance(feature := features[columns[1]], ClassLabel):  # -1 where it is secret
                labels = [feature.names[n] if n is not None and n >= 0 else None for n in labels]
            rows = []
            for number, cells in enumerate(zip(texts, labels, strict=True)):
                if all(cell is not None and str(cell).strip() for cell in cells):
                    text, cell = map(str, cells)
                    label = Label(cell.strip(), place=f"hf:{name} {given}:{number}")
                    check_label(label)
                    rows.append(Row(text, label))
            if rows and split in splits:
                raise DataError(f"hf:{name} has two splits for {split}, {given} too: use another")
            if rows:
                splits[split] = rows
    if "train" not in splits:
        raise DataError(f"hf:{name} has no split named train that has labels: use another one")
    return splits
