"""Where images and their masks come from: folders, a table or a hub."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from cyclopts import Parameter, validators

from .engine.files import SPLIT_OF_NAME
from .engine.hub import read_hub
from .engine.images import HubImage, ImageSource, find_directories, read_unique
from .engine.labels import DataError, Label, LabelReader
from .engine.masks import check_pair, find_pairs
from .engine.ranges import Natural


@dataclass(kw_only=True)
class SourceSettings:
    columns: tuple[str, str] = ("file", "mask")
    """Names of the columns of images and masks, in a CSV file or a hub."""
    classes: tuple[str, ...] | None = None
    """Names of the values 0, 1, ... of masks, or a .txt file of them; none: values that occur."""
    void: Annotated[Natural, Parameter(validator=validators.Number(gte=0, lte=255))] = 255
    """Value in masks of the pixels that count nowhere."""
    path: Annotated[Path | None, Parameter(alias="--data")] = None
    """Folder with images/ and masks/, CSV file or hf:NAME; none: the scenes."""


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
        return read_hub(name, partial(read_hub_split, name, columns, read_label))
    if path.suffix.lower() == ".csv":
        return read_pairs(path, columns, read_label)
    if not path.is_dir():
        raise DataError(f"data.path: {path} is neither a folder nor a .csv file")
    return {
        split: read_folder(images, masks, read_label)
        for split, (images, masks) in find_folders(path).items()
    }


def find_folders(path: Path) -> dict[str, tuple[Path, Path]]:
    """Those of images and masks for each split, which may be divided above or below the two."""
    names = {directory.name for directory in find_directories(path)}
    folders = {name: (path / name / "images", path / name / "masks") for name in names}
    if {"images", "masks"} <= names:
        names = {directory.name for directory in find_directories(path / "images")}
        if not names & SPLIT_OF_NAME.keys():
            return {"train": (path / "images", path / "masks")}
        folders = {name: (path / "images" / name, path / "masks" / name) for name in names}
    splits = {SPLIT_OF_NAME.get(name, name): pair for name, pair in folders.items()}
    if "train" not in splits or splits.keys() - {*SPLIT_OF_NAME.values()}:
        holds = f"{path} holds {', '.join(sorted(names)) or 'no folders'}"
        raise DataError(f"{holds}: name folders images and masks, and splits train, val and test")
    return splits


def read_folder(images: Path, masks: Path, read_label: LabelReader) -> list[Example]:
    """The images at any depth, each with the mask of the same name."""
    examples = []
    for image, mask in find_pairs(images, masks):
        check_pair(image, mask, str(mask))
        name = image.relative_to(images).as_posix()
        examples.append(Example(name, image, read_label({"mask": mask}, str(mask))))
    return examples


def read_pairs(path: Path, columns: tuple[str, str], read_label: LabelReader) -> Splits:
    """A CSV file whose rows name an image file, its mask and maybe its split."""
    splits: Splits = {}
    for split, place, fields in read_unique(path, columns):
        name, mask = (fields[column] for column in columns)
        label = read_label({columns[1]: mask}, place)
        if not (path.parent / mask).is_file():
            raise DataError(f"{place}: {path.parent / mask} is no file: fix or remove the row")
        check_pair(path.parent / name, path.parent / mask, place)
        splits.setdefault(split, []).append(Example(name, path.parent / name, label))
    if "train" not in splits:
        raise DataError(f"{path} has no rows for training: add some")
    return splits


def read_hub_split(
    name: str, columns: tuple[str, str], read_label: LabelReader, dataset: Any, split: str
) -> list[Example]:
    """The images and masks, which are decoded when they are used."""
    from datasets import Image

    features = dataset.features
    if any(not isinstance(features.get(column), Image) for column in columns):
        has = f"hf:{name} has the columns {', '.join(features)}"
        raise DataError(f"{has}: name those of images and masks by --data.columns image mask")
    examples = []
    for row in range(len(dataset)):
        place = f"hf:{name} {split}:{row}"
        image, mask = (HubImage(place, dataset, row, column) for column in columns)
        examples.append(Example(f"{split}/{row}", image, read_label({columns[1]: mask}, place)))
    return examples
