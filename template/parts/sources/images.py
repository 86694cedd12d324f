"""Where images and their labels come from: folders, a table or a hub."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from cyclopts import Parameter

from .engine.files import SPLIT_OF_NAME
from .engine.hub import is_known, read_hub, read_labels
from .engine.images import (
    HubImage,
    ImageSource,
    find_directories,
    find_images,
    find_labels,
    read_unique,
)
from .engine.labels import DataError, Label, LabelReader


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
    path: Annotated[Path | None, Parameter(alias="--data")] = None
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
        return read_labelled(path, columns, read_label)
    if not path.is_dir():
        raise DataError(f"data.path: {path} is neither a folder nor a .csv file")
    folders = {directory.name for directory in find_directories(path)}
    given = {SPLIT_OF_NAME[name]: name for name in folders & SPLIT_OF_NAME.keys()}
    if not given:
        return {"train": read_folder(path, read_label)}
    if "train" not in given or len(given) < len(folders):
        raise DataError(
            f"{path} holds {', '.join(sorted(folders))}: name splits train, val and test"
        )
    return {split: read_folder(path / name, read_label) for split, name in given.items()}


def read_folder(folder: Path, read_label: LabelReader) -> list[Example]:
    """Image files, whose class is the name of the sub-folder that they are in."""
    examples: list[Example] = []
    for directory in find_labels(folder):
        names = sorted(file.relative_to(folder).as_posix() for file in find_images(directory))
        for name in names:
            label = read_label({"folder": directory.name}, str(folder / name))
            examples.append(Example(name, folder / name, label))
    return examples


def read_labelled(path: Path, columns: tuple[str, ...], read_label: LabelReader) -> Splits:
    """A CSV file whose rows name an image file, its class and maybe its split."""
    splits: Splits = {}
    for split, place, fields in read_unique(path, columns):
        name = fields[columns[0]]
        label = read_label({column: fields[column] for column in columns[1:]}, place)
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
        has = f"hf:{name} has the columns {', '.join(features)}"
        raise DataError(f"{has}: one must be of images; name labels by --data.columns image label")
    examples = []
    for row, cells in enumerate(read_labels(dataset, columns)):
        if is_known(cells):
            label = read_label(cells, f"hf:{name} {split}:{row}")
            image = HubImage(label.place, dataset, row, images[0])
            examples.append(Example(f"{split}/{row}", image, label))
    return examples
