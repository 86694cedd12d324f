"""Which samples make a batch: in a new order for every epoch, or in the order of the data."""

from collections.abc import Iterator

import torch
from torch import Generator
from torch.utils.data import Sampler


class EpochSampler(Sampler[list[int]]):
    """Batches in a new order for every epoch, which the seed decides, whatever was drawn before."""

    def __init__(self, length: int, batch_size: int, seed: int) -> None:
        self.length, self.batch_size, self.seed = length, batch_size, seed
        self.epoch, self.start = 0, 0

    def set_epoch(self, epoch: int, start: int = 0) -> None:
        """``start`` is the number of batches to leave out, in a resumed run."""
        self.epoch, self.start = epoch, start

    def __len__(self) -> int:
        return -(-self.length // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        generator = Generator().manual_seed(10_007 * self.seed + self.epoch)
        batches = self.make_batches(generator)
        yield from batches[self.start :]

    def make_batches(self, generator: Generator) -> list[list[int]]:
        return chunk(self.draw(generator), self.batch_size)[: len(self)]

    def draw(self, generator: Generator) -> list[int]:
        """Each sample once."""
        return torch.randperm(self.length, generator=generator).tolist()


def chunk(order: list[int], size: int) -> list[list[int]]:
    """Parts of ``size``; the last one may be smaller."""
    return [order[first : first + size] for first in range(0, len(order), size)]


def batches_in_order(length: int, batch_size: int) -> list[list[int]]:
    """All samples, each once, for evaluation."""
    return chunk([*range(length)], batch_size)
