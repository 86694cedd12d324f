"""Made-up targets of this project: several numbers for each sample, of unlike units."""

from typing import Any

import torch
from torch import Generator, Tensor

NUM_COLUMNS = 11  # unlike the numbers of samples and nodes, so that the two cannot be mixed up
NUM_OUTPUTS = NUM_COLUMNS  # of the model, for a sample
INFO = {
    "target_columns": [f"column {number}" for number in range(NUM_COLUMNS)],
    "target_mean": [100.0 * number - 300.0 for number in range(NUM_COLUMNS)],
    "target_std": [0.5 * 2.0**number for number in range(NUM_COLUMNS)],
}
UNKNOWN = torch.full((1, NUM_COLUMNS), float("nan"))  # the target of what has no label


def make_targets(numbers: list[int]) -> Tensor:
    """Targets of the samples of these numbers; one column of each sample is unknown."""
    mean, std = torch.tensor(INFO["target_mean"]), torch.tensor(INFO["target_std"])
    targets = []
    for number in numbers:
        drawn = torch.randn(NUM_COLUMNS, generator=Generator().manual_seed(number))
        drawn[number % NUM_COLUMNS] = float("nan")
        targets.append(mean + std * drawn)
    return torch.stack(targets)


def make_text(number: int) -> str:
    """A label as files have it."""
    return str(20 + number * 7 % 10)


def remember_otherwise(info: dict[str, Any]) -> None:
    """Changes what a checkpoint remembers of its targets."""
    info["target_mean"] = [mean + 1 for mean in info["target_mean"]]
