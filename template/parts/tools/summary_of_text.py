"""The text in numbers: sizes, frequent tokens, how each split begins, and what looks wrong."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..data import Blocks, Data
from ..engine.corpus import measure_text
from ..engine.labels import join_first
from ..tokenizer import UNKNOWN, load_tokenizer
from .tables import align

COUNTED = 2**20  # tokens at a time
FREQUENT = 20  # tokens that are shown
COMPARED = 50  # blocks of validation and test text that are looked for in the training text
FEW = 1000  # tokens of a split


def summarize(data: Data) -> Iterator[str]:
    """Lines of text."""
    info = data.info
    splits: dict[str, Blocks] = {
        name: getattr(data, name).dataset for name in ("train", "validation", "test")
    }
    counts = {name: count_tokens(blocks, info) for name, blocks in splits.items()}
    sizes = [measure_text(blocks.spans) for blocks in splits.values()]
    rows = [
        ["", *splits],
        ["files", *(f"{len({span.file for span in b.spans}):,}" for b in splits.values())],
        ["bytes", *(f"{size:,}" for size in sizes)],
        ["tokens", *(f"{blocks.num_tokens:,}" for blocks in splits.values())],
        [f"blocks of {info['context']}", *(f"{len(blocks):,}" for blocks in splits.values())],
    ]
    yield from align(rows)
    yield ""

    kind = "characters" if info["tokenizer"] is None else "byte pairs"
    yield f"{len(info['vocabulary'])} tokens, {kind}; the most frequent of the training text:"
    order = np.argsort(-counts["train"], kind="stable")[:FREQUENT]
    yield "  " + " ".join(repr(load_tokenizer(info).decode([token])) for token in order.tolist())
    yield ""

    yield "How each begins:"
    for name, blocks in splits.items():
        yield f"  {name}: {load_tokenizer(info).decode(blocks[0].tolist())[:80]!r}"
    yield ""

    faults = [*check_counts(counts, info), *check_copies(splits)]
    yield "Looks wrong:" if faults else "Nothing looks wrong."
    yield from (f"- {fault}" for fault in faults)


def count_tokens(blocks: Blocks, info: dict[str, Any]) -> Any:
    """How often each comes."""
    counts = np.zeros(len(info["vocabulary"]), dtype=np.int64)
    for first in range(0, blocks.num_tokens, COUNTED):
        piece = blocks.open_tokens()[first : first + COUNTED]
        counts += np.bincount(piece, minlength=len(counts))
    return counts


def check_counts(counts: dict[str, Any], info: dict[str, Any]) -> Iterator[str]:
    """Sentences about splits that are small, or have what the training text lacks."""
    for name, found in counts.items():
        if found.sum() < FEW:
            yield f"the {name} text has {found.sum()} tokens: what is measured on it owes to chance"
        if name != "train" and info["tokenizer"] is None and found[UNKNOWN]:
            yield f"{found[UNKNOWN]} characters of the {name} text are unknown to the training text"
    rare = np.flatnonzero(counts["train"] == 1).tolist()
    if info["tokenizer"] is None and rare:
        names = join_first([repr(info["vocabulary"][token]) for token in rare])
        yield f"{len(rare)} characters come once in the training text: {names}"


def check_copies(splits: dict[str, Blocks]) -> Iterator[str]:
    """Sentences about passages that the training text has too, which make a model look too good."""
    train = splits["train"]
    size = min(train.context, 64)
    sought: dict[bytes, str] = {}
    for name in ("validation", "test"):
        blocks = splits[name]
        for number in np.linspace(0, len(blocks) - 1, COMPARED, dtype=int).tolist():
            passage = blocks.open_tokens()[number * blocks.context :][:size].tobytes()
            sought.setdefault(passage, name)
    width = len(next(iter(sought)))
    found = dict.fromkeys(sought.values(), 0)
    for first in range(0, train.num_tokens, COUNTED):
        text = train.open_tokens()[first : first + COUNTED + size].tobytes()
        for passage in [p for p in sought if len(p) == width and p in text]:
            found[sought.pop(passage)] += 1
    for name, count in found.items():
        if count:
            yield f"{count} of {COMPARED} passages of the {name} text are in the training text too"
