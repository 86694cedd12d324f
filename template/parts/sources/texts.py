"""Where texts come from: documentation of the standard library, or files or a hub of one's own.

The sample is the English in Python's own sources: paragraphs from the docstrings of eight packages
and from the language reference, labelled by where they stand, 150 of each.
"""

import ast
import csv
import io
import json
import random
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import shorten
from typing import NamedTuple

SAMPLE = {  # classes, and where in the standard library their texts stand
    "asyncio": "asyncio",
    "decimal": "_pydecimal.py",
    "email": "email",
    "http": "http",
    "importlib": "importlib",
    "language": "pydoc_data/topics.py",
    "logging": "logging",
    "unittest": "unittest",
    "xml": "xml",
}
SAMPLE_SIZE = 150  # texts of each class
SPLITS = {"train": ["train"], "val": ["val", "dev", "validation"], "test": ["test"]}
SUFFIXES = [".csv", ".tsv", ".jsonl"]


class DataError(Exception):
    """Data that cannot be used; the message says where, and how to mend it."""


class Row(NamedTuple):
    place: str
    text: str
    label: str


def read_splits(path: Path | None, columns: tuple[str, str]) -> dict[str, list[Row]]:
    """The texts of each split that the data has, train at least."""
    if path is None:
        return {"train": read_sample()}
    if path.as_posix().startswith("hf:"):
        return read_hub(path.as_posix().removeprefix("hf:"), columns)
    return {split: read_rows(file, columns) for split, file in find_files(path).items()}


@cache
def read_sample() -> list[Row]:
    """Paragraphs of 8 to 60 words that end in a full stop, as prose does and code rarely."""
    rows = []
    for label, place in SAMPLE.items():
        found = Path(sysconfig.get_path("stdlib"), place)
        texts: set[str] = set()
        for file in [found] if found.suffix else sorted(found.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    texts |= {" ".join(text.split()) for text in node.value.split("\n\n")}
        prose = sorted(t for t in texts if t.endswith(".") and 8 <= len(t.split()) <= 60)
        if len(prose) < SAMPLE_SIZE:
            raise DataError(f"{found} holds too little text for the sample: name a --data.path")
        rows += [Row(place, t, label) for t in random.Random(0).sample(prose, SAMPLE_SIZE)]
    return rows


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
    """Line number and columns, none of which is empty."""
    read = read_json_lines if file.suffix == ".jsonl" else read_table
    for number, values in read(file, columns):
        for column, value in zip(columns, values, strict=True):
            if not value.strip():
                raise DataError(f"{file}:{number} has an empty '{column}': fill or remove it")
        yield number, values


def read_rows(file: Path, columns: tuple[str, str]) -> list[Row]:
    """All texts of a file with their labels."""
    if file.suffix not in SUFFIXES:
        raise DataError(f"{file} is none of {', '.join(SUFFIXES)}: convert or rename it")
    read = read_columns(file, columns)
    rows = [Row(f"{file}:{number}", text, label.strip()) for number, (text, label) in read]
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


def read_hub(name: str, columns: tuple[str, str]) -> dict[str, list[Row]]:
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
    splits: dict[str, list[Row]] = {}
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
            rows = [
                Row(f"hf:{name} {given}:{number}", str(text), str(label).strip())
                for number, (text, label) in enumerate(zip(texts, labels, strict=True))
                if all(cell is not None and str(cell).strip() for cell in (text, label))
            ]
            if rows and split in splits:
                raise DataError(f"hf:{name} has two splits for {split}, {given} too: use another")
            if rows:
                splits[split] = rows
    if "train" not in splits:
        raise DataError(f"hf:{name} has no split named train that has labels: use another one")
    return splits
