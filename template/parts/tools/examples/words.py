"""Examples in words, for `show data` and reports."""

from collections.abc import Iterable, Iterator
from textwrap import shorten
from typing import Any

from torch.utils.data import DataLoader

from ..data import Data
from ..sources import Row
from .described import Described


def count_examples(loader: DataLoader[Any]) -> int:
    """Those of which batches are made: of a long text its windows."""
    return len(loader.dataset)  # type: ignore[arg-type]


def describe_examples(data: Data) -> Iterator[tuple[str, Iterator[Described]]]:
    """The texts of each split, in its order."""
    for split in ("train", "validation", "test"):
        dataset = getattr(data, split).dataset
        yield split, map(describe_text, dataset.rows, dataset.sizes)


def describe_text(row: Row, num_tokens: int) -> Described:
    return Described(
        row.label.place,
        row.label,
        text=shorten(mark_tags(row.words[:60], row.label.tags), 100),  # of long texts not all
        sizes={"words": len(row.words), "tokens": num_tokens},
        content="\t".join(row.words).encode(),
        fault="",
    )


def mark_tags(words: list[str], tags: Iterable[str]) -> str:
    """Words with their tags behind them, O left out."""
    pairs = zip(words, tags, strict=False)
    return " ".join(word if tag == "O" else f"{word}/{tag}" for word, tag in pairs)
