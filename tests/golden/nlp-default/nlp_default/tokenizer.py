"""Texts to tokens: byte pairs (Sennrich et al. 2016), learned from the training texts."""

from collections.abc import Iterable
from typing import Any

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

SPECIAL = ["[PAD]", "[UNK]"]  # token ids 0 and 1


def train_tokenizer(texts: Iterable[str], vocabulary_size: int) -> Tokenizer:
    """The first piece of a word begins with Ġ."""
    tokenizer = Tokenizer(models.BPE())
    one_blank = normalizers.Replace(Regex(r"\s+"), " ")
    steps = [normalizers.NFKC(), normalizers.Lowercase(), one_blank, normalizers.Strip()]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        min_frequency=2,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),  # so that no text has unknown pieces
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def describe_tokens(texts: Iterable[str], vocabulary_size: int, max_length: int) -> dict[str, Any]:
    """The tokenizer, and what its tokens are."""
    tokenizer = train_tokenizer(texts, vocabulary_size)
    vocabulary = tokenizer.get_vocab()
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    return {
        "tokenizer": tokenizer.to_str(),
        "vocabulary_size": len(tokens),
        "is_word_start": [token.startswith("Ġ") for token in tokens],
        "num_special": len(SPECIAL),
        "unknown_id": SPECIAL.index("[UNK]"),
        "max_length": max_length,
    }


def load_tokenizer(info: dict[str, Any]) -> Tokenizer:
    tokenizer = Tokenizer.from_str(info["tokenizer"])
    tokenizer.encode_special_tokens = True  # a "[PAD]" within a text is text
    tokenizer.enable_truncation(info["max_length"])
    return tokenizer
