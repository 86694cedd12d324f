"""Folders of images and of masks that have the same names."""

import re
from collections.abc import Container, Sequence
from pathlib import Path

from scaffold.errors import joined
from scaffold.looking.files import IMAGES, SPLITS, below, listing, refuse, splits_among
from scaffold.looking.headers import Header, read_header
from scaffold.looking.pictures import MIRRORED, evenly, measure, size_of
from scaffold.looking.reading import Fact, Reading, counted, shown, split_fact
from scaffold.looking.values import read_values

MOST = 20_000  # pairs that are compared by name
MASKS = 20  # that are opened
FOLDERS = "folders called images and masks, each mask a PNG named as its image"
SUFFIX = re.compile(r"[_-](mask|masks|gt|label|labels|seg|segmentation)$", re.IGNORECASE)
OF_MASKS = re.compile(r"(.+?)[_-]?(mask|gt|label|annot|annotation|seg|segmentation)s?", re.IGNORECASE)
END = re.compile(r"[_-][^_-]+$")


def look(folder: Path) -> list[Reading]:
    """Read it; an empty list if the folders are no images and masks."""
    splits = _find(folder)
    if not splits:
        return []
    found = {name: _pairs(*pair) for name, pair in splits.items()}
    pairs = found["train"]
    several = counted(len(pairs), "files of the same names", complete=len(pairs) < MOST)
    why = f"images/ and masks/ hold {several}"
    reading = of_pairs(pairs, why, "a mask for each image")
    if len(splits) > 1:
        parts = {
            name: pair[0].parent if pair[0].name == "images" else pair[0] for name, pair in splits.items()
        }
        reading.facts.append(split_fact(parts))
    return [reading]


def of_pairs(pairs: list[tuple[Path, Path]], why: str, target_why: str) -> Reading:
    """Look at some of the images and masks."""
    headers, notes = measure([image for image, _ in pairs])
    masks = {}
    for image, mask in evenly(pairs, MASKS):
        header, of_image = read_header(mask), headers.get(image) or read_header(image)
        _check(mask, header, of_image)
        masks[mask] = header
    facts, unknown = [size_of(headers, masks=True)], []
    values, complete = read_values(list(masks))
    if values == {0, 255}:
        why_void = "masks hold 0 and 255 alone, so both are classes, and void is a value that none has"
        facts.append(Fact("data.void", 254, why_void, "no pixel has it: 0 and 255 are classes"))
    elif values:
        told = ", ".join(map(str, sorted(values)[:12])) + (" and more" if len(values) > 12 else "")
        unknown.append(
            f"which value of masks counts nowhere: {told} occur{'' if complete else ' in those read'}, "
            "and data.void is 255 until you say otherwise"
        )
    else:
        unknown.append(
            "which values masks hold, and which counts nowhere: data.void is 255 until you say otherwise"
        )
    unknown.append("what the values are called: data.classes takes their names")
    if all(header.colour for header in headers.values()):
        why_flip = "all images that were opened are in colour, and masks are mirrored with them"
        facts.append(Fact("augment.horizontal_flip", 0.5, why_flip, "on, for these are images in colour"))
        unknown.append(MIRRORED)
    else:
        unknown.append(
            "whether a mirrored image keeps its classes: augment.horizontal_flip is off, 0.5 switches it on"
        )
    return Reading("images", "masks", why, target_why, facts, unknown=unknown, notes=notes)


def _find(folder: Path) -> dict[str, tuple[Path, Path]]:
    """Return the folders of images and masks of each split."""
    names = {path.name: path for path in listing(folder)[0]}
    if {"images", "masks"} <= names.keys():
        inner = {path.name: path for path in listing(names["images"])[0]}
        splits = splits_among(inner, names["images"]) if inner.keys() & SPLITS.keys() else {}
        if not splits:
            return {"train": (names["images"], names["masks"])}
        return {split: (path, names["masks"] / path.name) for split, path in splits.items()}
    nested = {name: {path.name for path in listing(path)[0]} for name, path in names.items()}
    if any({"images", "masks"} <= inner for inner in nested.values()) and names.keys() & SPLITS.keys():
        found = splits_among(names, folder)
        return {split: (path / "images", path / "masks") for split, path in found.items()}
    return {}


def tell_otherwise_named(folder: Path) -> None:
    """Refuse two folders of images of the same names, one of which can only be masks."""
    kinds = {*IMAGES, ".gif"}
    files = {path: found for path in listing(folder)[0][:8] if (found := below(path, kinds, 500))}
    called = [(path, image) for path in files if (image := _images_of(path, files))]
    if len(called) > 1 and SPLITS.keys() & {image.name for _, image in called}:
        mask, image = max(called, key=lambda pair: pair[1].name == "train")
        raise refuse(
            f"{folder} holds {joined((path.name for pair in called for path in pair[::-1]), 'and')}, "
            "images and masks by their names",
            f"make {image.name}/images of {image.name} and {image.name}/masks of {mask.name}, and so on, "
            "each mask a PNG named as its image, whose values, not colours, are the classes",
        )
    for mask, found in files.items():
        header = read_header(found[0])
        if header is None or header.format == "JPEG" or (header.colour and header.kind != "palette"):
            continue
        for image in files.keys() - {mask}:
            of_image = read_header(files[image][0])
            if not of_image or not of_image.colour or of_image.format == header.format:
                continue
            outlined, stems = (
                {SUFFIX.sub("", file.stem) for file in below(path, kinds, MOST)} for path in (mask, image)
            )
            fewer = len(outlined) < 0.8 * len(stems)
            if len(outlined & stems) > 0.8 * len(outlined):
                raise refuse(
                    f"{folder} holds {image.name} and {mask.name}, of the same names, as images and masks",
                    f"if so, put them into {FOLDERS}"
                    + (", and leave out images without one" if fewer else ""),
                )


def _images_of(masks: Path, files: dict[Path, list[Path]]) -> Path | None:
    """Return the folder that is called like this of masks but for a suffix, and so are its files."""
    called = OF_MASKS.fullmatch(masks.name)
    images = masks.with_name(called[1]) if called else masks
    if images == masks or images not in files:
        return None
    stems = {file.stem for file in below(images, IMAGES, MOST)}
    named = [file for file in files[masks] if _stem_in(file.stem, stems)]
    return images if len(named) > 0.8 * len(files[masks]) else None


def _stem_in(stem: str, stems: Container[str]) -> str:
    """Return the stem of the image that a mask belongs to: its own, or without its end; or nothing."""
    return next((name for name in (stem, END.sub("", stem)) if name in stems), "")


def among(images: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Return pairs of an image and what is called like its mask in the same folder."""
    whole = {image.with_suffix(""): image for image in images}
    pairs = [(whole.get(path.with_name(SUFFIX.sub("", path.name))), whole[path]) for path in whole]
    return [(image, mask) for image, mask in pairs if image and image is not mask]


def _pairs(images: Path, masks: Path) -> list[tuple[Path, Path]]:
    for path in (images, masks):
        if not path.is_dir():
            raise refuse(f"there is no folder {path}", "add it, images and masks belong together")
    found = {mask.relative_to(masks).with_suffix(""): mask for mask in below(masks, IMAGES, MOST)}
    pictures = below(images, IMAGES, MOST)
    complete = len(pictures) < MOST
    pairs, missing = [], list[Path]()
    for image in pictures:
        mask = found.pop(image.relative_to(images).with_suffix(""), None)
        if mask is None:
            missing.append(image)
        else:
            pairs.append((image, mask))
    if not pictures:
        raise refuse(f"{images} holds no images", "fill it, or name another folder")
    if missing and (complete or not pairs):
        _tell_misnamed(missing, below(masks, {*IMAGES, ".gif"}, MOST))
        raise refuse(
            f"{shown(missing)} of {len(pictures)} images: no mask of the same name in {masks}",
            "add it, or remove the image",
        )
    if found and complete:
        raise refuse(
            f"{next(iter(found.values()))} has no image of the same name in {images}",
            "add it, or remove the mask",
        )
    return pairs


def _tell_misnamed(lacking: list[Path], files: list[Path]) -> None:
    """Refuse masks that are called like images but for a suffix, or are GIF."""
    stems = {image.stem for image in lacking}
    masks = {name: file for file in files if (name := _stem_in(file.stem, stems))}
    image = next((image for image in lacking if image.stem in masks), None)
    if image is None:
        return
    mask = masks[image.stem]
    wrong = [f"is not called like {image.name}"] if mask.stem != image.stem else []
    wrong += ["is a GIF file, which is not read"] if mask.suffix.lower() == ".gif" else []
    if not wrong:
        return
    way = "save" if mask.suffix.lower() == ".gif" else "rename"
    raise refuse(f"{mask} {' and '.join(wrong)}", f"{way} it as {image.stem}.png, and all others likewise")


def _check(mask: Path, header: Header | None, image: Header | None) -> None:
    if header is None:
        raise refuse(f"{mask} cannot be opened as an image", "mend or remove it")
    if header.format == "JPEG":
        raise refuse(
            f"{mask} is a JPEG, which changes classes",
            "save masks as grey PNG files whose values are numbers of classes, 0, 1 and so on, and not the "
            "greys that JPEG has left around them",
        )
    if header.kind != "palette" and (header.colour or header.kind == "deep"):
        has = "more than 8 bits" if header.kind == "deep" else "colours"
        raise refuse(
            f"{mask} has {has}, not a class for each pixel",
            "save masks as PNG with 8 bits of grey or a palette",
        )
    if image and not image.camera and (image.width, image.height) != (header.width, header.height):
        sizes = f"{header.width}x{header.height}, its image {image.width}x{image.height}"
        raise refuse(f"the mask {mask} is {sizes}", "give both one size")
