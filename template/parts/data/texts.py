"""Texts and their targets, as batches of tokens, and what a model must know of them.

A text is cut off after ``max_length`` tokens.

Shapes: B batch, T tokens of its longest text. Token ids are int64, masks bool.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import torch
from cyclopts import Parameter, validators
from tokenizers import Tokenizer
from torch import Generator, Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

from .engine.buckets import BucketSampler
from .engine.files import read_text
from .engine.folds import take_fold
from .engine.labels import DataError, collected
from .engine.ranges import Count, Counts, Natural
from .engine.sampling import EpochSampler, batches_in_order
from .engine.splits import hold_out
from .sources import SUFFIXES, Row, SourceSettings, read_columns, read_splits
from .targets import describe_labels, encode_labels, group_labels, read_label
# jinja: if pretrained
from .tokenizer import fit_length, load_tokenizer

# jinja: else
from .tokenizer import describe_tokens, load_tokenizer

# jinja: endif
Batch = tuple[tuple[Tensor, ...], Tensor]


@dataclass(kw_only=True)
class DataSettings(SourceSettings):
    batch_size: Annotated[Count, Parameter(alias="--batch-size")]
    """Texts in a training step."""
    # jinja: if target == "classes"
    balance: bool = False
    """Draw each class equally often in training, with texts of rare ones several times."""
    # jinja: endif
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Fraction held out for test, and of the rest for validation, if the data has no such split."""
    split_seed: Natural = 0
    """Decides which texts these are; ``training.seed`` does not."""
    fold: Counts | None = None
    """Part of training and validation data that is for validation: 1 5 is the first of five."""
    # jinja: if not pretrained
    vocabulary_size: Annotated[Count, Parameter(validator=validators.Number(gte=1, lte=10**6))]
    """Tokens to learn from the training texts, at most; the 256 bytes are always among them."""
    # jinja: endif
    max_length: Count
    """Tokens of a text that are used; the rest is cut off."""


class Data(NamedTuple):
    """Batches ``((token_ids (B, T), mask (B, T)), target)``, and what a model must know."""

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: EpochSampler
    """Orders the training texts by seed and epoch (``set_epoch``), whatever was drawn before."""
    info: dict[str, Any]


class Texts(Dataset[tuple[Tensor, Tensor]]):
    """Token ids ``(T,)`` of each text, and its target."""

    def __init__(self, rows: list[Row], info: dict[str, Any], tokenizer: Tokenizer) -> None:
        self.rows = rows
        self.targets = encode_labels([row.label for row in rows], info)
        self.token_ids = [e.ids for e in tokenizer.encode_batch([row.text for row in rows])]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return torch.tensor(self.token_ids[index]), self.targets[index]


def collate(examples: list[tuple[Tensor, Tensor]]) -> Batch:
    texts = [text for text, _ in examples]
    lengths = torch.tensor([len(text) for text in texts])
    token_ids = pad_sequence(texts, batch_first=True)  # (B, T), 0 is padding
    mask = torch.arange(token_ids.size(1)) < lengths[:, None]
    return (token_ids, mask), torch.stack([target for _, target in examples])


def load_data(
    settings: DataSettings, seed: int, info: dict[str, Any] | None = None, relabel: bool = False
) -> Data:
    """Reads and splits the texts; given the ``info`` of a checkpoint, prepares them like those.

    With ``relabel`` only the inputs: what belongs to targets comes from these training labels.
    """
    if settings.path is None:
        from .sample import read_sample

        splits = {**read_sample(read_label)}  # a copy: the sample is kept for the next call
    else:
        # jinja: if target == "classes"
        splits = read_splits(settings, read_label)
        # jinja: else
        separated = partial(read_label, separator=settings.label_separator)
        splits = read_splits(settings, separated)
        # jinja: endif
    for name in ("test", "val"):
        if name not in splits:
            rows = splits["train"]
            groups = group_labels([row.label for row in rows])
            place, fraction = rows[0].label.place, settings.held_out
            kept, held_out = hold_out(rows, groups, fraction, settings.split_seed, place)
            splits |= {"train": kept, name: held_out}
    if settings.fold:
        both = splits["train"] + splits["val"]
        groups = group_labels([row.label for row in both])
        splits["train"], splits["val"] = take_fold(both, groups, settings.fold, settings.split_seed)
    if info is None or relabel:
        # jinja: if pretrained
        info = fit_length(settings.max_length, info)
        # jinja: else
        if info is None:
            texts = (row.text for row in splits["train"])
            info = describe_tokens(texts, settings.vocabulary_size, settings.max_length)
        # jinja: endif
        labels = describe_labels([row.label for row in splits["train"]])
        info = info | labels | {"text_column": settings.columns[0]}

    tokenizer = load_tokenizer(info)
    datasets = {name: Texts(rows, info, tokenizer) for name, rows in splits.items()}
    lengths = [len(token_ids) for token_ids in datasets["train"].token_ids]
    sampler = BucketSampler(lengths, settings.batch_size, seed)
    # jinja: if target == "classes"
    if settings.balance:
        targets = datasets["train"].targets
        sampler.draw_weights = 1 / targets.bincount()[targets]
    # jinja: endif
    loader = partial(
        DataLoader,
        collate_fn=collate,
        pin_memory=torch.accelerator.is_available(),
        generator=Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    in_order = {n: batches_in_order(len(s), settings.batch_size) for n, s in splits.items()}
    return Data(
        train=loader(datasets["train"], batch_sampler=sampler),
        validation=loader(datasets["val"], batch_sampler=in_order["val"]),
        test=loader(datasets["test"], batch_sampler=in_order["test"]),
        sampler=sampler,
        info=info,
    )


def read_inputs(
    files: list[Path], info: dict[str, Any], faults: list[DataError] | None = None
) -> Iterator[tuple[list[dict[str, Any]], tuple[Tensor, Tensor]]]:
    """Each text, by name and by what its table has of it, with its inputs, a batch of one."""
    tokenizer = load_tokenizer(info)
    for file in chain.from_iterable(map(find_inputs, files)):
        with collected(faults):
            for place, text, fields in find_texts(file, info):
                token_ids = torch.tensor([tokenizer.encode(text).ids])  # (1, T)
                yield [{"name": place, **fields}], (token_ids, torch.ones_like(token_ids).bool())


def find_inputs(path: Path) -> Iterator[Path]:
    """The file, or those of texts in a folder."""
    if not (os.access(path, os.F_OK) and path.is_dir()):
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.suffix in [".txt", *SUFFIXES] and not hidden:
            yield file


def find_texts(path: Path, info: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Place and text of each line, or of each row of a table with its columns; ``-`` reads lines.

    The place is ``file:row``.
    """
    if path != Path("-") and not os.access(path, os.F_OK):
        hint = f"texts themselves come from a pipe, as in echo A text | python -m {__package__}"
        raise DataError(f"{path} does not exist: {hint} predict -")
    if path.suffix in SUFFIXES:
        for place, fields in read_columns(path, (info["text_column"],)):
            yield place, str(fields[info["text_column"]]), fields
    else:
        lines = sys.stdin if path == Path("-") else read_text(path).split("\n")
        for number, line in enumerate(lines, start=1):
            if line.strip():
                # Some tokenizers have a token for the end of a line.
                yield f"{path}:{number}", line.strip(), {}
