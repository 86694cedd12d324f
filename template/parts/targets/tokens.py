"""Targets that are the tokens to come.

Shapes: B batch, T tokens.
"""

from typing import Any

from torch import Tensor

UNKNOWN = -100  # no token: the loss and the metrics leave it out


def shift(blocks: Tensor) -> tuple[Tensor, Tensor]:
    """Tokens ``(B, T + 1)`` to inputs ``(B, T)``, and to targets ``(B, T)`` one token later.

    Negative ids stand behind the end of a text. The model sees no token behind the one that it
    predicts, so that what they become as inputs does not matter.
    """
    inputs, target = blocks[:, :-1], blocks[:, 1:]
    return inputs.clamp(min=0), target.masked_fill(target < 0, UNKNOWN)


def prediction_columns(info: dict[str, Any]) -> list[str]:
    """What is told apart: the tokens of the vocabulary."""
    return [*info["vocabulary"]]
