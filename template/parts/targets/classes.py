"""Targets that are one of several classes: labels to class indices, and back.

Shapes: N labels, K classes.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from .engine.class_names import check_repeats
from .engine.labels import DataError, Label, first_place, unknown_error


def read_label(cells: dict[str, Any], place: str) -> Label:
    """The class in the only column; raises a DataError if there is none."""
    (cell,) = cells.values()
    text = "" if isinstance(cell, list | dict | None) or cell != cell else str(cell).strip()
    if not text:
        raise DataError(f"{place} has no label: give it one, or remove it")
    return Label(text, place)


def group_labels(labels: Sequence[Label]) -> list[str]:
    """The group of each label, for stratified splits."""
    check_repeats(labels)
    return [label.text for label in labels]


# jinja: if output == "node"
IGNORED = -100  # target of a node without a label


def is_known(target: Tensor) -> Tensor:
    """Which targets ``(N,)`` come from a label."""
    return target != IGNORED


# jinja: endif
def describe_labels(labels: Sequence[Label]) -> dict[str, Any]:
    """The classes, which are those of the training labels."""
    check_repeats(labels)
    classes = sorted({label.text for label in labels})
    if len(classes) < 2:
        what = f"{first_place(labels)}: all training labels are {classes[0]!r}"
        raise DataError(f"{what}: add another class")
    return {"classes": classes}


def encode_labels(labels: Sequence[Label], info: dict[str, Any]) -> Tensor:
    # jinja: if output == "node"
    """Class indices ``(N,)``, int64; -100 for empty labels."""
    indices = {name: index for index, name in enumerate(info["classes"])} | {"": IGNORED}
    # jinja: else
    """Class indices ``(N,)``, int64."""
    indices = {name: index for index, name in enumerate(info["classes"])}
    # jinja: endif
    unknown = [label for label in labels if label.text not in indices]
    if unknown:
        names = [label.text for label in unknown]
        raise unknown_error(unknown[0].place, names, info["classes"])
    return torch.tensor([indices[label.text] for label in labels], dtype=torch.int64)


def inspect_label(label: Label) -> tuple[list[str], dict[str, float]]:
    """What `show data` counts, and the numbers of which it shows the range."""
    return [label.text or "(none)"], {}


def prediction_columns(info: dict[str, Any]) -> list[str]:
    """Keys of what ``describe_prediction`` returns."""
    return ["predicted_class", "probability", *(f"probability_{name}" for name in info["classes"])]


def describe_prediction(probabilities: Tensor, info: dict[str, Any]) -> dict[str, Any]:
    """One row of `predict`, from probabilities ``(K,)``."""
    rounded = [round(probability, 4) for probability in probabilities.tolist()]
    best = int(probabilities.argmax())
    values = [info["classes"][best], rounded[best], *rounded]
    return dict(zip(prediction_columns(info), values, strict=True))
