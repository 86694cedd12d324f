"""A long text as batches of blocks of tokens, and what a model must know of it.

Validation and test text are its ends, unless they have files of their own.

Shapes: B batch, T tokens of a block. Token ids are int64.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import torch
from cyclopts import Parameter, validators
from torch import Generator, Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

from .engine.blocks import BlockSampler, BlocksInOrder
from .engine.corpus import Span, Tokens, digest_text, keep_tokens, read_pieces
from .engine.labels import DataError, join_first, tell
from .engine.ranges import Count, Natural
from .sources import SourceSettings, hold_out_ends, read_splits
from .targets import shift
from .tokenizer import UNKNOWN, describe_byte_pairs, describe_characters, load_tokenizer

Batch = tuple[tuple[Tensor, ...], Tensor]


@dataclass(kw_only=True)
class DataSettings(SourceSettings):
    batch_size: Annotated[Count, Parameter(alias="--batch-size")]
    """Blocks in a training step."""
    context: Count
    """Tokens of a block, which is as far back as a model sees."""
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Fraction held out for test, and of the rest for validation, if there are no such files."""
    vocabulary_size: Annotated[Natural, Parameter(validator=validators.Number(gte=0, lte=10**6))]
    """Byte pairs to learn, at most; the 256 bytes are always among them. 0: characters."""
    batches: Count | None = None
    """Batches in an epoch, after which the model is evaluated; none: those of the whole text."""
    cache: Path | None = None
    """Folder that keeps the tokens; none: .tokens beside the text. What is in it may be deleted."""


class Data(NamedTuple):
    """Batches ``((token_ids (B, T),), target (B, T))``, and what a model must know."""

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: BlockSampler
    """Orders the blocks by seed and epoch (``set_epoch``), whatever was drawn before."""
    info: dict[str, Any]


class Blocks(Dataset[Tensor]):
    """Tokens ``(T + 1,)`` from a token on, fewer at the end of the text."""

    def __init__(self, spans: list[Span], context: int, open_tokens: Callable[[], Tokens]) -> None:
        self.spans, self.context, self.open_tokens = spans, context, open_tokens
        self.num_tokens = len(open_tokens())

    def __len__(self) -> int:
        """Blocks that do not overlap."""
        return -(-(self.num_tokens - 1) // self.context)

    def __getitem__(self, first: int) -> Tensor:
        return self.__getitems__([first])[0]

    def __getitems__(self, firsts: list[int]) -> list[Tensor]:
        """The blocks of a batch, for which the file is opened once."""
        tokens = self.open_tokens()
        blocks = [tokens[first : first + self.context + 1] for first in firsts]
        return [torch.from_numpy(block.astype(np.int64)) for block in blocks]


def collate(blocks: list[Tensor]) -> Batch:
    padded = pad_sequence(blocks, batch_first=True, padding_value=-1)  # (B, T + 1)
    inputs, target = shift(padded)
    return (inputs,), target


def describe(spans: list[Span], settings: DataSettings) -> dict[str, Any]:
    """The tokens, and how many of them a model sees."""
    size = settings.vocabulary_size
    known = describe_byte_pairs(spans, size) if size else describe_characters(spans)
    return {**known, "unknown_id": UNKNOWN, "context": settings.context}


def load_data(
    settings: DataSettings, seed: int, info: dict[str, Any] | None = None, relabel: bool = False
) -> Data:
    """Cuts the text into splits; given the ``info`` of a checkpoint, prepares them like those.

    With ``relabel`` the text is another one, of the same tokens.
    """
    if settings.path is None:
        from .sample import read_sample

        splits = read_sample()
    else:
        splits = read_splits(settings)
    splits = hold_out_ends(splits, settings.held_out)
    digests = {name: digest_text(spans) for name, spans in splits.items()}
    if info is None or relabel:
        info = info or describe(splits["train"], settings)
        info = {**info, "text": digests["train"]}
    context = info["context"]

    datasets = {}
    for name, spans in splits.items():
        datasets[name] = Blocks(spans, context, tokenize(spans, digests[name], settings, info))
        least = 2 * context if name == "train" else 2
        if datasets[name].num_tokens < least:
            what = f"the {name} text has {datasets[name].num_tokens} tokens, and needs {least}"
            place = settings.path or "the sample"
            raise DataError(f"{place}: {what}: add text, or choose a smaller data.context")
    sampler = BlockSampler(
        datasets["train"].num_tokens, context, settings.batch_size, seed, settings.batches
    )
    in_order = {
        name: BlocksInOrder(blocks.num_tokens, context, settings.batch_size)
        for name, blocks in datasets.items()
    }
    loader = partial(
        DataLoader,
        collate_fn=collate,
        pin_memory=torch.accelerator.is_available(),
        generator=Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    return Data(
        train=loader(datasets["train"], batch_sampler=sampler),
        validation=loader(datasets["val"], batch_sampler=in_order["val"]),
        test=loader(datasets["test"], batch_sampler=in_order["test"]),
        sampler=sampler,
        info=info,
    )


def tokenize(
    spans: list[Span], digest: str, settings: DataSettings, info: dict[str, Any]
) -> Callable[[], Tokens]:
    """Opens the tokens of a text; those of the sample are in memory, others in a file."""
    tokenizer = load_tokenizer(info)
    dtype = np.dtype(np.uint16 if len(info["vocabulary"]) <= 2**16 else np.int32)
    lacking: set[str] = set()

    def encode(piece: str) -> Tokens:
        ids = tokenizer.encode(piece)
        if info["tokenizer"] is None and not ids.all():
            unknown = np.flatnonzero(ids == UNKNOWN)
            lacking.update(piece[place] for place in unknown.tolist())
        return ids

    pieces = map(encode, read_pieces(spans))
    if settings.path is None:
        tokens = np.concatenate([np.zeros(0, dtype), *pieces]).astype(dtype)
        return lambda: tokens
    known = blake2b(repr((info["tokenizer"], info["vocabulary"])).encode(), digest_size=8)
    beside = settings.path if settings.path.is_dir() else settings.path.parent
    name = f"{digest}-{known.hexdigest()}.{dtype.name}"
    open_tokens = keep_tokens(settings.cache or beside / ".tokens", name, dtype, pieces)
    if lacking:
        names = join_first(sorted(map(repr, lacking)))
        tell(f"{spans[0].file}: unknown characters, which the training text lacks: {names}")
    return open_tokens
