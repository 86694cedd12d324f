"""The tokens of a backbone, which come with it, and how long a text may be."""

import json
import sys
from typing import Any

from tokenizers import Tokenizer

from .engine.run import RunError


def describe_tokens(tokenizer: Any, vocabulary_size: int) -> dict[str, Any]:
    """The tokenizer, and what its tokens are."""
    plain: Tokenizer = tokenizer.backend_tokenizer
    plain.no_padding()
    plain.no_truncation()
    # jinja: if form == "words"
    # Words are encoded one by one, and begin as they do within a text: behind a space.
    content = plain.to_str().replace('"add_prefix_space":false', '"add_prefix_space":true')
    content = content.replace('"prepend_scheme":"never"', '"prepend_scheme":"first"')
    plain = Tokenizer.from_str(content)
    # jinja: endif
    special = {*tokenizer.all_special_ids}
    special |= {token for token, added in plain.get_added_tokens_decoder().items() if added.special}
    tokens = [plain.id_to_token(token) or "" for token in range(vocabulary_size)]
    is_word_start = find_word_starts(tokens, json.loads(plain.to_str())["model"])
    unknown = tokenizer.unk_token_id if tokenizer.unk_token_id is not None else 0
    # jinja: if form == "words"
    marked = plain.encode("a")
    marks = [token if token in special else None for token in marked.ids]
    first = next(place for place, token in enumerate(marks) if token is None)
    # jinja: endif
    return {
        "tokenizer": plain.to_str(),
        "vocabulary_size": vocabulary_size,
        "is_word_start": is_word_start,
        "is_special": [token in special for token in range(vocabulary_size)],
        "pad_id": tokenizer.pad_token_id if tokenizer.pad_token_id is not None else unknown,
        "unknown_id": unknown,
        "mask_id": tokenizer.mask_token_id if tokenizer.mask_token_id is not None else unknown,
        # jinja: if form == "words"
        # The special tokens before and behind a text.
        "before": marks[:first],
        "behind": [token for token in marks[first:] if token is not None],
        # jinja: endif
    }


def find_word_starts(tokens: list[str], model: dict[str, Any]) -> list[bool]:
    """Which tokens begin a word: WordPiece marks those that do not, others mark the space."""
    continued = model.get("continuing_subword_prefix")
    if continued:
        return [not token.startswith(continued) for token in tokens]
    return [token.startswith(("Ġ", "▁")) for token in tokens]


def fit_length(max_length: int, info: dict[str, Any] | None) -> dict[str, Any]:
    """``info`` for texts of at most ``max_length`` tokens, or of as many as the backbone takes."""
    if info is None:
        raise RunError("no backbone is chosen: give run.init the name or the folder of one")
    longest = info["longest"]
    if max_length > longest:
        told = f"of data.max_length {max_length} tokens {longest} are used"
        print(f"{told}: the backbone takes no more", file=sys.stderr)
    length, tokenizer = min(max_length, longest), Tokenizer.from_str(info["tokenizer"])
    if length <= tokenizer.num_special_tokens_to_add(is_pair=False):
        raise RunError(f"data.max_length {length} leaves no room for a word: make it larger")
    return {**info, "max_length": length}


def load_tokenizer(info: dict[str, Any]) -> Tokenizer:
    tokenizer = Tokenizer.from_str(info["tokenizer"])
    tokenizer.encode_special_tokens = True  # a "[PAD]" within a text is text
    # jinja: if form == "texts"
    tokenizer.enable_truncation(info["max_length"])
    # jinja: endif
    return tokenizer
