"""Examples in words, for `show data` and reports."""

from collections.abc import Iterator
from functools import partial
from textwrap import shorten
from typing import Any

from tokenizers import Tokenizer
from torch.utils.data import DataLoader

from ..data import Data
from ..sources import Row
from ..tokenizer import load_tokenizer
from .described import Described


def count_examples(loader: DataLoader[Any]) -> int:
    return len(loader.dataset)  # type: ignore[arg-type]


def describe_examples(data: Data) -> Iterator[tuple[str, Iterator[Described]]]:
    """The examples of each split, in its order."""
    tokenizer = load_tokenizer(data.info)
    tokenizer.no_truncation()
    for split in ("train", "validation", "test"):
        dataset = getattr(data, split).dataset
        describe = partial(describe_text, tokenizer=tokenizer, limit=data.info["max_length"])
        yield split, map(describe, dataset.rows, map(len, dataset.token_ids))


def describe_text(row: Row, num_tokens: int, tokenizer: Tokenizer, limit: int) -> Described:
    words = row.text.split()
    if num_tokens == limit:  # it may be cut off
        num_tokens = len(tokenizer.encode(row.text).ids)
    content = " ".join(words)
    return Described(
        row.label.place,
        row.label,
        text=shorten(content[:200], 100),  # of a long text it would take long
        sizes={"words": len(words), "tokens": num_tokens},
        content=content.encode(),
        fault=f"longer than data.max_length, {limit} tokens" if num_tokens > limit else "",
    )
