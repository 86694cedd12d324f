"""What a sample of images says: sizes, colours, and whether mirrored copies may stand beside them."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TypeVar

from scaffold.looking.files import refuse
from scaffold.looking.headers import Header, read_header
from scaffold.looking.reading import Fact, shown

Item = TypeVar("Item")
SAMPLE = 200
LARGEST = 160  # pixels a side, about, that are kept as they are: beyond, a first training takes long
SIDE = 64
MASK_SIDE = 128  # what a mask outlines must still be seen
MIRRORED = (
    "what the classes mean: where a mirrored image is another class, set augment.horizontal_flip to 0.0"
)
SIDES = re.compile(
    r"(?<![a-z])(left|right|clockwise|anticlockwise|counterclockwise|east|west|mirrored)(?![a-z])"
)
SIGN = re.compile(r"[a-z]|\W*\d+\W*|(class|label|category|folder|sample)?[\W_]*(\d+|[a-z])")


def evenly(paths: Sequence[Item], count: int = SAMPLE) -> list[Item]:
    """Take some of all parts of a list."""
    step = max(1, len(paths) // count)
    return list(paths[::step][:count])


def measure(paths: Sequence[Path], what: str = "images") -> tuple[dict[Path, Header], list[str]]:
    """Return the headers of a sample, and what is to be mended; a DataError if none is an image."""
    found, broken = dict[Path, Header](), list[str]()
    for path in evenly(paths):
        header = read_header(path)
        if header is None:
            broken.append(str(path))
        else:
            found[path] = header
    if not found:
        raise refuse(
            f"none of {len(broken)} {what} that were opened is one, such as {broken[0]}", "mend the files"
        )
    notes = []
    if broken:
        notes.append(
            f"{len(broken)} of {len(broken) + len(found)} {what} are broken, {shown(broken)}: remove them"
        )
    deep = [str(path) for path, header in found.items() if header.kind == "deep"]
    if deep:
        notes.append(f"{deep[0]} has more than 8 bits per channel, which is not read: convert such images")
    return found, notes


def size_of(headers: dict[Path, Header], *, masks: bool = False) -> Fact:
    """Propose a size: none where all have the same and it is small."""
    sizes = Counter((header.width, header.height) for header in headers.values())
    seen = f"{len(headers)} images that were opened"
    (width, height), _ = sizes.most_common(1)[0]
    largest = MASK_SIDE if masks else SIDE
    if len(sizes) == 1 and width * height <= LARGEST**2:
        return Fact("data.image_size", None, f"all {seen} are {width}x{height}")
    sides = sorted(min(size) for size in sizes.elements())
    if len(sizes) == 1:
        said = f"all {seen} are {width}x{height}"
    else:
        first, last = (
            min(sizes, key=lambda size: size[0] * size[1]),
            max(sizes, key=lambda size: size[0] * size[1]),
        )
        said = f"the {seen} are of {len(sizes)} sizes, {first[0]}x{first[1]} to {last[0]}x{last[1]}"
    ratio = median(header.width / header.height for header in headers.values())
    turned = any(header.camera for header in headers.values())
    alike = all(abs(header.width / header.height / ratio - 1) < 0.1 for header in headers.values())
    side = min(largest, max(8, int(median(sides)) // 8 * 8))
    size: int | list[int] = side
    if alike and not turned and not 0.85 < ratio < 1.18:
        scale = side / max(ratio, 1) if masks else side / ratio**0.5
        size = [max(8, round(scale / 8) * 8), max(8, round(scale * ratio / 8) * 8)]
    wanted = f"{size[1]}x{size[0]} (height first in the file)" if isinstance(size, list) else f"{size}x{size}"
    return Fact("data.image_size", size, f"{said}: scaled to {wanted}, more shows more and takes longer")


def mirroring(headers: dict[Path, Header], names: Sequence[str]) -> tuple[list[Fact], str]:
    """Say whether mirrored copies may be shown, and what cannot be told of that.

    Whether a mirror image looks like another class lies in what the classes mean. Names that speak of sides,
    or are letters, digits or mere numbers, leave it off; colour photographs of things with names have it on.
    """
    if not names:
        return [], ""
    sides = [name for name in names if SIDES.search(name.lower().replace("_", " ").replace("-", " "))]
    if sides:
        return [Fact("augment.horizontal_flip", 0.0, f"'{sides[0]}' is another class in a mirror")], ""
    # Classes that are digits, letters or numbers of something: what is behind a number cannot be told.
    signs = [name for name in names if SIGN.fullmatch(name.lower())]
    if signs:
        return [], (
            f"whether a mirrored image keeps its class, as names such as '{signs[0]}' do not say: "
            "augment.horizontal_flip stays off, 0.5 switches it on"
        )
    photographs = [header for header in headers.values() if header.colour and header.format == "JPEG"]
    if len(photographs) < 0.9 * len(headers):
        return [], (
            "whether a mirrored image keeps its class, as only JPEG in colour is taken for photographs: "
            "augment.horizontal_flip stays off, 0.5 switches it on"
        )
    why = f"colour photographs, and no name of a class speaks of sides, letters or numbers ({shown(names)})"
    return [Fact("augment.horizontal_flip", 0.5, why, "on, for these are photographs")], MIRRORED
