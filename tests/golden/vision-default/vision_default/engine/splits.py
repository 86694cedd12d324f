"""Splits that are made of the training images, where the data has none."""

import hashlib
from pathlib import Path

from ..sources import Example, Splits
from .labels import DataError


def hold_out(
    examples: list[Example], groups: list[str], missing: list[str], fraction: float, seed: int
) -> Splits:
    """Moves a fraction of each group from the training images to each missing split."""
    members: dict[str, list[Example]] = {group: [] for group in groups}
    for group, example in zip(groups, examples, strict=True):
        members[group].append(example)
    are_files = all(isinstance(example.image, Path) for example in examples)
    splits: Splits = {split: [] for split in ("train", *missing)}
    order, untrained = [*missing, "train"], []
    for group, own in members.items():
        own.sort(key=lambda example: hash_name(example.name, seed))
        trained = len(splits["train"])
        parts = []
        for number, example in enumerate(own):
            # A file stays in its split when others are added; what is no file is split by order.
            position = hash_name(example.name, seed) if are_files else (number + 0.5) / len(own)
            # The first fraction is for the first missing split, and so on; the rest for training.
            parts.append(min(int(position / fraction), len(missing)))
        for part in range(len(missing)):
            # A small group may by chance have none there: then its next one for training is taken.
            if part not in parts and parts.count(len(missing)) > 1:
                parts[parts.index(len(missing))] = part
        for part, example in zip(parts, own, strict=True):
            splits[order[part]].append(example)
        if len(splits["train"]) == trained:
            untrained.append(f"no image of {group} is left for training, it has {len(own)}")
    total = f"{len(examples)} images are too few"
    empty = [f"{total}, none is left for {split}" for split in splits if not splits[split]]
    faults = empty + untrained
    if faults:
        raise DataError(f"{faults[0]}: add some")
    return splits


def hash_name(name: str, seed: int) -> float:
    """From 0 to 1, always the same for a name and a seed."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
