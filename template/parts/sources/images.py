"""Where images and their labels come from: folders, a table or a hub."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

from .engine.labels import DataError, Label

SUFFIXES = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
SPLITS = ("train", "val", "test")
HUB_SPLITS = {"validation": "val", "valid": "val", "dev": "val"}  # what others call them


@dataclass(kw_only=True)
class SourceSettings:
    path: Path | None = None
    """Folder with a sub-folder of images for each class, CSV file or hf:NAME; none: the digits."""
    columns: tuple[str, str] = ("file", "label")
    """Names of file and class in a CSV file; of a hub's columns only the second is looked at."""


class Example(NamedTuple):
    name: str
    """Stays as it is when images are added, and so does the split that is drawn from it."""
    image: Path | Image.Image | partial[Any]
    label: Label


Splits = dict[str, list[Example]]
Check = Callable[[Label], None]


def read_splits(settings: SourceSettings, check_label: Check) -> Splits:
    """The images of each split that the data has, train at least."""
    path, columns = settings.path, settings.columns
    if path is None:
        raise DataError("data.path names no data: give it a path")
    if path.as_posix().startswith("hf:"):
        return read_hub(path.as_posix().removeprefix("hf:"), columns, check_label)
    if path.suffix.lower() == ".csv":
        return read_table(path, columns, check_label)
    if not path.is_dir():
        raise DataError(f"data.path: {path} is neither a folder nor a .csv file")
    folders = {d.name for d in path.iterdir() if d.is_dir() and d.name[0] != "."}
    given = [name for name in SPLITS if name in folders]
    if not given:
        return {"train": read_folder(path)}
    if "train" not in given or folders - set(SPLITS):
        names = ", ".join(sorted(folders))
        raise DataError(f"{path} holds {names}: name splits train, val and test")
    return {name: read_folder(path / name) for name in given}


def find_images(folder: Path) -> Iterator[Path]:
    """Image files at any depth, in any order, but none that is hidden or in a hidden folder."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in SUFFIXES and path.is_file() and not hidden:
            yield path


def read_folder(folder: Path) -> list[Example]:
    """Image files, whose class is the name of the sub-folder that they are in."""
    examples: list[Example] = []
    for directory in sorted(d for d in folder.iterdir() if d.is_dir() and d.name[0] != "."):
        names = sorted(file.relative_to(folder).as_posix() for file in find_images(directory))
        if not names:
            raise DataError(f"{directory} holds no images: fill or remove it")
        for name in names:
            label = Label(directory.name, place=str(folder / name))
            examples.append(Example(name, folder / name, label))
    return examples


def read_table(path: Path, columns: tuple[str, str], check_label: Check) -> Splits:
    """A CSV file with a header, whose rows name an image file, its class and maybe its split."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): mend its path") from error
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}:{row} is not UTF-8: save the file in that encoding") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    splits: Splits = {}
    names: list[str] = []
    seen: set[str] = set()
    try:
        for cells in filter(None, reader):
            place = f"{path}:{reader.line_num}"
            if not names:
                names = cells
                if missing := [column for column in columns if column not in names]:
                    raise DataError(
                        f"{path} has no column '{missing[0]}' but {', '.join(names)}: name file "
                        "and class, as in --data.columns photo species"
                    )
                continue
            if len(cells) != len(names):
                raise DataError(f"{place} has {len(cells)} fields, not {len(names)}: mend the row")
            fields = {"split": "train", **dict(zip(names, map(str.strip, cells), strict=True))}
            name, text, split = (fields[column] for column in (*columns, "split"))
            check_label(label := Label(text, place))
            if not name:
                raise DataError(f"{place} names no file: fill it in, or remove the row")
            if not (path.parent / name).is_file():
                raise DataError(f"{place}: {path.parent / name} is no file: mend or remove the row")
            if name in seen:
                raise DataError(f"{place} names {name} for the second time: remove a row")
            if split not in SPLITS:
                raise DataError(f"{place}: the split is train, val or test, not '{split}'")
            seen.add(name)
            splits.setdefault(split, []).append(Example(name, path.parent / name, label))
    except csv.Error as error:
        raise DataError(f"{path}:{reader.line_num} is not CSV ({error}): mend the row") from error
    if "train" not in splits:
        raise DataError(f"{path} has no rows for training: add some")
    return splits


def read_hub(name: str, columns: tuple[str, str], check_label: Check) -> Splits:
    """A data set of the Hugging Face hub, or a local one that its library reads.

    A configuration follows a colon, ``owner/name:configuration``. Images are decoded when used.
    """
    try:
        from datasets import ClassLabel, DatasetDict, Image, load_dataset
    except ImportError:
        raise DataError(f"hf:{name} needs a library: pip install datasets") from None
    try:
        loaded = load_dataset(*name.split(":"))
    except Exception as error:  # of many kinds, from the network to the content of files
        reason = str(error).strip().partition("\n")[0]
        raise DataError(f"hf:{name} cannot be loaded, mend its name: {reason}") from error
    splits: Splits = {}
    for given, dataset in loaded.items() if isinstance(loaded, DatasetDict) else []:
        split = HUB_SPLITS.get(given, given)
        if split not in SPLITS:
            continue
        images = [key for key, feature in dataset.features.items() if isinstance(feature, Image)]
        if len(images) != 1 or columns[1] not in dataset.features:
            raise DataError(
                f"hf:{name} has the columns {', '.join(dataset.features)}: it needs one of images, "
                "and one of labels, named as in --data.columns image species"
            )
        feature, labels = dataset.features[columns[1]], dataset[columns[1]]
        if isinstance(feature, ClassLabel):  # -1 where the labels are kept secret
            labels = [feature.names[n] if n is not None and n >= 0 else None for n in labels]
        examples = []
        for row, text in enumerate(labels):
            if text is not None and str(text).strip():
                check_label(label := Label(str(text), place=f"hf:{name} {given}:{row}"))
                image = partial(read_cell, dataset, row, images[0])
                examples.append(Example(f"{given}/{row}", image, label))
        if examples and split in splits:
            raise DataError(f"hf:{name} has two splits for {split}, {given} too: use another")
        if examples:
            splits[split] = examples
    if "train" not in splits:
        raise DataError(f"hf:{name} has no split named train that has labels: use another one")
    return splits


def read_cell(dataset: Any, row: int, column: str) -> Any:
    return dataset[row][column]
