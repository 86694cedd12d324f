"""Tiny backbones with random weights, as transformers saves them, and texts with their tokens."""

import string
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor

from package import data
from package.engine.backbone import read_backbone

SIZES = {
    **{"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2},
    **{"intermediate_size": 64, "max_position_embeddings": 400},
    "initializer_range": 0.2,  # so that all layers count from the beginning
}
# The special tokens of each, in the order of their ids: padding has another one in each.
SPECIAL = {
    "small": {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"},
    "long": {"cls": "<s>", "pad": "<pad>", "sep": "</s>", "unk": "<unk>", "mask": "<mask>"},
}
WORDS = "a film the message header has no exception raise one two three four five six seven new"


def make_config(form: str, vocabulary_size: int) -> Any:
    """A small BERT, or a long RoBERTa, whose first token is not padding."""
    from transformers import BertConfig, RobertaConfig  # takes seconds

    kind = {"small": BertConfig, "long": RobertaConfig}[form]
    return kind(**SIZES, vocab_size=vocabulary_size, pad_token_id=[*SPECIAL[form]].index("pad"))


def describe_backbone(form: str, vocabulary_size: int) -> dict[str, Any]:
    """What data.py would report of it, without a tokenizer."""
    names = [*SPECIAL[form]]
    ids = {"pad_id": "pad", "unknown_id": "unk", "mask_id": "mask"}
    return {
        "backbone": make_config(form, vocabulary_size).to_dict(),
        "is_special": [token < len(names) for token in range(vocabulary_size)],
        **{key: names.index(name) for key, name in ids.items()},
    }


def make_tokenizer(form: str) -> Tokenizer:
    """Word pieces in lower case for BERT, bytes and capital letters for RoBERTa."""
    special = SPECIAL[form]
    letters = [*string.printable] if form == "small" else pre_tokenizers.ByteLevel.alphabet()
    tokens, merges = [*special.values(), *sorted(letters)], []
    if form == "small":
        tokens += [f"##{letter}" for letter in letters] + [w for w in WORDS.split() if len(w) > 1]
        vocabulary = {token: number for number, token in enumerate(tokens)}
        tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=special["unk"]))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    else:
        for word in (f"Ġ{word}" for word in WORDS.split()):  # letter after letter
            merges += [(word[:end], word[end]) for end in range(1, len(word))]
        merges = [*dict.fromkeys(merges)]
        tokens += [*dict.fromkeys(first + second for first, second in merges)]
        vocabulary = {token: number for number, token in enumerate(tokens)}
        tokenizer = Tokenizer(models.BPE(vocabulary, merges))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    ids = [(special[name], tokenizer.token_to_id(special[name])) for name in ("cls", "sep")]
    around = f"{special['cls']} $A {special['sep']}"
    tokenizer.post_processor = processors.TemplateProcessing(single=around, special_tokens=ids)
    return tokenizer


def save_backbone(folder: Path, seed: int, form: str = "small") -> Path:
    from transformers import AutoModel, PreTrainedTokenizerFast
    from transformers.utils import logging

    logging.disable_progress_bar()
    names = {f"{name}_token": token for name, token in SPECIAL[form].items()}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=make_tokenizer(form), **names)
    tokenizer.save_pretrained(folder)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        AutoModel.from_config(make_config(form, len(tokenizer))).save_pretrained(folder)
    return folder


def weights_of(folder: Path) -> Path:
    return folder / "model.safetensors"


def read_weights(folder: Path) -> dict[str, Tensor]:
    return load_file(weights_of(folder))


@cache
def read_info() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        return read_backbone(save_backbone(Path(folder), 0))["info"]


def load_data(
    settings: Any, seed: int, info: dict[str, Any] | None = None, relabel: bool = False
) -> data.Data:
    """As data.py does, with the tokens of a tiny backbone if ``info`` says nothing of another."""
    return data.load_data(settings, seed, info or read_info(), relabel or info is None)
