"""Examples in words, for `show data` and reports."""

from collections.abc import Iterator
from textwrap import shorten

from tokenizers import Tokenizer

from ..data import Data, load_tokenizer
from ..sources import Row
from .described import Described


def describe_examples(data: Data) -> Iterator[tuple[str, Iterator[Described]]]:
    """The examples of each split, in its order."""
    tokenizer = load_tokenizer(data.info)
    limit = (tokenizer.truncation or {})["max_length"]
    tokenizer.no_truncation()
    for split in ("train", "validation", "test"):
        rows = getattr(data, split).dataset.rows
        yield split, (describe_text(row, tokenizer, limit) for row in rows)


def describe_text(row: Row, tokenizer: Tokenizer, limit: int) -> Described:
    words = row.text.split()
    num_tokens = len(tokenizer.encode(row.text).ids)
    return Described(
        row.label.place,
        row.label,
        text=shorten(row.text, 100),
        sizes={"words": len(words), "tokens": num_tokens},
        content=" ".join(words).encode(),
        fault=f"longer than data.max_length, {limit} tokens" if num_tokens > limit else "",
    )
