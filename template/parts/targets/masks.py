"""Targets that are a class for each pixel: masks to class indices, and back.

Shapes: N labels, H height, W width, K classes.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from .engine.labels import DataError, Label, first_place, join_first
from .engine.masks import VOID, Mask, check_size, choose_palette, load_mask, read_names

NO_CLASS = -1


def read_label(
    cells: dict[str, Any], place: str, void: int = VOID, names: Sequence[str] | None = None
) -> Label:
    """The mask in the only column, a path relative to the file of the place, or an image."""
    (cell,) = cells.values()
    if cell is None or cell == "":
        raise DataError(f"{place} has no mask: give it one, or remove it")
    source = Path(place).parent / cell if isinstance(cell, str) else cell
    text = place if isinstance(source, Image.Image) else str(source)
    return Label(text, place, Mask(source, void, tuple(names or ())))


def group_labels(labels: Sequence[Label]) -> list[str]:
    """All are of one group: splits are drawn without regard to what masks show."""
    return ["the masks"] * len(labels)


def describe_labels(labels: Sequence[Label]) -> dict[str, Any]:
    """The classes: those of the setting, or else the values that the training masks hold."""
    first = labels[0].mask
    if first.names:
        names = read_names(first.names)
        values = [value for value in range(256) if value != first.void][: len(names)]
    else:
        found = np.zeros(256, dtype=np.int64)
        for label in labels:
            found += np.bincount(np.asarray(load_mask(label.mask.source)).flat, minlength=256)
        values = [value for value in found.nonzero()[0].tolist() if value != first.void]
        names = [str(value) for value in values]
    if len(values) < 2:
        what = f"{first_place(labels)}: the training masks hold fewer than two classes"
        hint = f"if {first.void} is a class, set data.void to a value that none has"
        raise DataError(f"{what} ({', '.join(names) or 'none'}): add another; {hint}")
    palette = choose_palette(load_mask(first.source))
    return {"classes": names, "values": values, "void": first.void, "palette": palette}


class Masks:
    """Class indices ``(H, W)``, int64, of each mask, which is read when it is used."""

    def __init__(self, labels: Sequence[Label], info: dict[str, Any]) -> None:
        self.labels, self.info = labels, info
        indices = np.full(256, NO_CLASS)
        indices[info["values"]] = range(len(info["values"]))
        indices[info["void"]] = VOID
        self.indices = indices

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, number: int) -> Tensor:
        return self.read(number)

    def read(self, number: int, image_size: tuple[int, int] | None = None) -> Tensor:
        """Scaled and cropped as its image, of this width and height, with no new value between."""
        label, size = self.labels[number], self.info["image_size"]
        mask = load_mask(label.mask.source)
        check_size(label.text, mask.size, image_size or mask.size)
        if mask.size != tuple(size[::-1]):
            mask = ImageOps.fit(mask, size[::-1], Image.Resampling.NEAREST)
        values = np.asarray(mask, dtype=np.uint8)
        target = self.indices[values]
        if target.min() == NO_CLASS:
            value = values[target == NO_CLASS][0]
            known = f"{len(self.info['values'])} classes, {join_first(self.info['classes'])}"
            what = f"{label.text} holds the value {value}, which is none of the {known}"
            raise DataError(f"{what}: name it in data.classes, or say --data.void {value}")
        return torch.from_numpy(target)

    def count(self, number: int) -> Label:
        """The label with the share of pixels that each class has in it."""
        counts = self[number].flatten().bincount(minlength=256)
        shares = (counts / counts.sum()).tolist()
        by_name = {n: shares[index] for index, n in enumerate(self.info["classes"])}
        by_name[""] = shares[VOID]
        text = "; ".join(f"{n or 'void'} {share:.0%}" for n, share in by_name.items() if share)
        return self.labels[number]._replace(text=text, shares=by_name)


def encode_labels(labels: Sequence[Label], info: dict[str, Any]) -> Masks:
    """Their targets, each read when it is asked for."""
    return Masks(labels, info)


def inspect_label(label: Label) -> tuple[list[str], dict[str, float]]:
    """What `show data` counts, and the numbers of which it shows the range."""
    present = [name for name, share in label.shares.items() if name and share]
    return present, {"void %": 100 * label.shares.get("", 0.0)}


def prediction_columns(info: dict[str, Any]) -> list[str]:
    """Keys of what ``describe_prediction`` returns."""
    return [f"predicted_share_{name}" for name in info["classes"]]


def describe_prediction(probabilities: Tensor, info: dict[str, Any]) -> dict[str, Any]:
    """One row of `predict`, from probabilities ``(K, H, W)``: the share of pixels of each class."""
    counts = probabilities.argmax(dim=0).flatten().bincount(minlength=len(info["classes"]))
    shares = [round(share, 4) for share in (counts / counts.sum()).tolist()]
    return dict(zip(prediction_columns(info), shares, strict=True))
