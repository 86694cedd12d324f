"""What a report says of the validation text, and how the model goes on from its beginning."""

from pathlib import Path
from typing import Any

from torch import Generator, nn

from ..data import Data
from ..generate import generate_tokens
from ..metrics import Metrics
from ..objective import Objective
from ..tokenizer import load_tokenizer
from ..train import evaluate
from .charts import draw_overview
from .examples import count_examples
from .results import describe_each

PROMPT, WRITTEN = 20, 600  # tokens of the text that is shown, of its split and of the model


def describe_validation(
    folder: Path, data: Data, model: nn.Module, objective: Objective
) -> list[str]:
    """Sections of a report, whose picture is drawn into the folder."""
    metrics = Metrics(objective.info)
    evaluate(model, objective, data.validation, metrics)
    overview = draw_overview(folder, metrics.compute_each())
    prompt = data.validation.dataset[0].tolist()[:PROMPT]
    return [
        f"\nThe validation text, {count_examples(data.validation)} blocks:\n",
        f"![{overview}]({overview}.png)",
        *("\n```", *describe_each(metrics.compute_each()), "```"),
        *write_on(model, prompt, objective.info),
    ]


def write_on(model: nn.Module, prompt: list[int], info: dict[str, Any]) -> list[str]:
    """How the model goes on from the beginning of the validation text."""
    draws = Generator().manual_seed(0)
    written = generate_tokens(model, prompt, info["context"], 0.8, None, draws)
    text = load_tokenizer(info).decode([*prompt, *(next(written) for _ in range(WRITTEN))])
    lines = [f"    {line}" for line in text.splitlines()]  # indented, it may hold any mark
    return ["\n## What it writes\n\nFrom the beginning of the validation text on:\n", *lines]
