"""Texts with one class each: documentation of the standard library, or files of one's own.

The sample is the English in Python's own sources: paragraphs from the docstrings of eight packages
and from the language reference, labelled by where they stand, 150 of each. Tokens are byte pairs,
learned from the training texts; what follows ``max_length`` of them in a text is cut off.

Shapes: B batch, T tokens of its longest text. Token ids and classes are int64, masks bool.
"""

import ast
import csv
import io
import json
import random
import sysconfig
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from pathlib import Path
from textwrap import shorten
from typing import Annotated, Any, NamedTuple

import torch
from cyclopts import Parameter, validators
from sklearn.model_selection import train_test_split
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch import Generator, Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset, Sampler

SAMPLE = {  # classes, and where in the standard library their texts stand
    "asyncio": "asyncio",
    "decimal": "_pydecimal.py",
    "email": "email",
    "http": "http",
    "importlib": "importlib",
    "language": "pydoc_data/topics.py",
    "logging": "logging",
    "unittest": "unittest",
    "xml": "xml",
}
SAMPLE_SIZE = 150  # texts of each class
SPECIAL = ["[PAD]", "[UNK]"]  # token ids 0 and 1
SPLITS = {"train": ["train"], "val": ["val", "dev", "validation"], "test": ["test"]}
SUFFIXES = [".csv", ".tsv", ".jsonl"]

Batch = tuple[tuple[Tensor, ...], Tensor]


class DataError(Exception):
    """Data that cannot be used; the message says where, and how to mend it."""


@dataclass
class DataSettings:
    batch_size: Annotated[int, Parameter(validator=validators.Number(gte=1))]
    """Texts in a training step."""
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Share kept for validation, and again for test, where the data has no such split."""
    vocabulary_size: Annotated[int, Parameter(validator=validators.Number(gte=1))]
    """Tokens to learn from the training texts, at most; the 256 bytes are always among them."""
    max_length: int
    """Tokens of a text that are used; the rest is cut off."""
    path: Path | None = None
    """File of texts and labels, or folder with train and others; none: the sample."""
    columns: tuple[str, str] = ("text", "label")
    """Names of text and label; numbers, the first of them 0, where the files have no header."""

    def __post_init__(self) -> None:
        if self.max_length < 1:
            raise ValueError(f"data.max_length is {self.max_length}: a text needs a token or more")


class Row(NamedTuple):
    place: str
    text: str
    label: str


class Data(NamedTuple):
    """Batches ``((token_ids (B, T), mask (B, T)), classes (B,))``, and what a model must know."""

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: "BucketSampler"
    """Orders the training texts by seed and epoch (``set_epoch``), whatever was drawn before."""
    info: dict[str, Any]


class Texts(Dataset[tuple[Tensor, int]]):
    """Token ids ``(T,)`` of each text, and its class."""

    def __init__(self, rows: list[Row], classes: list[str], tokenizer: Tokenizer) -> None:
        self.rows = rows
        self.labels = [classes.index(row.label) for row in rows]
        self.token_ids = [e.ids for e in tokenizer.encode_batch([row.text for row in rows])]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return torch.tensor(self.token_ids[index]), self.labels[index]


class BucketSampler(Sampler[list[int]]):
    """Random batches of texts of like length, so that little of a batch is padding."""

    def __init__(self, lengths: list[int], batch_size: int, seed: int) -> None:
        self.lengths, self.batch_size, self.seed = lengths, batch_size, seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-len(self.lengths) // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        generator = Generator().manual_seed(self.seed + self.epoch)
        order = torch.randperm(len(self.lengths), generator=generator).tolist()
        pool = 20 * self.batch_size  # sorted alone, so that neighbours change with the epoch
        batches = []
        for start in range(0, len(order), pool):
            bucket = sorted(order[start : start + pool], key=self.lengths.__getitem__)
            size = self.batch_size
            batches += [bucket[i : i + size] for i in range(0, len(bucket), size)]
        for index in torch.randperm(len(batches), generator=generator).tolist():
            yield batches[index]


def collate(examples: list[tuple[Tensor, int]]) -> Batch:
    texts = [text for text, _ in examples]
    lengths = torch.tensor([len(text) for text in texts])
    token_ids = pad_sequence(texts, batch_first=True)  # (B, T), 0 is padding
    mask = torch.arange(token_ids.size(1)) < lengths[:, None]
    return (token_ids, mask), torch.tensor([label for _, label in examples])


@cache
def read_sample() -> list[Row]:
    """Paragraphs of 8 to 60 words that end in a full stop, as prose does and code rarely."""
    rows = []
    for label, place in SAMPLE.items():
        found = Path(sysconfig.get_path("stdlib"), place)
        texts: set[str] = set()
        for file in [found] if found.suffix else sorted(found.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    texts |= {" ".join(text.split()) for text in node.value.split("\n\n")}
        prose = sorted(t for t in texts if t.endswith(".") and 8 <= len(t.split()) <= 60)
        if len(prose) < SAMPLE_SIZE:
            raise DataError(f"{found} holds too little text for the sample: name a --data.path")
        rows += [Row(place, t, label) for t in random.Random(0).sample(prose, SAMPLE_SIZE)]
    return rows


def read_text(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}): mend its path") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{file}:{line} is not UTF-8: save the file in that encoding") from error


def read_json_lines(file: Path, columns: tuple[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Line number, and text and label, of each object."""
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{file}:{number} is not JSON ({error}): mend or remove it") from error
        for column in columns:
            if not isinstance(record, dict) or column not in record:
                raise DataError(
                    f"{file}:{number} has no key '{column}': add it, or name text and label, "
                    "as in --data.columns review stars"
                )
        values = [record[column] for column in columns]
        yield number, ["" if value is None else str(value) for value in values]


def read_table(file: Path, columns: tuple[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Line number, and text and label, of each row."""
    content = io.StringIO(read_text(file), newline="")
    if file.suffix == ".csv":
        reader = csv.reader(content, strict=True)
    else:  # with tabs between them texts need no quotation marks: those they have are their own
        reader = csv.reader(content, delimiter="\t", quoting=csv.QUOTE_NONE)
    names: list[str] = []
    try:
        for row in filter(None, reader):
            if not names:
                numbered = all(column.isdecimal() for column in columns)
                names = [str(number) for number in range(len(row))] if numbered else row
                for column in columns:
                    if column not in names:
                        raise DataError(
                            f"{file} has no column '{column}' but {shorten(', '.join(names), 80)}: "
                            "name text and label, as in --data.columns review stars, or count them "
                            "if the file has no header, as in --data.columns 0 1"
                        )
                if not numbered:
                    continue
            if len(row) != len(names):
                raise DataError(
                    f"{file}:{reader.line_num} has {len(row)} fields where the first row has "
                    f"{len(names)}: put quotation marks around a CSV text with commas, and replace "
                    "tabs in a TSV text"
                )
            yield reader.line_num, [row[names.index(column)] for column in columns]
    except csv.Error as error:
        raise DataError(f"{file}:{reader.line_num} is not CSV ({error}): mend the row") from error


def read_rows(file: Path, columns: tuple[str, str]) -> list[Row]:
    """All texts of a file with their labels."""
    if file.suffix not in SUFFIXES:
        raise DataError(f"{file} is none of {', '.join(SUFFIXES)}: convert or rename it")
    rows = []
    read = read_json_lines if file.suffix == ".jsonl" else read_table
    for number, values in read(file, columns):
        for column, value in zip(columns, values, strict=True):
            if not value.strip():
                raise DataError(f"{file}:{number} has an empty '{column}': fill or remove it")
        text, label = values
        rows.append(Row(f"{file}:{number}", text, label.strip()))
    if not rows:
        raise DataError(f"{file} holds no texts: fill it, or name another with --data.path")
    return rows


def find_files(path: Path) -> dict[str, Path]:
    """The file of each split in a folder; a single file is the training's."""
    if path.is_file():
        return {"train": path}
    files: dict[str, Path] = {}
    for split, stems in SPLITS.items():
        found = [path / (stem + suffix) for stem in stems for suffix in SUFFIXES]
        found = [file for file in found if file.is_file()]
        if len(found) > 1:
            raise DataError(f"{found[0]} and {found[1]} are the same split: remove one of them")
        if found:
            files[split] = found[0]
    if "train" not in files:
        raise DataError(f"data.path: {path} is no file, nor a folder with a train{SUFFIXES[0]}")
    return files


def train_tokenizer(texts: list[str], settings: DataSettings) -> Tokenizer:
    """Byte pairs (Sennrich et al. 2016) of lower-case words; a word's first piece begins with Ġ."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    trainer = trainers.BpeTrainer(
        vocab_size=settings.vocabulary_size,
        min_frequency=2,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),  # so that no text has unknown pieces
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.enable_truncation(settings.max_length)
    return tokenizer


def load_tokenizer(info: dict[str, Any]) -> Tokenizer:
    tokenizer = Tokenizer.from_str(info["tokenizer"])
    tokenizer.encode_special_tokens = True  # a "[PAD]" within a text is text
    return tokenizer


def load_data(settings: DataSettings, seed: int, info: dict[str, Any] | None = None) -> Data:
    """Reads and splits the texts; given the ``info`` of a checkpoint, prepares them like those."""
    if settings.path is None:
        splits = {"train": read_sample()}
    else:
        files = find_files(settings.path)
        splits = {name: read_rows(file, settings.columns) for name, file in files.items()}
    classes = info["classes"] if info else sorted({row.label for row in splits["train"]})
    if len(classes) < 2:
        raise DataError(f"{settings.path} has the label '{classes[0]}' only: add another class")
    for row in chain.from_iterable(splits.values()):
        if row.label not in classes:
            raise DataError(
                f"{row.place} has the label '{row.label}', which no training text has: "
                "mend it or remove the row"
            )
    for name in [name for name in ("test", "val") if name not in splits]:
        labels = [row.label for row in splits["train"]]
        try:
            splits["train"], splits[name] = train_test_split(
                splits["train"], test_size=settings.held_out, stratify=labels, random_state=seed
            )
        except ValueError:
            label, count = Counter(labels).most_common()[-1]
            raise DataError(
                f"{settings.path} has too few texts to hold out a share of each class, "
                f"'{label}' has {count}: add some, or change data.held_out"
            ) from None
    if info is None:
        tokenizer = train_tokenizer([row.text for row in splits["train"]], settings)
        vocabulary = tokenizer.get_vocab()
        tokens = sorted(vocabulary, key=vocabulary.__getitem__)
        info = {
            "classes": classes,
            "tokenizer": tokenizer.to_str(),
            "vocabulary_size": len(tokens),
            "is_word_start": [token.startswith("Ġ") for token in tokens],
            "num_special": len(SPECIAL),
            "unknown_id": SPECIAL.index("[UNK]"),
        }

    tokenizer = load_tokenizer(info)
    datasets = {name: Texts(rows, classes, tokenizer) for name, rows in splits.items()}
    lengths = [len(token_ids) for token_ids in datasets["train"].token_ids]
    sampler = BucketSampler(lengths, settings.batch_size, seed)
    loader = partial(
        DataLoader,
        collate_fn=collate,
        pin_memory=torch.accelerator.is_available(),
        generator=Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    return Data(
        train=loader(datasets["train"], batch_sampler=sampler),
        validation=loader(datasets["val"], batch_size=settings.batch_size),
        test=loader(datasets["test"], batch_size=settings.batch_size),
        sampler=sampler,
        info=info,
    )


def read_inputs(
    files: list[Path], info: dict[str, Any]
) -> Iterator[tuple[list[str], tuple[Tensor, Tensor]]]:
    """Each line of the files, as ``file:line``, with the model's inputs for it, a batch of one."""
    tokenizer = load_tokenizer(info)
    for file in files:
        for number, line in enumerate(read_text(file).split("\n"), start=1):
            if line.strip():
                token_ids = torch.tensor([tokenizer.encode(line).ids])  # (1, T)
                yield [f"{file}:{number}"], (token_ids, torch.ones_like(token_ids).bool())
