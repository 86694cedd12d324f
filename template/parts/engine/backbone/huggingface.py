"""Backbones of Hugging Face transformers: their names, their tokens and their weights.

transformers is imported where it is used, because that takes seconds.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..tokenizer import describe_tokens
from .fetching import explained
from .run import RunError

WAYS = "the name of a model on the hub, or a folder that transformers has saved"


def is_backbone(path: Path) -> bool:
    """Whether this names a backbone; all else is a checkpoint of this project, or a run."""
    name = path.as_posix()
    is_name = re.fullmatch(r"[\w-][\w.-]*(/[\w.-]+)?", name) and path.suffix != ".pt"
    may_be_on_hub = bool(is_name) and not path.exists()
    return "=" in name or may_be_on_hub or (path / "config.json").exists()


def read_backbone(path: Path) -> dict[str, Any]:
    """What training takes of a backbone, as if it were a checkpoint; the weights come later."""
    from transformers import AutoConfig, AutoTokenizer

    name, _, weights = path.as_posix().partition("=")
    if weights not in ("", "random"):
        raise RunError(f"{path} is no backbone: give {WAYS}, or {name}=random")
    with explained(name, find_repository(name)):
        config = AutoConfig.from_pretrained(name)
        tokenizer = AutoTokenizer.from_pretrained(name)
    if config.is_encoder_decoder:
        raise RunError(f"{name} is an encoder with a decoder: give a model that has one of them")
    if not tokenizer.is_fast:
        kind = type(tokenizer).__name__
        raise RunError(f"{name} has a {kind}, which is none of tokenizers: give another backbone")
    if len(tokenizer) > config.vocab_size:
        known = f"{config.vocab_size} tokens, its tokenizer {len(tokenizer)}"
        raise RunError(f"{name} knows {known}: give a folder in which they fit each other")
    info = {
        "backbone": json.loads(config.to_json_string(use_diff=False)),
        "longest": find_longest(config, tokenizer.model_max_length),
        **describe_tokens(tokenizer, config.vocab_size),
    }
    return {"settings": {"model": {}}, "info": info, "backbone": name, "weights": weights}


def find_repository(name: str) -> str | None:
    """Where a backbone is on the hub; None: in a folder of this machine."""
    return None if Path(name).is_dir() else name


def find_longest(config: Any, model_max_length: int) -> int:
    """Tokens of the longest text that a backbone takes; many, where only memory ends them."""
    from transformers import AutoModel

    with torch.device("meta"):  # without memory
        backbone = AutoModel.from_config(config)  # type: ignore[no-untyped-call]
    limits = [model_max_length, getattr(config, "max_position_embeddings", None) or 10**6]
    for name, module in backbone.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            padding = module.padding_idx  # RoBERTa's positions begin behind it
            limits.append(module.num_embeddings - (0 if padding is None else padding + 1))
    return min(limits)


def build_backbone(info: dict[str, Any], dropout: float) -> Any:
    """A model of transformers with random weights, from tokens to a vector for each."""
    from transformers import AutoConfig, AutoModel

    if "backbone" not in info:
        raise RunError(f"no backbone is chosen: give run.init {WAYS}")
    known = info["backbone"]
    numbers = [key for key, value in known.items() if type(value) in (int, float)]
    rates = {key: dropout for key in numbers if "drop" in key}  # of many names
    config = AutoConfig.for_model(**{**known, **rates})
    backbone = AutoModel.from_config(config, dtype=torch.float32)  # type: ignore[no-untyped-call]
    return without_pooler(backbone)


def without_pooler(backbone: nn.Module) -> nn.Module:
    """What has learned to tell whether two sentences follow each other is of no use here."""
    if hasattr(backbone, "pooler"):
        backbone.pooler = None  # type: ignore[assignment]
    return backbone


def find_backbone(model: nn.Module) -> nn.Module:
    """The part of a model that is of transformers."""
    for module in model.modules():
        if hasattr(module, "base_model_prefix"):
            return module
    raise RunError("the model has no backbone of transformers: finetuning has nothing to do")


def find_body(backbone: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters that come with it, by name: all of them, for the head is not part of it."""
    return dict(backbone.named_parameters())


def find_scales(backbone: nn.Module, decay: float) -> dict[nn.Parameter, float]:
    """Of each parameter of the backbone the fraction of the rate that its layer has.

    Layers are the embeddings, the blocks, and the head, which has the whole rate.
    """
    lists = [module for module in backbone.modules() if isinstance(module, nn.ModuleList)]
    blocks = max(lists, key=len)
    number_of = {p: number for number, block in enumerate(blocks, 1) for p in block.parameters()}
    scales, last = {}, 0
    for parameter in backbone.parameters():
        last = number_of.get(parameter, last)  # what follows the blocks is with the last one
        scales[parameter] = decay ** (len(blocks) + 1 - last)
    return scales


def find_exempt(backbone: nn.Module) -> set[str]:
    """Names of what decays in no recipe: embeddings, of tokens as of positions."""
    kinds = [(name, module) for name, module in backbone.named_modules()]
    return {f"{name}.weight" for name, module in kinds if isinstance(module, nn.Embedding)}


def save_memory(backbone: nn.Module) -> None:
    """Has it compute activations again when gradients need them."""
    backbone.gradient_checkpointing_enable({"use_reentrant": False})  # type: ignore[operator]


def load_backbone(model: nn.Module, init: dict[str, Any], info: dict[str, Any]) -> None:
    """Puts the pretrained weights into the model; its head has none."""
    from transformers import AutoModel
    from transformers.utils import logging

    name = init["backbone"]
    if init["weights"] == "random":
        print(f"{name} begins with random weights, as asked for", file=sys.stderr)
        return
    # It would name the weights of the head that it has learned with.
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    with explained(name, find_repository(name)):
        pretrained, found = AutoModel.from_pretrained(
            name, dtype=torch.float32, output_loading_info=True
        )
        missing = [key for key in found["missing_keys"] if not key.startswith("pooler.")]
        if missing:
            raise RunError(f"{name} has no weights {', '.join(sorted(missing)[:3])}: give another")
        find_backbone(model).load_state_dict(without_pooler(pretrained).state_dict())
