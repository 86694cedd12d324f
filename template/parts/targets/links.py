"""Targets that say whether a pair of nodes has an edge, and what is said of a prediction.

Shapes: P pairs.
"""

from typing import Any

import torch
from torch import Tensor

from .engine.labels import Label

EDGE, NO_EDGE = "edge", "no edge"


def encode_pairs(num_edges: int, num_others: int) -> Tensor:
    """Targets ``(P,)``, float32: 1 for each pair with an edge, then 0 for each other."""
    return torch.cat([torch.ones(num_edges), torch.zeros(num_others)])


def inspect_label(label: Label) -> tuple[list[str], dict[str, float]]:
    """What `show data` counts, and the numbers of which it shows the range."""
    return [label.text], {}


def prediction_columns(info: dict[str, Any]) -> list[str]:
    """Keys of what ``describe_prediction`` returns."""
    return ["probability"]


def describe_prediction(probability: Tensor, info: dict[str, Any]) -> dict[str, Any]:
    """One row of `predict`, from the probability of an edge."""
    return dict(zip(prediction_columns(info), [round(probability.item(), 4)], strict=True))
