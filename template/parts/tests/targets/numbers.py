"""Made-up targets of this project: several numbers for each sample, of unlike units."""

from typing import Any

import torch
from torch import Generator, Tensor

from package.engine.labels import Label
from package.targets import describe_labels

NUM_COLUMNS = 11  # unlike the numbers of samples and nodes, so that the two cannot be mixed up
MEAN = 100.0 * torch.arange(NUM_COLUMNS) - 300.0
STD = 0.5 * 2.0 ** torch.arange(NUM_COLUMNS)
NAMES = [f"column {number}" for number in range(NUM_COLUMNS)]
TRAINING = [dict(zip(NAMES, row.tolist(), strict=True)) for row in (MEAN - STD, MEAN + STD)]
INFO = describe_labels([Label("known", "made up", values) for values in TRAINING])
UNKNOWN = torch.full((1, NUM_COLUMNS), float("nan"))  # the target of what has no label


def make_targets(numbers: list[int]) -> Tensor:
    """Targets of the samples of these numbers; one column of each sample is unknown."""
    targets = []
    for number in numbers:
        drawn = torch.randn(NUM_COLUMNS, generator=Generator().manual_seed(number))
        drawn[number % NUM_COLUMNS] = float("nan")
        targets.append(MEAN + STD * drawn)
    return torch.stack(targets)


def make_text(number: int) -> str:
    """A label as files have it."""
    return str(20 + number * 7 % 10)


def remember_otherwise(info: dict[str, Any]) -> None:
    """Changes what a checkpoint remembers of its targets, to that of other training numbers."""
    rows = [dict.fromkeys(info["target_columns"], number) for number in (1.0, 100.0)]
    info |= describe_labels([Label("known", "made up", row) for row in rows])
