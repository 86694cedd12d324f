"""Where texts and their labels come from: files or a hub."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from cyclopts import Parameter

from .engine.files import SPLIT_OF_NAME, Rows, read_json_lines, read_table, tell_unused
from .engine.hub import is_known, read_hub, read_labels
from .engine.labels import DataError, Label, LabelReader

SUFFIXES = [".csv", ".tsv", ".jsonl"]
HINT = (
    "name text and label, as in --data.columns review stars, or count them if the file has no "
    "header, as in --data.columns 0 1"
)


@dataclass(kw_only=True)
class SourceSettings:
    columns: tuple[str, str] = ("text", "label")
    """Names of text and label; numbers, the first of them 0, where the files have no header."""
    path: Annotated[Path | None, Parameter(alias="--data")] = None
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
    splits: Splits = {}
    for name, file in find_files(path).items():
        for given, row in read_rows(file, columns, read_label):
            split = given if file == path else name  # the file of a split holds that one alone
            if split not in SPLIT_OF_NAME:
                what = f"the split is train, val or test, not {split or 'empty'}"
                raise DataError(f"{row.label.place}: {what}")
            splits.setdefault(SPLIT_OF_NAME[split], []).append(row)
    if "train" not in splits:
        raise DataError(f"{path} has no rows for training: add some")
    return splits


def read_columns(file: Path, columns: tuple[str, ...]) -> Rows:
    """Place and columns of each row, by name; the first of these is a text, and never empty."""
    is_json = file.suffix == ".jsonl"
    rows = read_json_lines(file, columns) if is_json else read_table(file, columns, HINT)
    for place, fields in rows:
        text = fields[columns[0]]
        if text is None or not str(text).strip():
            raise DataError(f"{place} has an empty '{columns[0]}': fill or remove it")
        yield place, fields


def read_rows(
    file: Path, columns: tuple[str, ...], read_label: LabelReader
) -> Iterator[tuple[str, Row]]:
    """All texts of a file with their labels, and the split that the column of that name gives."""
    if file.suffix not in SUFFIXES:
        raise DataError(f"{file} is none of {', '.join(SUFFIXES)}: convert or rename it")
    place, fields = "", dict[str, Any]()
    for place, fields in read_columns(file, columns):
        given = "train" if "split" in columns else str(fields.get("split", "train")).strip()
        label = read_label({column: fields[column] for column in columns[1:]}, place)
        yield given, Row(str(fields[columns[0]]), label)
    if not place:
        raise DataError(f"{file} holds no texts: fill it, or name another with --data.path")
    tell_unused(file, fields, {*columns, "split"})


def find_files(path: Path) -> dict[str, Path]:
    """The file of each split in a folder; a single file is the training's."""
    if path.is_file():
        return {"train": path}
    files: dict[str, Path] = {}
    for split in ("train", "val", "test"):
        stems = [name for name, meant in SPLIT_OF_NAME.items() if meant == split]
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
