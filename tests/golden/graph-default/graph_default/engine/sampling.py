"""The one batch of an epoch, or none where a resumed epoch is past it."""

from collections.abc import Iterator

import torch
from torch import Generator
from torch.utils.data import Sampler


class EpochSampler(Sampler[list[int]]):
    """The whole graph as the only batch of each epoch."""

    def __init__(self, length: int, batch_size: int, seed: int) -> None:
        self.length, self.batch_size, self.seed = length, batch_size, seed
        self.epoch, self.start = 0, 0

    def set_epoch(self, epoch: int, start: int = 0) -> None:
        """``start`` is the number of batches to leave out, in a resumed run."""
        self.epoch, self.start = epoch, start

    def __len__(self) -> int:
        return max(1, self.length // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        generator = Generator().manual_seed(10_007 * self.seed + self.epoch)
        batches = self.make_batches(generator)
        yield from batches[self.start :]

    def make_batches(self, generator: Generator) -> list[list[int]]:
        order = torch.randperm(self.length, generator=generator).tolist()
        return [order]
