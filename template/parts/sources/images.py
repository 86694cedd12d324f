"""Where images and their labels come from: folders, a table or a hub."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from .engine.files import read_csv
from .engine.hub import is_known, read_hub, read_labels
from .engine.images import HubImage, ImageSource, find_images
from .engine.labels import DataError, Label, LabelReader

SPLITS = ("train", "val", "test")


@dataclass(kw_only=True)
class SourceSettings:
    # jinja: if target == "classes"
    columns: tuple[str, str] = ("file", "label")
    """Names of file and class in a CSV file; of a hub's columns only the second is used."""
    # jinja: else
    columns: tuple[str, ...] = ("file", "label")
    """Names of the file's column and of one or more of labels; the hub has no use for the first."""
    label_separator: str = ";"
    """What separates several labels in one cell."""
    # jinja: endif
    path: Path | None = None
    """Folder with a sub-folder of images for each class, CSV file or hf:NAME; none: the digits."""


class Example(NamedTuple):
    name: str
    """Stays the same when images are added."""
    image: ImageSource
    label: Label


Splits = dict[str, list[Example]]


def read_splits(settings: SourceSettings, read_label: LabelReader) -> Splits:
    """The images of each split that the data has, train at least."""
    path, columns = settings.path, settings.columns
    if path is None:
        raise DataError("data.path names no data: give it a path")
    if path.as_posix().startswith("hf:"):
        name = path.as_posix().removeprefix("hf:")
        return read_hub(name, partial(read_hub_split, name, columns[1:], read_label))
    if path.suffix.lower() == ".csv":
        return read_table(path, columns, read_label)
    if not path.is_dir():
        raise DataError(f"data.path: {path} is neither a folder nor a .csv file")
    folders = {d.name for d in path.iterdir() if d.is_dir() and d.name[0] != "."}
    given = [name for name in SPLITS if name in folders]
    if not given:
        return {"train": read_folder(path, read_label)}
    if "train" not in given or folders - set(SPLITS):
        names = ", ".join(sorted(folders))
        raise DataError(f"{path} holds {names}: name splits train, val and test")
    return {name: read_folder(path / name, read_label) for name in given}


def read_folder(folder: Path, read_label: LabelReader) -> list[Example]:
    """Image files, whose class is the name of the sub-folder that they are in."""
    examples: list[Example] = []
    for directory in sorted(d for d in folder.iterdir() if d.is_dir() and d.name[0] != "."):
        names = sorted(file.relative_to(folder).as_posix() for file in find_images(directory))
        if not names:
            raise DataError(f"{directory} holds no images: fill or remove it")
        for name in names:
            label = read_label({"folder": directory.name}, str(folder / name))
            examples.append(Example(name, folder / name, label))
    return examples


def read_table(path: Path, columns: tuple[str, ...], read_label: LabelReader) -> Splits:
    """A CSV file with a header, whose rows name an image file, its class and maybe its split."""
    rows = read_csv(path)
    header = [name.strip() for name in next(rows, (0, list(columns)))[1]]
    for column in columns:
        if column not in header:
            raise DataError(
                f"{path} has no column '{column}' but {', '.join(header)}: name file and class, "
                "as in --data.columns photo species"
            )
    splits: Splits = {}
    seen: set[str] = set()
    for line, cells in rows:
        place = f"{path}:{line}"
        if len(cells) != len(header):
            raise DataError(f"{place} has {len(cells)} fields, not {len(header)}: fix the row")
        fields = dict(zip(header, map(str.strip, cells), strict=True))
        name, split = fields[columns[0]], fields.get("split", "train")
        label = read_label({column: fields[column] for column in columns[1:]}, place)
        if not name:
            raise DataError(f"{place} names no file: fill it in, or remove the row")
        if not (path.parent / name).is_file():
            raise DataError(f"{place}: {path.parent / name} is no file: fix or remove the row")
        if name in seen:
            raise DataError(f"{place} names {name} for the second time: remove a row")
        if split not in SPLITS:
            raise DataError(f"{place}: the split is train, val or test, not {split or 'empty'}")
        seen.add(name)
        splits.setdefault(split, []).append(Example(name, path.parent / name, label))
    if "train" not in splits:
        raise DataError(f"{path} has no rows for training: add some")
    return splits


def read_hub_split(
    name: str, columns: tuple[str, ...], read_label: LabelReader, dataset: Any, split: str
) -> list[Example]:
    """The images with a label; they are decoded when they are used."""
    from datasets import Image

    features = dataset.features
    images = [column for column, feature in features.items() if isinstance(feature, Image)]
    if len(images) != 1 or not features.keys() >= {*columns}:
        raise DataError(
            f"hf:{name} has the columns {', '.join(features)}: it needs one of images, and one of "
            "labels, named as in --data.columns image species"
        )
    examples = []
    for row, cells in enumerate(read_labels(dataset, columns)):
        if is_known(cells):
            label = read_label(cells, f"hf:{name} {split}:{row}")
            image = HubImage(label.place, dataset, row, images[0])
            examples.append(Example(f"{split}/{row}", image, label))
    return examples
