"""Made-up targets of this project: a token for each token of a sample."""

import string
from typing import Any

import torch
from torch import Generator, Tensor

# Of a size unlike every other, so that axes cannot be mixed up; the first one is what is unknown.
VOCABULARY = ["\ufffd", *string.ascii_letters, *"0123456 .,;-"]
INFO = {
    "tokenizer": None,
    "vocabulary": VOCABULARY,
    "token_bytes": [1 + number % 3 for number in range(len(VOCABULARY))],
}
LONGEST = 40  # tokens of a sample


def make_targets(numbers: list[int]) -> Tensor:
    """Targets of the samples of these numbers."""
    draws = []
    for number in numbers:
        generator = Generator().manual_seed(number + 10**9)  # other numbers than those of inputs
        draws.append(torch.randint(1, len(VOCABULARY), (LONGEST,), generator=generator))
    return torch.stack(draws)


def make_text(number: int) -> str:
    """A label as files have it; a text has none."""
    return ""


def remember_otherwise(info: dict[str, Any]) -> None:
    """Changes what is known of the text that a checkpoint was trained on."""
    info["text"] = "another"
