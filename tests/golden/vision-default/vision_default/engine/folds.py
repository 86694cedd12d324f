"""Folds: parts of training and validation data together, each the validation data of one run."""

import random
from collections.abc import Sequence
from typing import TypeVar

from .labels import DataError

Item = TypeVar("Item")


def take_fold(
    items: Sequence[Item], groups: Sequence[str], fold: Sequence[int], seed: int
) -> tuple[list[Item], list[Item]]:
    """Training and validation items: of each group but "" every n-th is for validation."""
    number, folds = fold if len(fold) == 2 else (0, 0)
    order = random.Random(seed).sample(range(len(items)), len(items))
    order = sorted((n for n in order if groups[n]), key=groups.__getitem__)
    if folds < 2 or not 1 <= number <= folds <= len(order):
        given = " ".join(map(str, fold))
        message = f"data.fold {given}: there is no such part of {len(order)} examples"
        raise DataError(f"{message}: say 1 5 for the first of five")
    held_out = {*order[number - 1 :: folds]}
    rest = [item for n, item in enumerate(items) if n not in held_out]
    return rest, [item for n, item in enumerate(items) if n in held_out]
