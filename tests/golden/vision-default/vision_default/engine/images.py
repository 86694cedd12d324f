"""Image files: where they are, and how they are opened."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from .labels import DataError

SUFFIXES = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}

ImageSource = Path | Image.Image | Callable[[], Image.Image]


@dataclass
class HubImage:
    """An image of a hub, decoded when it is called."""

    place: str
    dataset: Any
    row: int
    column: str

    def __call__(self) -> Image.Image:
        return self.dataset[self.row][self.column]

    def __str__(self) -> str:
        return self.place


def find_images(folder: Path) -> Iterator[Path]:
    """Image files at any depth, in any order, but none that is hidden or in a hidden folder."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in SUFFIXES and path.is_file() and not hidden:
            yield path


def find_files(path: Path) -> Iterator[Path]:
    """The file, or the images in a folder; ``-`` reads names of files."""
    if path == Path("-"):
        yield from (Path(line.rstrip("\n")) for line in sys.stdin if line.strip())
    elif path.is_dir():
        yield from sorted(find_images(path))
    else:
        yield path


def open_image(source: ImageSource) -> Image.Image:
    """An image with 8 bits per channel: grey, colour or of a palette."""
    if isinstance(source, Image.Image):
        return source
    try:
        image = open_upright(source) if isinstance(source, Path) else source()
    except (OSError, Image.DecompressionBombError) as error:
        raise DataError(f"{source} is not a readable image: fix or remove it") from error
    if image.mode[0] in "IF":
        raise DataError(f"{source} has {image.mode} pixels: convert it to 8 bits per channel")
    if image.has_transparency_data:
        return fill_transparency(image)
    return image


def size_error(what: str, size: tuple[int, int]) -> DataError:
    return DataError(
        f"images are not all square and of one size ({what} {size[0]}x{size[1]}): choose a size to "
        "scale and crop them to, as in --data.image_size 64"
    )


def open_upright(path: Path) -> Image.Image:
    with Image.open(path) as file:
        return ImageOps.exif_transpose(file)  # cameras note how they were held


def fill_transparency(image: Image.Image) -> Image.Image:
    """White behind what is transparent, instead of whatever colour is stored there."""
    mode = "L" if image.mode == "LA" else "RGB"
    image = image.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert(mode)
