"""Text that a trained model writes, a token at a time."""

from collections.abc import Iterator
from inspect import signature
from typing import Any

import torch
from cyclopts.types import NonNegativeFloat, PositiveInt
from torch import Generator, Tensor, nn

from .engine.checkpoint import load_checkpoint
from .engine.config import AllSettings, Checkpoint
from .engine.labels import DataError, join_first
from .engine.state import load_model
from .tokenizer import UNKNOWN, load_tokenizer


def generate(
    prompt: str = "\n",
    *,
    settings: AllSettings,
    checkpoint: Checkpoint,
    tokens: PositiveInt = 500,
    temperature: NonNegativeFloat = 0.8,
    top_k: PositiveInt | None = None,
) -> None:
    """Write on from a prompt; equal seeds write equal texts.

    Parameters
    ----------
    prompt
        Text to go on from.
    tokens
        How many to write.
    temperature
        Below 1 what is likely becomes more likely; 0: always the most likely token.
    top_k
        Draw from so many of the most likely tokens; none: from all.
    """
    loaded = load_checkpoint(checkpoint)
    model, _ = load_model(settings, loaded)
    tokenizer = load_tokenizer(loaded["info"])
    given = encode_prompt(prompt, loaded["info"])
    draws = Generator().manual_seed(settings.training.seed)
    written = generate_tokens(model, given, loaded["info"]["context"], temperature, top_k, draws)
    print(tokenizer.decode([*given, *(next(written) for _ in range(tokens))]))


def encode_prompt(prompt: str, info: dict[str, Any]) -> list[int]:
    """Its tokens, of which there is at least one, and all are known."""
    tokenizer = load_tokenizer(info)
    ids = tokenizer.encode(prompt).tolist()
    if not ids:
        raise DataError("the prompt is empty: give it a character at least")
    if info["tokenizer"] is None and UNKNOWN in ids:
        known = {*info["vocabulary"][1:]}
        unknown = join_first([repr(c) for c in dict.fromkeys(prompt) if c not in known])
        raise DataError(f"the prompt has characters that the training text lacks: {unknown}")
    return ids


@torch.inference_mode()
def generate_tokens(
    model: nn.Module,
    prompt: list[int],
    context: int,
    temperature: float,
    top_k: int | None,
    generator: Generator,
    use_cache: bool = True,
) -> Iterator[int]:
    """The tokens after these, without an end.

    The model sees those from ``first`` on. When they become more than the context, the older half
    is dropped, and the cache begins anew: that makes no other tokens than no cache would.
    """
    device = next(model.parameters()).device
    use_cache = use_cache and "cache" in signature(model.forward).parameters
    tokens = [*prompt]
    first = max(0, len(tokens) - context)
    cache: dict[nn.Module, tuple[Tensor, ...]] = {}
    given = tokens[first:]
    while True:
        if len(tokens) - first > context:
            first = len(tokens) - max(1, context // 2)
            given, cache = tokens[first:], {}
        inputs = torch.tensor([given], device=device)  # (1, T)
        logits = model(inputs, cache) if use_cache else model(inputs)
        token = draw(logits[0, -1].float().cpu(), temperature, top_k, generator)
        yield token
        tokens.append(token)
        given = [token] if use_cache else tokens[first:]


def draw(logits: Tensor, temperature: float, top_k: int | None, generator: Generator) -> int:
    """A token by its logits ``(K,)``."""
    if temperature == 0:
        return int(logits.argmax())
    if top_k is not None and top_k < len(logits):
        least = logits.topk(top_k).values[-1]
        logits = logits.masked_fill(logits < least, -torch.inf)
    probabilities = (logits / temperature).softmax(dim=0)
    return int(torch.multinomial(probabilities, 1, generator=generator))
