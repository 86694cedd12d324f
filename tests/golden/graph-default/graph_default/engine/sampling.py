"""The one batch of an epoch, or none where a resumed epoch is past it."""

from collections.abc import Iterator

from torch.utils.data import Sampler


class EpochSampler(Sampler[list[int]]):
    """The whole graph as the only batch of each epoch."""

    def __init__(self) -> None:
        self.start = 0

    def set_epoch(self, epoch: int, start: int = 0) -> None:
        """``start`` is the number of batches to leave out, in a resumed run."""
        self.start = start

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[list[int]]:
        yield from [[0]][self.start :]
