"""Folders of images: one for each class, with or without splits."""

import re
from pathlib import Path

from scaffold.errors import joined
from scaffold.looking import foreign, masks
from scaffold.looking.columns import is_number
from scaffold.looking.files import (
    IMAGES,
    SPLITS,
    TEXTS,
    below,
    is_huge,
    is_image,
    listing,
    refuse,
    shown_names,
    splits_among,
    subfolders,
)
from scaffold.looking.naming import refuse_for, repeats_folders, tables_naming
from scaffold.looking.pictures import measure, mirroring, size_of
from scaffold.looking.reading import Reading, counted, shown, split_fact

COUNTED = 100_000  # images of all classes, and of one class at most 1,000


def look(folder: Path) -> list[Reading]:
    """Read a folder with one of images for each class; an empty list if it has none of images."""
    folders, files = listing(folder)
    pictures = [file for file in files if is_image(file)]
    splits = splits_among({path.name: path for path in folders}, folder)
    if not splits and not any(below(path, IMAGES, 1) for path in folders):
        if pictures and len(below(folder, {*TEXTS}, len(pictures) + 1)) <= len(pictures):
            raise _loose(folder, pictures)
        return []
    named = tables_naming(folder)
    if named and not any(repeats_folders(one, folder) for one in named):
        raise refuse_for(folder, named, classes=len(listing(splits.get("train", folder))[0]) > 1)
    if not splits:
        _tell_splits(folder, folders)
    if splits and not below(splits["train"], IMAGES, 1):
        return []
    if splits and len(splits) < len(folders):
        others = [path for path in folders if path not in splits.values()]
        extra = joined((path.name for path in others), "and")
        foreign.check_unlike(splits, others)
        raise refuse(f"{folder} holds {extra} beside its splits", "move that elsewhere")
    parts = splits or {"train": folder}
    foreign.check_unlike(parts, [])
    classes = {name: _classes(part) for name, part in parts.items()}
    for name, found in classes.items():
        unknown = sorted(found.keys() - classes["train"].keys())
        if unknown:
            raise refuse(
                f"{parts[name]} has the class {unknown[0]}, which {parts['train']} has not",
                "add it there, or remove it",
            )
    names = sorted(classes["train"])
    paired = [pair for found in classes["train"].values() for pair in masks.among(found)]
    if len(names) < 2:
        if paired:
            raise _mixed(folder / names[0], paired[0])
        raise refuse(
            f"{parts['train']} holds the folder {names[0]} alone, a single class", "add another class"
        )
    images = [image for found in classes["train"].values() for image in found[: max(1, 200 // len(names))]]
    headers, notes = measure(images)
    counts = {name: len(found) for name, found in classes["train"].items()}
    most, least = max(counts, key=lambda name: counts[name]), min(counts, key=lambda name: counts[name])
    why = f"{len(names)} folders of images in {parts['train'].name}: {shown(names)}"
    limit = most_of(len(names))
    told = {name: f"{counts[name]:,}{'+' if counts[name] >= limit else ''} images" for name in (most, least)}
    if counts[most] == counts[least]:
        target = f"a folder is a class, {told[most]} each"
    else:
        target = f"a folder is a class, of {told[least]} ({least}) to {told[most]} ({most})"
    if paired:
        image, mask = paired[0]
        notes.append(
            f"{len(paired)} of these images are called like masks, {mask.name} beside {image.name}, and are "
            "taken for images too: move them elsewhere"
        )
    notes += [
        f"{path.name} names these images, and is not read: --data {path} takes what it says of them"
        for path in (one.table.path for one in named)
    ]
    flips, unknown_flips = mirroring(headers, names)
    facts = [size_of(headers)]
    if splits:
        facts.append(split_fact(splits))
    reading = Reading("images", "classes", why, target, [*facts, *flips], notes=notes)
    reading.unknown += [unknown_flips] if unknown_flips else []
    if only_count(parts["train"]):
        reading.unknown.append(f"whether {names[0]} and {names[1]} are classes, as their names only count")
    as_numbers = (
        [Reading("images", "numbers", why, "names of folders are numbers", list(facts), notes=list(notes))]
        if all(is_number(name) for name in names)
        else []
    )
    if as_numbers:
        reading.unknown.append(
            "whether the numbers that folders are called by count something, or only name it"
        )
    return [reading, *as_numbers]


def _classes(folder: Path) -> dict[str, list[Path]]:
    """Return the images of each class; a refusal says how it should be."""
    folders, files = listing(folder)
    pictures = [file for file in files if is_image(file)]
    if not folders:
        raise _loose(folder, pictures)
    if is_huge(folder):
        raise refuse(f"{folder} holds more than 20,000 entries", "put images into a folder for each class")
    found = {}
    for path in folders:
        found[path.name] = below(path, IMAGES, most_of(len(folders)))
        if not found[path.name]:
            raise refuse(f"{path} holds no images ({', '.join(sorted(IMAGES))})", "fill or remove it")
        within = [inner for inner in subfolders(path) if inner.name in SPLITS]
        if within:
            raise refuse(
                f"{within[0]} is a split within a class", f"move it to {folder / within[0].name / path.name}"
            )
    return found


def only_count(folder: Path) -> bool:
    """Say whether folders are called alike but for a number, such as images_001, as parts of one set are."""
    found = [re.fullmatch(r"(\D{3,})\d+", path.name.lower()) for path in listing(folder)[0]]
    stems = {match[1] if match else "" for match in found}
    return len(found) > 1 and len(stems) == 1 and not stems & {"", "class", "class_", "label", "label_"}


def _tell_splits(folder: Path, folders: list[Path]) -> None:
    """Refuse folders that are splits by a part of their names, such as seg_train and seg_test."""
    found: dict[str, dict[str, Path]] = {}
    for path in folders:
        words = re.split(r"[\W_]+", path.name)
        for word in words:
            if word.lower() in SPLITS:
                others = "_".join(other for other in words if other != word)
                found.setdefault(others, {})[SPLITS[word.lower()]] = path
    for splits in found.values():
        if len(splits) > 1 and "train" in splits:
            within = {name: _unwrapped(path) for name, path in splits.items()}
            if not listing(within["train"])[0]:
                raise _loose(
                    within["train"], [file for file in listing(within["train"])[1] if is_image(file)]
                )
            ways = joined((f"{name} of {path.relative_to(folder)}" for name, path in within.items()), "and")
            raise refuse(
                f"{folder} holds {shown_names(splits)}, splits by their names",
                f"make {ways}, and leave nothing else beside them",
            )


def _unwrapped(folder: Path) -> Path:
    folders, files = listing(folder)
    while len(folders) == 1 and not any(is_image(file) for file in files):
        folder = folders[0]
        folders, files = listing(folder)
    return folder


def _mixed(folder: Path, pair: tuple[Path, Path]) -> Exception:
    return refuse(
        f"{folder} holds images and masks in one folder, {pair[1].name} beside {pair[0].name}",
        f"put them into {masks.FOLDERS}",
    )


def _loose(folder: Path, pictures: list[Path]) -> Exception:
    if paired := masks.among(pictures):
        return _mixed(folder, paired[0])
    if named := tables_naming(folder, above=2):
        return refuse_for(folder, named)
    many = counted(len(pictures), "images", complete=not is_huge(folder))
    what = f"{folder} holds {many} and nothing that says what they are"
    return refuse(
        what,
        "put them into a folder for each class (cat/1.jpg), or list files and labels in a CSV file",
    )


def most_of(classes: int) -> int:
    """Say how many images of a class are counted."""
    return min(1_000, max(20, COUNTED // classes))
