"""Targets that are one or more numbers: columns of labels to tensors, in the unit that they have.

Shapes: N labels, K columns.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from .engine.labels import DataError, Label

LARGEST = 1e30  # number that is read: a model computes in float32, which ends at 3e38
UNKNOWN = float("nan")
GROUPS = 10  # at most, for stratified splits
GROUP_SIZE = 100  # at least, so that every fraction of a group holds some


def read_label(cells: dict[str, Any], place: str, separator: str = ";") -> Label:
    """The number of each column; of several in the only one, price, they are price_1, price_2, ...

    An empty cell or nan is unknown. Raises a DataError for what is no number.
    """
    if len(cells) == 1:
        ((column, cell),) = cells.items()
        parts = cell.split(separator) if isinstance(cell, str) else cell
        parts = parts if isinstance(parts, list | tuple) else [parts]
        names = [f"{column}_{number}" for number in range(1, len(parts) + 1)]
        cells = dict(zip(names if len(parts) > 1 else [column], parts, strict=True))
    values = {column: read_number(cell, column, place) for column, cell in cells.items()}
    numbers = [f"{value:g}" for value in values.values()]
    if len(values) > 1:
        numbers = [f"{column} {number}" for column, number in zip(values, numbers, strict=True)]
    if all(value != value for value in values.values()):
        # jinja: if form in ["images", "texts"]
        raise DataError(f"{place} has no number: give it one, or remove it")
        # jinja: else
        numbers = []
        # jinja: endif
    return Label(", ".join(numbers), place, values)


def read_number(cell: Any, column: str, place: str) -> float:
    text = "" if cell is None else str(cell).strip()
    try:
        number = float(text) if text else UNKNOWN
    except ValueError:
        number = float("inf")
    if abs(number) > LARGEST:
        what = f"{text!r} in column {column} is not a number below {LARGEST:.0e}"
        raise DataError(f"{place}: {what}: fill in one, or nothing where it is unknown")
    return number


def group_labels(labels: Sequence[Label]) -> list[str]:
    """The group of each label, for stratified splits: those whose first number is about as large.

    A few labels are all in one group.
    """
    count = min(GROUPS, len(labels) // GROUP_SIZE)
    if count < 2:
        return ["all numbers"] * len(labels)
    first = [next(iter(label.values.values()), UNKNOWN) for label in labels]
    ranks = torch.tensor(first, dtype=torch.float64).argsort(stable=True).argsort()
    return [f"part {rank * count // len(labels) + 1} of {count}" for rank in ranks.tolist()]


# jinja: if output == "node"
def is_known(target: Tensor) -> Tensor:
    """Which targets ``(N, K)`` have a number that is known."""
    return target.isfinite().any(dim=1)


# jinja: endif
def describe_labels(labels: Sequence[Label]) -> dict[str, Any]:
    """The columns, and mean and standard deviation of what the training labels have in each."""
    columns, place = [*labels[0].values], f"{labels[0].place} and on"
    means, deviations = [], []
    targets = encode_labels(labels, {"target_columns": columns}).double()
    for column, target in zip(columns, targets.T, strict=True):
        known = target[target.isfinite()]
        if not len(known):
            what = f"no training example has a number in column {column}"
            raise DataError(f"{place}: {what}: fill in some, or leave the column out")
        std, mean = torch.std_mean(known, correction=0)
        is_constant = (known - known[0]).abs().max() < 1 / LARGEST
        means.append(mean.item())
        # Where all are the same there is nothing to divide by.
        deviations.append(1.0 if is_constant else std.item())
        if is_constant and len(columns) == 1:
            what = f"all training numbers are {known[0].item():g}"
            raise DataError(f"{place}: {what}: add others, or name another column")
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
