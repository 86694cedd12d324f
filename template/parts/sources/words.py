"""Where words and their tags come from: CoNLL or JSONL files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from cyclopts import Parameter

from .engine.files import SPLIT_OF_NAME, read_json_lines, read_text, tell_unused
from .engine.labels import DataError, Label, LabelReader, tell

CONLL = [".conll", ".iob", ".iob2", ".bio", ".tsv"]  # and .txt, of data with tags
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


class Text(NamedTuple):
    """A text as it stands in a file."""

    place: str
    words: list[str]
    fields: dict[str, Any]
    """What a line of JSON has of it."""
    cells: list[list[str]]
    """Columns of each word in CoNLL."""
    places: list[str]
    """File and row of each word in CoNLL."""


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
    text: Text | None = None
    for text in read_texts(file, columns):
        tags = text.fields.get(columns[1])
        if file.suffix != ".jsonl":
            tags = [cells[column_of(columns, 1, cells)] for cells in text.cells]
        if not isinstance(tags, list) or len(tags) != len(text.words):
            count = len(tags) if isinstance(tags, list) else 0
            what = f"has {len(text.words)} words and {count} tags"
            raise DataError(f"{text.place} {what}: give it a list with a tag for each word")
        yield Row(text.words, read_label({columns[1]: tags, "places": text.places}, text.place))
    if text is None:
        raise DataError(f"{file} holds no words: fill it, or name another with --data.path")
    used = {column_of(columns, number, cells) for cells in text.cells[:1] for number in (0, 1)}
    unused = [str(n) for cells in text.cells[:1] for n in range(len(cells)) if n not in used]
    if unused:
        tell(f"{file}: not used: columns {', '.join(unused)}")
    tell_unused(file, text.fields, columns)


def column_of(columns: tuple[str, str], which: int, cells: list[str]) -> int:
    """The number of the column of words, 0, or of tags, 1, in CoNLL."""
    if all(column.isdecimal() for column in columns):
        return int(columns[which])
    return which * (len(cells) - 1)


def read_texts(file: Path, columns: tuple[str, str], tagged: bool = True) -> Iterator[Text]:
    """The texts of a file, with or without tags."""
    if file.suffix == ".jsonl":
        yield from read_json(file, columns if tagged else columns[:1])
    else:
        yield from read_conll(file, columns, tagged)


def read_json(file: Path, columns: tuple[str, ...]) -> Iterator[Text]:
    """An object in each line, with its words in a list."""
    for place, fields in read_json_lines(file, columns):
        words = fields[columns[0]]
        if not isinstance(words, list) or not words:
            raise DataError(f"{place} has no list of words in '{columns[0]}': fill or remove it")
        for number, word in enumerate(words, start=1):
            if not isinstance(word, str) or not word.strip():
                raise DataError(f"{place}, word {number} is {word!r}: write a text, or remove it")
        yield Text(place, words, fields, [], [])


def read_conll(file: Path, columns: tuple[str, str], tagged: bool) -> Iterator[Text]:
    """A word in each row, with its columns between tabs or blanks, and texts between empty rows."""
    cells: list[list[str]] = []
    places: list[str] = []
    size = 0  # number of columns, which the first word has
    for number, line in enumerate([*read_text(file).split("\n"), ""], start=1):
        row = line.rstrip("\r").split("\t") if "\t" in line else line.split()
        if line.startswith("-DOCSTART-") or not line.strip():
            if cells:
                words = [row[column_of(columns, 0, row)] for row in cells]
                yield Text(places[0], words, {}, cells, places)
            cells, places = [], []
        elif not is_comment(line, row, size):
            size = size or len(row)
            place = f"{file}:{number}"
            check_row(row, size, columns, tagged, place)
            cells.append(row)
            places.append(place)


def is_comment(line: str, row: list[str], size: int) -> bool:
    """A word may begin with # too: a comment has other columns, or is of the form # key = value."""
    if not size:
        size = len(row) if "\t" in line else 0
    return line.startswith("#") and (row[2:3] == ["="] or len(row) != size)


def check_row(
    row: list[str], size: int, columns: tuple[str, str], tagged: bool, place: str
) -> None:
    """Raises a DataError unless the row of a word has all its columns."""
    used = [column_of(columns, which, row) for which in range(1 + tagged)]
    if len(row) != size:
        what = f"has {len(row)} columns where the first word has {size}"
        raise DataError(f"{place} {what}: give each word a tag, and rows the same columns")
    if tagged and (max(used) >= size or size < 2):
        what = f"has {size} columns, so that it has no tag"
        raise DataError(f"{place} {what}: give each word one, or name others in --data.columns")
    if max(used) >= size or not row[used[0]].strip():
        raise DataError(f"{place} has no word: write it, or remove the row")


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
