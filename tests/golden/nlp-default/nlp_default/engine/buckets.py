"""Batches of texts that are about as long as each other."""

import torch
from torch import Generator

from .sampling import EpochSampler, chunk


class BucketSampler(EpochSampler):
    """Random batches of texts of like length, so that little of a batch is padding."""

    def __init__(self, lengths: list[int], batch_size: int, seed: int) -> None:
        super().__init__(len(lengths), batch_size, seed)
        self.lengths = lengths

    def make_batches(self, generator: Generator) -> list[list[int]]:
        order = self.draw(generator)
        pools = chunk(order, 20 * self.batch_size)  # each is sorted alone: batches change
        order = [index for pool in pools for index in sorted(pool, key=self.lengths.__getitem__)]
        batches = chunk(order, self.batch_size)[: len(self)]
        return [batches[n] for n in torch.randperm(len(batches), generator=generator).tolist()]
