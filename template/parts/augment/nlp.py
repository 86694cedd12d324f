"""Dropout of whole words on the device, in training only.

Shapes: B batch, T tokens.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor, nn

from .engine.ranges import FractionBelowOne

# Off and fullest, of strengths for which these are not 0 and 1; the tests go by it.
STRENGTHS = {"word_dropout": (0.0, 0.9)}


@dataclass
class AugmentSettings:
    word_dropout: FractionBelowOne
    """Probability that a word, with all its pieces, becomes unknown; one is always kept."""


class Augment(nn.Module):
    """Changes token ids ``(B, T)`` in training; does nothing in eval.

    Words become unknown rather than vanish, so that every token keeps its place.
    """

    # jinja: if pretrained
    is_special: Tensor
    # jinja: endif
    is_word_start: Tensor

    def __init__(self, settings: AugmentSettings, info: dict[str, Any]) -> None:
        super().__init__()
        self.word_dropout = settings.word_dropout
        # jinja: if pretrained
        self.unknown_id = info["mask_id"]  # which the backbone has learned to fill in
        self.register_buffer("is_special", torch.tensor(info["is_special"]))
        # jinja: else
        self.unknown_id = info["unknown_id"]
        self.num_special = info["num_special"]
        # jinja: endif
        self.register_buffer("is_word_start", torch.tensor(info["is_word_start"]))

    def forward(
        self, inputs: tuple[Tensor, ...], target: Tensor, generator: Generator
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        if not self.training:
            return inputs, target
        token_ids, mask = inputs
        # jinja: if pretrained
        real = mask & ~self.is_special[token_ids]  # neither padding nor a special token
        # jinja: else
        real = mask & (token_ids >= self.num_special)  # neither padding nor a special token
        # jinja: endif
        # All pieces of a word have the same index, from 0 to T.
        word_index = self.is_word_start[token_ids].cumsum(dim=1)  # (B, T)
        size = (len(token_ids), token_ids.size(1) + 1)
        draws = torch.rand(size, generator=generator, device=token_ids.device)  # one for each word
        # One word of each text is always kept: that with the largest draw.
        largest = draws.take_along_dim(word_index, dim=1).where(real, -1.0).amax(1, keepdim=True)
        dropped = (draws < self.word_dropout) & (draws < largest)
        unknown = dropped.take_along_dim(word_index, dim=1) & real
        return (token_ids.masked_fill(unknown, self.unknown_id), mask), target
