"""Folds: parts of training and validation data together, each the validation data of one run."""

import random
from collections.abc import Sequence
from typing import Annotated, TypeVar

from .labels import DataError
from .ranges import FROM_ONE

Item = TypeVar("Item")
Fold = Annotated[tuple[int, int], FROM_ONE]


def take_fold(
    items: Sequence[Item], groups: Sequence[str], fold: Fold, seed: int
) -> tuple[list[Item], list[Item]]:
    """Training and validation items: of each group but "" every n-th is for validation."""
    number, folds = fold
    order = random.Random(seed).sample(range(len(items)), len(items))
    order = sorted((n for n in order if groups[n]), key=groups.__getitem__)
    if folds < 2 or not 1 <= number <= folds <= len(order):
        message = f"data.fold {number} {folds}: there is no such part of {len(order)} examples"
        raise DataError(f"{message}: say 1 5 for the first of five")
    held_out = {*order[number - 1 :: folds]}
    rest = [item for n, item in enumerate(items) if n not in held_out]
    return rest, [item for n, item in enumerate(items) if n in held_out]
