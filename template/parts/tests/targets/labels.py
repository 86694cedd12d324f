"""Made-up targets of this project: any number of labels for each sample, some of them unknown."""

from typing import Any

import torch
from torch import Generator, Tensor

from package.engine.labels import Label
from package.targets import describe_labels

NUM_LABELS = 11  # unlike the numbers of samples and nodes, so that the two cannot be mixed up
VALUES = {f"label {number}": 1.0 for number in range(NUM_LABELS)}
INFO = describe_labels([Label("; ".join(VALUES), "made up", VALUES)])


def make_targets(numbers: list[int]) -> Tensor:
    """Targets of the samples of these numbers."""
    rows = []
    for number in numbers:
        draws = torch.rand(2, NUM_LABELS, generator=Generator().manual_seed(number))
        rows.append((draws[0] < 0.4).float().masked_fill(draws[1] < 0.2, float("nan")))
    return torch.stack(rows)


def make_text(number: int) -> str:
    """Labels as files have them, in one cell."""
    return ("label 0", "label 1;label 2", "label 2; label 0")[number % 3]


def remember_otherwise(info: dict[str, Any]) -> None:
    """Changes what a checkpoint remembers of its targets."""
    info["labels"].reverse()
