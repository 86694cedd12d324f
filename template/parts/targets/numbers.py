"""Targets that are one or more numbers: columns of labels to tensors, in the unit that they have.

Shapes: N labels, K columns.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from .engine.labels import DataError, Label, first_place
from .engine.number_cells import LARGEST, UNKNOWN
from .engine.number_cells import group_labels as group_labels
from .engine.number_cells import read_label as read_label


# jinja: if output == "node"
def is_known(target: Tensor) -> Tensor:
    """Which targets ``(N, K)`` have a number that is known."""
    return target.isfinite().any(dim=1)


# jinja: endif
def describe_labels(labels: Sequence[Label]) -> dict[str, Any]:
    """The columns, and mean and standard deviation of what the training labels have in each."""
    columns = [*labels[0].values]
    means, deviations = [], []
    targets = encode_labels(labels, {"target_columns": columns}).double()
    for column, target in zip(columns, targets.T, strict=True):
        known = target[target.isfinite()]
        if not len(known):
            what = f"no training example has a number in column {column}"
            advice = "fill in some, or leave the column out"
            raise DataError(f"{first_place(labels)}: {what}: {advice}")
        std, mean = torch.std_mean(known, correction=0)
        is_constant = (known - known[0]).abs().max() < 1 / LARGEST
        means.append(mean.item())
        # Where all are the same there is nothing to divide by.
        deviations.append(1.0 if is_constant else std.item())
        if is_constant and len(columns) == 1:
            what = f"all training numbers are {known[0].item():g}"
            raise DataError(f"{first_place(labels)}: {what}: add others, or name another column")
    return {"target_columns": columns, "target_mean": means, "target_std": deviations}


def encode_labels(labels: Sequence[Label], info: dict[str, Any]) -> Tensor:
    """Numbers ``(N, K)``, float32; NaN for those that are unknown."""
    columns = info["target_columns"]
    rows = []
    for label in labels:
        names, numbers = [*label.values], [*label.values.values()]
        # A column alone may be called otherwise than that of training.
        if label.text and names != columns and not len(names) == len(columns) == 1:
            what = f"{label.place} has {', '.join(names)}, where training examples have"
            raise DataError(f"{what} {', '.join(columns)}: give it the same numbers")
        rows.append(numbers if label.text else [UNKNOWN] * len(columns))
    return torch.tensor(rows, dtype=torch.float32).view(len(labels), len(columns))


def inspect_label(label: Label) -> tuple[list[str], dict[str, float]]:
    """What `show data` counts, and the numbers of which it shows the range."""
    known = {column: value for column, value in label.values.items() if value == value}
    return [*known] or ["(none)"], known


def prediction_columns(info: dict[str, Any]) -> list[str]:
    """Keys of what ``describe_prediction`` returns."""
    return [f"predicted_{column}" for column in info["target_columns"]]


def describe_prediction(prediction: Tensor, info: dict[str, Any]) -> dict[str, Any]:
    """One row of `predict`, from numbers ``(K,)``."""
    values = [float(f"{number:.6g}") for number in prediction.tolist()]
    return dict(zip(prediction_columns(info), values, strict=True))
