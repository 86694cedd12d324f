"""Made-up targets of this project: masks of blocks, of which some are void."""

from typing import Any

import torch
from torch import Generator, Tensor

NUM_CLASSES = 11  # unlike most batch sizes, so that the two cannot be mixed up
INFO = {
    "classes": [f"class {number}" for number in range(NUM_CLASSES)],
    "values": [*range(NUM_CLASSES)],
    "void": 255,
    "palette": [[number, 2 * number % 256, 255 - number] for number in range(256)],
}
LARGEST = 40  # height and width of a mask, of which an image takes what it needs
BLOCK = 4  # pixels of one class, in both directions


def make_targets(numbers: list[int]) -> Tensor:
    """Targets of the samples of these numbers."""
    masks = []
    for number in numbers:
        generator = Generator().manual_seed(number)
        blocks = torch.randint(NUM_CLASSES, (LARGEST // BLOCK,) * 2, generator=generator)
        is_void = torch.rand(blocks.shape, generator=generator) < 0.2
        is_void[0] = False  # some of each mask is known
        blocks = blocks.masked_fill(is_void, 255)
        masks.append(blocks.repeat_interleave(BLOCK, dim=0).repeat_interleave(BLOCK, dim=1))
    return torch.stack(masks)


def make_text(number: int) -> str:
    """The values of the left and the right half of a mask."""
    return ("0 1", "1 2", "2 255")[number % 3]


def remember_otherwise(info: dict[str, Any]) -> None:
    """Changes what a checkpoint remembers of its targets."""
    info["values"].reverse()
