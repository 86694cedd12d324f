"""Where the text comes from: files, read piece by piece, however large they are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from .engine.corpus import Span, cut_end, find_whole
from .engine.labels import DataError

SUFFIXES = [".txt", ".md"]  # of files in a folder; a file that is named itself may have any
SPLIT_OF_NAME = {"train": "train", "test": "test"}
SPLIT_OF_NAME |= dict.fromkeys(("val", "valid", "validation", "dev"), "val")

Splits = dict[str, list[Span]]


@dataclass(kw_only=True)
class SourceSettings:
    path: Annotated[Path | None, Parameter(alias="--data")] = None
    """A text file, or a folder of them; none: the sample."""


def read_splits(settings: SourceSettings) -> Splits:
    """The text of each split that the data has, train at least.

    Files called train, val or test are these splits, and so are folders; all other files are one
    text, in the order of their names.
    """
    path = settings.path
    if path is None:
        raise DataError("data.path names no text: give it a path")
    if path.is_file():
        return {"train": [find_whole(path)]}
    if not path.is_dir():
        raise DataError(f"data.path: {path} is no file, nor a folder of text files")
    splits: Splits = {}
    named: dict[str, Path] = {}
    for entry in sorted(path.iterdir()):
        split = SPLIT_OF_NAME.get(entry.stem if entry.suffix in SUFFIXES else entry.name)
        if split is None or entry.name.startswith("."):
            continue
        if split in named:
            raise DataError(f"{named[split]} and {entry} are the same split: remove one of them")
        named[split], splits[split] = entry, find_texts(entry)
    if splits and "train" not in splits:
        beside = named.popitem()[1].name
        raise DataError(f"{path} has no train{SUFFIXES[0]} beside {beside}: add it")
    return splits or {"train": find_texts(path)}


def find_texts(path: Path) -> list[Span]:
    """The file, or all texts in a folder, at any depth."""
    if path.is_file():
        return [find_whole(path)]
    files = [
        file
        for file in sorted(path.rglob("*"))
        if file.suffix in SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    ]
    if not files:
        raise DataError(f"{path} holds no {' or '.join(SUFFIXES)}: add some, or name a file")
    return [find_whole(file) for file in files]


def hold_out_ends(splits: Splits, fraction: float) -> Splits:
    """All three splits: one that is missing is what ends the training text, the test text last."""
    splits = {**splits}
    for name in ("test", "val"):
        if name not in splits:
            splits["train"], splits[name] = cut_end(splits["train"], fraction)
    return splits
