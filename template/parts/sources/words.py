"""Where words and their tags come from: CoNLL or JSONL files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

from cyclopts import Parameter

from .engine.conll import CONLL, column_of, read_texts
from .engine.files import SPLIT_OF_NAME, tell_unused
from .engine.labels import DataError, Label, LabelReader, tell

SUFFIXES = [*CONLL, ".txt", ".jsonl"]


@dataclass(kw_only=True)
class SourceSettings:
    columns: tuple[str, str] = ("tokens", "tags")
    """Keys of words and tags in JSONL. In CoNLL their numbers, as 0 3; names: first and last."""
    path: Annotated[Path | None, Parameter(alias="--data")] = None
    """CoNLL or JSONL file, or a folder with train and others; none: the sample."""


class Row(NamedTuple):
    words: list[str]
    label: Label


Splits = dict[str, list[Row]]


def read_splits(settings: SourceSettings, read_label: LabelReader) -> Splits:
    """The texts of each split that the data has, train at least."""
    if settings.path is None:
        raise DataError("data.path names no data: give it a path")
    return {
        split: list(read_rows(file, settings.columns, read_label))
        for split, file in find_files(settings.path).items()
    }


def read_rows(file: Path, columns: tuple[str, str], read_label: LabelReader) -> Iterator[Row]:
    """All texts of a file with their tags."""
    if file.suffix not in SUFFIXES:
        raise DataError(f"{file} is none of {', '.join(SUFFIXES)}: convert or rename it")
    text = None
    for text in read_texts(file, columns):
        tags = text.fields.get(columns[1])
        if file.suffix != ".jsonl":
            tags = [row[column_of(columns, 1, row)] for row in text.cells]
        if not isinstance(tags, list) or len(tags) != len(text.words):
            count = len(tags) if isinstance(tags, list) else 0
            what = f"has {len(text.words)} words and {count} tags"
            raise DataError(f"{text.place} {what}: give it a list with a tag for each word")
        cells = {"tags": tags} | ({"places": text.places} if text.places else {})
        yield Row(text.words, read_label(cells, text.place))
    if text is None:
        raise DataError(f"{file} holds no words: fill it, or name another with --data.path")
    for row in text.cells[:1]:
        used = {column_of(columns, which, row) for which in (0, 1)}
        if unused := [str(number) for number in range(len(row)) if number not in used]:
            tell(f"{file}: not used: columns {', '.join(unused)}")
    tell_unused(file, text.fields, columns)


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
