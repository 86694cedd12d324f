"""Targets that are any number of labels: names to a row of 0 and 1, and back.

Shapes: N labels of examples, K names of labels.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from .engine.labels import DataError, Label

NONE = "(none)"  # stands for an example that is known to have no label
KEPT = 2  # examples of each label that stay in training, whatever is held out
SMALLEST = 20  # group of examples of which a fraction can be held out
FLAGS = {"1": 1.0, "1.0": 1.0, "true": 1.0, "0": 0.0, "0.0": 0.0, "false": 0.0}
FLAGS |= dict.fromkeys(("", "nan", "none"), float("nan"))


def read_label(cells: dict[str, Any], place: str, separator: str = ";") -> Label:
    """The labels in the only column, or those whose own columns hold 1; raises a DataError.

    An empty cell means no label. Among several columns it means that nobody knows: NaN.
    """
    if len(cells) == 1:
        (cell,) = cells.values()
        if cell is None:
            raise DataError(f"{place} has no labels: give it some, or an empty cell or list")
        names = cell if isinstance(cell, list | tuple) else str(cell).split(separator)
        values = dict.fromkeys(filter(None, (str(name).strip() for name in names)), 1.0)
    else:
        values = {column: read_flag(column, cell, place) for column, cell in cells.items()}
        if all(value != value for value in values.values()):
            raise DataError(f"{place} has no known label: fill in 1 or 0, or remove it")
    present = [name for name, value in values.items() if value == 1]
    return Label(f"{separator} ".join(sorted(present)) or NONE, place, values)


def read_flag(column: str, cell: Any, place: str) -> float:
    """1 or 0, or NaN for an empty cell."""
    text = str(cell).strip().lower()
    if text not in FLAGS:
        raise DataError(f"{place}: '{column}' is {cell!r}, not 1, 0 or empty: fix it")
    return FLAGS[text]


def present_labels(label: Label) -> list[str]:
    """The names of those that an example has."""
    return [name for name, value in label.values.items() if value == 1]


def group_labels(labels: Sequence[Label]) -> list[str]:
    """The group of each example, for stratified splits: that of its rarest label.

    A few of each label are in none (""): they stay in training, which else may lose a rare label.
    """
    present = [present_labels(label) for label in labels]
    counts = Counter(name for names in present for name in names)
    kept: Counter[str] = Counter()
    groups = []
    for names in present:
        is_kept = any(kept[name] < KEPT for name in names)
        kept.update(names if is_kept else [])
        rarest = min(names, key=lambda name: (counts[name], name), default=NONE)
        groups.append("" if is_kept else rarest)
    sizes = Counter(group for group in groups if group)
    largest = max(sizes, key=lambda group: (sizes[group], group), default="")
    # What is too few to have a fraction of its own is drawn with the largest group.
    return [largest if group and sizes[group] < SMALLEST else group for group in groups]


def describe_labels(labels: Sequence[Label]) -> dict[str, Any]:
    """The names of the labels, which are those that training examples have."""
    names = sorted({name for label in labels for name in present_labels(label)})
    if not names:
        what = f"{labels[0].place} and on: no training example has a label"
        raise DataError(f"{what}: add some")
    return {"labels": names}


def encode_labels(labels: Sequence[Label], info: dict[str, Any]) -> Tensor:
    """Rows of 1 and 0 ``(N, K)``, float32; NaN where nobody knows."""
    known = set(info["labels"])
    rows = []
    for label in labels:
        for name in present_labels(label):
            if name not in known:
                what = f"{label.place} has the label {name!r}, which no training example has"
                raise DataError(f"{what}: fix or remove it")
        absent = 0.0 if label.text else float("nan")
        rows.append([label.values.get(name, absent) for name in info["labels"]])
    return torch.tensor(rows, dtype=torch.float32).view(len(labels), len(info["labels"]))


def inspect_label(label: Label) -> tuple[list[str], dict[str, float]]:
    """What `show data` counts, and the numbers of which it shows the range."""
    present = present_labels(label)
    return present or [NONE], {"labels": float(len(present))}


def prediction_columns(info: dict[str, Any]) -> list[str]:
    """Keys of what ``describe_prediction`` returns."""
    return ["predicted_labels", *(f"probability_{name}" for name in info["labels"])]


def describe_prediction(probabilities: Tensor, info: dict[str, Any]) -> dict[str, Any]:
    """One row of `predict`, from probabilities ``(K,)``."""
    found = (probabilities >= info["threshold"]).tolist()
    names = [name for name, is_found in zip(info["labels"], found, strict=True) if is_found]
    rounded = [round(probability, 4) for probability in probabilities.tolist()]
    return dict(zip(prediction_columns(info), [";".join(names), *rounded], strict=True))
