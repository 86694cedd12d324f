"""Targets that are any number of labels: names to a row of 0 and 1, and back.

Shapes: N labels of examples, K names of labels.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from .engine.label_sets import check_separator, find_present
from .engine.label_sets import group_labels as group_labels
from .engine.label_sets import read_label as read_label
from .engine.labels import DataError, Label, first_place, unknown_error


def describe_labels(labels: Sequence[Label]) -> dict[str, Any]:
    """The names of the labels, which are those that training examples have."""
    check_separator(labels)
    names = sorted({name for label in labels for name in find_present(label)})
    if not names:
        what = f"{first_place(labels)}: no training example has a label"
        raise DataError(f"{what}: add some")
    for name in labels[0].values.keys() - names:  # of a column
        what = f"{first_place(labels)}: no training example has the label {name!r}"
        raise DataError(f"{what}: add some, or leave the column out")
    return {"labels": names}


def encode_labels(labels: Sequence[Label], info: dict[str, Any]) -> Tensor:
    """Rows of 1 and 0 ``(N, K)``, float32; NaN where nobody knows."""
    rows = []
    present = [(label.place, name) for label in labels for name in find_present(label)]
    unknown = [(place, name) for place, name in present if name not in info["labels"]]
    if unknown:
        raise unknown_error(unknown[0][0], [name for _, name in unknown], info["labels"])
    for label in labels:
        absent = 0.0 if label.text else float("nan")
        rows.append([label.values.get(name, absent) for name in info["labels"]])
    return torch.tensor(rows, dtype=torch.float32)


def inspect_label(label: Label) -> tuple[list[str], dict[str, float]]:
    """What `show data` counts, and the numbers of which it shows the range."""
    return find_present(label) or [label.text], {"labels": float(len(find_present(label)))}


def prediction_columns(info: dict[str, Any]) -> list[str]:
    """Keys of what ``describe_prediction`` returns."""
    return ["predicted_labels", *(f"probability_{name}" for name in info["labels"])]


def describe_prediction(probabilities: Tensor, info: dict[str, Any]) -> dict[str, Any]:
    """One row of `predict`, from probabilities ``(K,)``."""
    pairs = zip(info["labels"], (probabilities >= info["threshold"]).tolist(), strict=True)
    names = ";".join(name for name, is_found in pairs if is_found)
    rounded = [round(probability, 4) for probability in probabilities.tolist()]
    return dict(zip(prediction_columns(info), [names, *rounded], strict=True))
