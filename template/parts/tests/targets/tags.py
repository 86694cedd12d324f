"""Made-up targets of this project: tags for some tokens of each sample."""

from typing import Any

import torch
from torch import Generator, Tensor

KINDS = ["city", "name", "date", "sum", "team"]
# Of a size unlike every other, so that axes cannot be mixed up.
INFO = {"tags": ["O", *(f"{prefix}-{kind}" for kind in KINDS for prefix in "BI")]}
LONGEST = 80  # tokens of a sample
NONE = -100  # a token that goes on with a word


def make_targets(numbers: list[int]) -> Tensor:
    """Targets of the samples of these numbers; each has one at its first token."""
    rows = []
    for number in numbers:
        generator = Generator().manual_seed(number + 10**9)  # other numbers than those of inputs
        tags = torch.randint(len(INFO["tags"]), (LONGEST,), generator=generator)
        is_none = torch.rand(LONGEST, generator=generator) < 0.5
        is_none[0] = False
        rows.append(tags.masked_fill(is_none, NONE))
    return torch.stack(rows)


def make_text(number: int) -> str:
    """A kind of entity as files have it."""
    return KINDS[number % 3]


def remember_otherwise(info: dict[str, Any]) -> None:
    """Changes what a checkpoint remembers of its targets."""
    info["tags"].reverse()
