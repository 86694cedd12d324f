"""Image files: where they are, and how they are opened."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from .files import SPLIT_OF_NAME, Rows, read_table, tell_unused
from .labels import DataError, join_first

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


def find_directories(folder: Path) -> list[Path]:
    """Those that are not hidden, by name."""
    return sorted(d for d in folder.iterdir() if d.is_dir() and d.name[0] != ".")


def find_labels(folder: Path) -> list[Path]:
    """The folders of the labels, which hold images each; a DataError says how it should be."""
    directories = find_directories(folder)
    if not directories:
        loose = len([*find_images(folder)]) or "no"
        layout = "put images into a folder for each label, as in cat/1.jpg and dog/2.jpg"
        raise DataError(f"{folder} holds {loose} images and no folders: {layout}")
    if len(directories) == 1 and find_directories(directories[0]):
        what = f"{folder} holds the folder {directories[0].name} alone"
        raise DataError(f"{what}: if its folders are the labels, name {directories[0]} instead")
    for directory in directories:
        if next(find_images(directory), None) is None:
            suffixes = ", ".join(sorted(SUFFIXES))
            raise DataError(f"{directory} holds no images ({suffixes}): fill or remove it")
        for split in SPLIT_OF_NAME.keys() & {path.name for path in find_directories(directory)}:
            what = f"{directory / split} is a split within a label"
            raise DataError(f"{what}: move it to {folder / split / directory.name}")
    return directories


def read_rows(path: Path, columns: Sequence[str]) -> Rows:
    """Place and columns of each row of a CSV file; the first of these names an image file."""
    hint = "name that of the images and what belongs to it, as in --data.columns photo label"
    for place, cells in read_table(path, columns, hint):
        file = path.parent / cells[columns[0]].strip()
        if not file.is_file():
            raise DataError(f"{place}: {file} is no file: fix or remove the row")
        yield place, {column: cell.strip() for column, cell in cells.items()}


def read_unique(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Split, place and columns of each row of a CSV file that names no image twice."""
    seen: set[str] = set()
    cells: dict[str, Any] = {}
    for place, cells in read_rows(path, columns):
        name, split = cells[columns[0]], cells.get("split", "train")
        if name in seen:
            raise DataError(f"{place} names {name} for the second time: remove a row")
        if split not in SPLIT_OF_NAME:
            raise DataError(f"{place}: the split is train, val or test, not {split or 'empty'}")
        seen.add(name)
        yield SPLIT_OF_NAME[split], place, cells
    tell_unused(path, cells, {*columns, "split"})


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
    except FileNotFoundError as error:
        raise DataError(f"{source} does not exist: fix its name") from error
    except (OSError, Image.DecompressionBombError) as error:
        raise DataError(f"{source} is not a readable image: fix or remove it") from error
    if image.mode[0] in "IF":
        raise DataError(f"{source} has {image.mode} pixels: convert it to 8 bits per channel")
    if image.has_transparency_data:
        return fill_transparency(image)
    return image


def check_images(sources: Iterable[ImageSource], of_one_size: bool) -> None:
    """A DataError names files that are no images, or of another size; only headers are read."""
    sizes, broken = dict[Path, tuple[int, int]](), list[str]()
    for path in (source for source in sources if isinstance(source, Path)):
        try:
            with Image.open(path) as file:
                sizes[path] = file.size
        except (OSError, Image.DecompressionBombError):
            broken.append(str(path))
    for path, size in sizes.items() if of_one_size else ():
        first, (width, height) = next(iter(sizes.items()))
        # Cameras note how they were held: width and height may have to be swapped.
        if sorted(size) != sorted((width, height)):
            raise size_error(f"{first} is {width}x{height}, {path} is", size)
    if broken:
        more = f" (nor are {join_first(broken[1:])})" if broken[1:] else ""
        raise DataError(f"{broken[0]} is not a readable image{more}: fix or remove it")


def size_error(what: str, size: tuple[int, int]) -> DataError:
    return DataError(
        f"images are not all of one size ({what} {size[0]}x{size[1]}): choose a size to "
        "scale and crop them to, as in --data.image_size 64, or 48 64 for a height of 48"
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
