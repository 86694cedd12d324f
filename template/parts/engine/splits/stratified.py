"""Splits that are drawn from the data, because it comes without."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from sklearn.model_selection import train_test_split

from .labels import DataError

Item = TypeVar("Item")


def hold_out(
    items: Sequence[Item], groups: Sequence[str], fraction: float, seed: int, place: str
) -> tuple[list[Item], list[Item]]:
    """The items that remain, and a fraction of all that is held out, the same of each group.

    ``place`` is where the items come from, for the message.
    """
    size = math.ceil(fraction * len(items))
    # jinja: if target in ["labels", "tags"]
    # Those of the group "" remain.
    pairs = list(zip(items, groups, strict=True))
    kept = [item for item, group in pairs if not group]
    items = [item for item, group in pairs if group]
    groups = [group for group in groups if group]
    # jinja: endif
    try:
        remaining, held_out = train_test_split(
            items, test_size=size, stratify=groups, random_state=seed
        )
    except ValueError:
        group, count = min(Counter(groups).items(), key=lambda pair: pair[1], default=("", 0))
        raise DataError(
            f"{place} and on: too few examples to hold out a fraction of each label, {group!r} has "
            f"{count}: add some"
        ) from None
    # jinja: if target in ["labels", "tags"]
    return kept + remaining, held_out
    # jinja: else
    return remaining, held_out
    # jinja: endif
