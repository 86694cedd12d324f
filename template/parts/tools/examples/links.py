"""Examples in words, for `show data` and reports."""

from collections.abc import Iterator
from typing import Any

from torch import Tensor
from torch.utils.data import DataLoader

from ..data import Data
from ..engine.labels import Label
from ..targets import EDGE, NO_EDGE
from .described import Described


def find_pairs(loader: DataLoader[Any]) -> tuple[Tensor, Tensor]:
    """What a split is about: pairs ``(2, P)``, and whether each has an edge ``(P,)``.

    Of training the edges alone, for the other pairs are drawn anew in every epoch.
    """
    dataset: Any = loader.dataset
    return dataset.pairs, dataset.target


def count_examples(loader: DataLoader[Any]) -> int:
    return len(find_pairs(loader)[1])


def describe_examples(data: Data) -> Iterator[tuple[str, Iterator[Described]]]:
    """The pairs of each split, and how many edges training has at their ends."""
    train, names = find_pairs(data.train)[0], data.graph.names
    degrees = train.flatten().bincount(minlength=len(names)).tolist()

    def describe_pair(source: int, target: int, has_edge: float) -> Described:
        edges = sorted((degrees[source], degrees[target]))
        return Described(
            f"{names[source]} - {names[target]}",
            Label(EDGE if has_edge else NO_EDGE, names[source]),
            text=f"training edges at its ends: {edges[0]} and {edges[1]}",
            sizes={"fewer edges of its two ends": edges[0], "more edges": edges[1]},
            content=b"",  # no pair is there twice
            fault="",
        )

    for split in ("train", "validation", "test"):
        pairs, target = find_pairs(getattr(data, split))
        yield split, map(describe_pair, *pairs.tolist(), target.tolist())
