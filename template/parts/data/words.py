"""Texts of words with a tag each, as batches of tokens, and what a model must know of them.

Tokens are those of single words. The tag of a word stands at its first token. A text of more than
``max_length`` tokens is read in windows that overlap.

Shapes: B batch, T tokens of its longest text, W words. Token ids and tags are int64, masks bool.
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
# jinja: if pretrained
from torch.nn.functional import pad
# jinja: endif
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

from .engine.buckets import BucketSampler
from .engine.conll import CONLL, Text, read_texts
from .engine.files import read_text
from .engine.folds import take_fold
from .engine.labels import DataError, collected
from .engine.ranges import Count, Counts, Natural
from .engine.sampling import EpochSampler, batches_in_order
from .engine.splits import hold_out
from .engine.windows import find_windows
from .sources import SUFFIXES, Row, SourceSettings, read_splits
from .targets import UNKNOWN, describe_labels, encode_labels, group_labels, is_within, read_label
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
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Fraction held out for test, and of the rest for validation, if the data has no such split."""
    split_seed: Natural = 0
    """Decides which texts these are; ``training.seed`` does not."""
    fold: Counts | None = None
    """Part of training and validation data that is for validation: 1 5 is the first of five."""
    # jinja: if not pretrained
    vocabulary_size: Annotated[Count, Parameter(validator=validators.Number(gte=1, lte=10**6))]
    """Tokens to learn from the training words, at most; the 256 bytes are always among them."""
    # jinja: endif
    max_length: Count
    """Tokens that the model sees at once; a longer text is read in windows."""


class Data(NamedTuple):
    """Batches ``((token_ids (B, T), mask (B, T)), target (B, T))``, and what a model must know."""

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: EpochSampler
    """Orders the training texts by seed and epoch (``set_epoch``), whatever was drawn before."""
    info: dict[str, Any]


def cut_text(
    tokens: list[list[int]], values: Tensor, limit: int, may_cut: list[bool]
) -> list[tuple[Tensor, Tensor]]:
    """Token ids ``(T,)`` of each window of a text, and its values at the first of each own word.

    ``tokens`` are those of each word, ``values`` ``(W,)`` belong to words.
    """
    tokens = [ids[:limit] for ids in tokens]
    sizes = [len(ids) for ids in tokens]
    windows = []
    for first, stop, own_first, own_stop in find_windows(sizes, limit, may_cut):
        starts = torch.tensor([0, *sizes[first:stop]]).cumsum(dim=0)  # of each word
        placed = torch.full((int(starts[-1]),), UNKNOWN)
        placed[starts[own_first - first : own_stop - first]] = values[own_first:own_stop]
        windows.append((torch.tensor([*chain(*tokens[first:stop])]), placed))
    return windows


# jinja: if pretrained
def cut_and_mark(
    tokens: list[list[int]], values: Tensor, info: dict[str, Any], may_cut: list[bool]
) -> list[tuple[Tensor, Tensor]]:
    """The windows of ``cut_text``, each between the special tokens of a text.

    A word of signs that the tokenizer leaves out is unknown, for it has a tag too.
    """
    tokens = [ids or [info["unknown_id"]] for ids in tokens]
    before, behind = (torch.tensor(info[key], dtype=torch.int64) for key in ("before", "behind"))
    marks = len(before), len(behind)
    return [
        (torch.cat([before, ids, behind]), pad(placed, marks, value=UNKNOWN))
        for ids, placed in cut_text(tokens, values, info["max_length"] - sum(marks), may_cut)
    ]


# jinja: endif
class Texts(Dataset[tuple[Tensor, Tensor]]):
    """Token ids ``(T,)`` of each window of the texts, and its tags ``(T,)``."""

    def __init__(self, rows: list[Row], info: dict[str, Any], tokenizer: Tokenizer) -> None:
        self.rows = rows
        self.windows: list[tuple[Tensor, Tensor]] = []
        self.row_of: list[int] = []  # the text of each window
        self.sizes: list[int] = []  # tokens of each text
        targets = encode_labels([row.label for row in rows], info)
        tokens = encode_words([row.words for row in rows], tokenizer)
        for number, (ids, target) in enumerate(zip(tokens, targets, strict=True)):
            # Else an entity would be counted as two.
            may_cut = [not is_within(tag, info) for tag in target.tolist()]
            # jinja: if pretrained
            windows = cut_and_mark(ids, target, info, may_cut)
            # jinja: else
            windows = cut_text(ids, target, info["max_length"], may_cut)
            # jinja: endif
            self.windows += windows
            self.row_of += [number] * len(windows)
            self.sizes.append(sum(map(len, ids)))

    def __len__(self) -> int:
        return len(self.windows)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.windows[index]


def collate(examples: list[tuple[Tensor, Tensor]]) -> Batch:
    texts = [text for text, _ in examples]
    lengths = torch.tensor([len(text) for text in texts])
    token_ids = pad_sequence(texts, batch_first=True)  # (B, T), 0 is padding
    mask = torch.arange(token_ids.size(1)) < lengths[:, None]
    targets = [target for _, target in examples]
    return (token_ids, mask), pad_sequence(targets, batch_first=True, padding_value=UNKNOWN)


def encode_words(texts: list[list[str]], tokenizer: Tokenizer) -> list[list[list[int]]]:
    """The token ids of each word of each text."""
    found = []
    encodings = tokenizer.encode_batch(texts, is_pretokenized=True)
    for words, encoding in zip(texts, encodings, strict=True):
        tokens: list[list[int]] = [[] for _ in words]
        for token, word in zip(encoding.ids, encoding.word_ids, strict=True):
            if word is not None:  # as it is of tokens that mark a text
                tokens[word].append(token)
        found.append(tokens)
    return found


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
        splits = read_splits(settings, read_label)
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
            words = (word for row in splits["train"] for word in row.words)
            info = describe_tokens(words, settings.vocabulary_size, settings.max_length)
        # jinja: endif
        labels = describe_labels([row.label for row in splits["train"]])
        info = info | labels | {"columns": [*settings.columns]}

    tokenizer = load_tokenizer(info)
    datasets = {name: Texts(rows, info, tokenizer) for name, rows in splits.items()}
    lengths = [len(token_ids) for token_ids, _ in datasets["train"].windows]
    sampler = BucketSampler(lengths, settings.batch_size, seed)
    loader = partial(
        DataLoader,
        collate_fn=collate,
        pin_memory=torch.accelerator.is_available(),
        generator=Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    in_order = {n: batches_in_order(len(s), settings.batch_size) for n, s in datasets.items()}
    return Data(
        train=loader(datasets["train"], batch_sampler=sampler),
        validation=loader(datasets["val"], batch_sampler=in_order["val"]),
        test=loader(datasets["test"], batch_sampler=in_order["test"]),
        sampler=sampler,
        info=info,
    )


def read_inputs(
    files: list[Path], info: dict[str, Any], faults: list[DataError] | None = None
) -> Iterator[tuple[Text, tuple[Tensor, ...], Tensor]]:
    """Each text with its windows as a batch, and where its words ``(B, T)`` have their tags."""
    tokenizer = load_tokenizer(info)
    for file in chain.from_iterable(map(find_inputs, files)):
        with collected(faults):
            for text in find_texts(file, info):
                (tokens,) = encode_words([text.words], tokenizer)
                numbers = torch.arange(len(tokens))
                may_cut = [True] * len(tokens)
                # jinja: if pretrained
                inputs, placed = collate(cut_and_mark(tokens, numbers, info, may_cut))
                # jinja: else
                inputs, placed = collate(cut_text(tokens, numbers, info["max_length"], may_cut))
                # jinja: endif
                yield text, inputs, placed != UNKNOWN


def find_inputs(path: Path) -> Iterator[Path]:
    """The file, or those of texts in a folder."""
    if not (os.access(path, os.F_OK) and path.is_dir()):
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.suffix in SUFFIXES and not hidden:
            yield file


def find_texts(path: Path, info: dict[str, Any]) -> Iterator[Text]:
    """The texts of a CoNLL or JSONL file; each line is one in others, ``-`` among them."""
    if path != Path("-") and not os.access(path, os.F_OK):
        hint = f"texts themselves come from a pipe, as in echo A text | python -m {__package__}"
        raise DataError(f"{path} does not exist: {hint} predict -")
    if path.suffix in [".jsonl", *CONLL]:
        yield from read_texts(path, tuple(info["columns"]), tagged=False)
        return
    lines = sys.stdin if path == Path("-") else read_text(path).split("\n")
    for number, line in enumerate(lines, start=1):
        if words := line.split():
            yield Text(f"{path}:{number}", words, {}, [[word] for word in words], [])
