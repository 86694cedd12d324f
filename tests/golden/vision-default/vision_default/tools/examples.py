"""Examples in words, for `show data` and reports."""

import hashlib
from collections.abc import Iterator
from typing import Any

from torch.utils.data import DataLoader

from ..data import Data
from ..engine.images import open_image
from ..engine.labels import DataError
from ..sources import Example
from .described import Described


def count_examples(loader: DataLoader[Any]) -> int:
    return len(loader.dataset)  # type: ignore[arg-type]


def describe_examples(data: Data) -> Iterator[tuple[str, Iterator[Described]]]:
    """The examples of each split, in its order."""
    for split in ("train", "validation", "test"):
        dataset = getattr(data, split).dataset
        described = map(describe_image, dataset.examples)
        yield split, described


def describe_image(example: Example) -> Described:
    try:
        image = open_image(example.image)
    except DataError:
        return Described(example.name, example.label, "", {}, b"", "cannot be read")
    width, height = image.size
    return Described(
        example.name,
        example.label,
        text=f"{width}x{height} {image.mode}",
        sizes={"width": width, "height": height},
        content=hashlib.sha256(f"{width}x{height}".encode() + image.tobytes()).digest(),
        fault="of one colour" if image.getcolors(maxcolors=1) else "",
    )
