"""Text to tokens and back: characters, or byte pairs that are learned from the training text."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from .engine.corpus import Span, measure_text, read_pieces

UNKNOWN = 0  # id of what the training text lacks
LEARNED = 2**25  # bytes of a text, spread evenly over it, from which byte pairs are learned

Ids = NDArray[Any]


class Characters:
    """A token for each character of the training text."""

    def __init__(self, vocabulary: list[str]) -> None:
        self.vocabulary = np.array(vocabulary)
        self.ids = np.full(0x110000, UNKNOWN, dtype=np.int32)  # of each character of Unicode
        self.ids[[ord(character) for character in vocabulary[1:]]] = range(1, len(vocabulary))

    def encode(self, text: str) -> Ids:
        return self.ids[list_characters(text)]

    def decode(self, ids: list[int]) -> str:
        return "".join(self.vocabulary[ids])


class BytePairs:
    """Byte pairs (Sennrich et al. 2016), of which any text can be made, exactly as it is."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.encode_special_tokens = True  # an "[UNK]" within a text is text
        self.tokenizer = tokenizer

    def encode(self, text: str) -> Ids:
        return np.array(self.tokenizer.encode(text).ids, dtype=np.int32)

    def decode(self, ids: list[int]) -> str:
        return self.tokenizer.decode(ids)


def describe_characters(spans: list[Span]) -> dict[str, Any]:
    seen = np.zeros(0x110000, dtype=bool)
    for piece in read_pieces(spans):
        seen[list_characters(piece)] = True
    vocabulary = ["\ufffd", *map(chr, np.flatnonzero(seen).tolist())]
    sizes = [1, *(len(character.encode()) for character in vocabulary[1:])]
    return {"tokenizer": None, "vocabulary": vocabulary, "token_bytes": sizes}


def describe_byte_pairs(spans: list[Span], vocabulary_size: int) -> dict[str, Any]:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        min_frequency=2,
        special_tokens=["[UNK]"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),  # so that no text has unknown pieces
        show_progress=False,
    )
    tokenizer.train_from_iterator(read_some(spans), trainer)
    found = tokenizer.get_vocab()
    vocabulary = sorted(found, key=found.__getitem__)
    sizes = [0, *(len(token) for token in vocabulary[1:])]  # a letter stands for each byte
    return {"tokenizer": tokenizer.to_str(), "vocabulary": vocabulary, "token_bytes": sizes}


def read_some(spans: list[Span]) -> Iterator[str]:
    """Every n-th piece, so that learning takes no longer for a larger text."""
    every = 1 + measure_text(spans) // LEARNED
    yield from (piece for n, piece in enumerate(read_pieces(spans)) if n % every == 0)


def load_tokenizer(info: dict[str, Any]) -> Characters | BytePairs:
    if info["tokenizer"] is None:
        return Characters(info["vocabulary"])
    return BytePairs(Tokenizer.from_str(info["tokenizer"]))


def list_characters(text: str) -> NDArray[np.uint32]:
    """Their numbers in Unicode."""
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
