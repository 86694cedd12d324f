"""Dropout of tokens on the device, in training only.

Shapes: B batch, T tokens.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor, nn

from .engine.ranges import FractionBelowOne

# Off and fullest, of strengths for which these are not 0 and 1; the tests go by it.
STRENGTHS = {"token_dropout": (0.0, 0.9)}


@dataclass
class AugmentSettings:
    token_dropout: FractionBelowOne
    """Probability that a token becomes unknown to the model, which still predicts it."""


class Augment(nn.Module):
    """Changes token ids ``(B, T)`` in training (Xie et al. 2017); does nothing in eval."""

    def __init__(self, settings: AugmentSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.token_dropout = settings.token_dropout
        self.unknown_id = info["unknown_id"]

    def forward(
        self, inputs: tuple[Tensor, ...], target: Tensor, generator: Generator
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        if not self.training or not self.token_dropout:
            return inputs, target
        (token_ids,) = inputs
        draws = torch.rand(token_ids.shape, generator=generator, device=token_ids.device)
        return (token_ids.masked_fill(draws < self.token_dropout, self.unknown_id),), target
