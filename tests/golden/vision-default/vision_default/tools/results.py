"""What `evaluate` finds: kept beside the checkpoint, and in words."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from ..data import load_data
from ..engine.device import autocast
from ..engine.state import Settings, load_model
from ..metrics import Metrics
from ..train import evaluate
from .examples import count_examples
from .tables import SHOWN, align

Split = Literal["validation", "test"]


def measure(settings: Settings, checkpoint: dict[str, Any], split: str) -> dict[str, Any]:
    """Loss and metrics of a checkpoint on a split, of each class, and of how many examples."""
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    model, objective = load_model(settings, checkpoint)
    device, batches = next(model.parameters()).device, getattr(data, split)
    metrics = Metrics(objective.info)
    with autocast(device, settings.training.precision):
        found = evaluate(model, objective, batches, metrics)
    count, path = count_examples(batches), str(settings.data.path or "the built-in sample")
    return {"data": path, "examples": count, "metrics": found, "each": metrics.compute_each()}


def place_result(checkpoint: Path, split: str) -> Path:
    return checkpoint.with_name(f"{checkpoint.stem}-{split}.json")


def keep_result(checkpoint: Path, split: str, result: dict[str, Any]) -> None:
    """Prints what was found, and writes it to a file that reports read too."""
    print(f"checkpoint: {checkpoint} (epoch {result['epoch']})")
    print(*describe_result(split, result), sep="\n")
    file = place_result(checkpoint, split)
    try:
        file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        print(f"not kept: {file} cannot be written ({error.strerror})", file=sys.stderr)


def describe_result(split: str, result: dict[str, Any]) -> Iterator[str]:
    """Lines such as ``test accuracy 0.9804``, and a table of the classes."""
    yield f"{split} examples {result['examples']}"
    for name, value in result["metrics"].items():
        yield f"{split} {name} {value:.4f}"
    yield ""
    yield from describe_each(result["each"])


def describe_each(each: dict[str, dict[str, float]]) -> Iterator[str]:
    """A table with a row for each class, label or column."""
    names = [*next(iter(each.values()), {})]
    rows = []
    for key, row in each.items():
        cells = [f"{n:.0f}" if name == "examples" else f"{n:.4g}" for name, n in row.items()]
        rows.append([key, *cells])
    yield from align([["", *names], *rows[:SHOWN]])
    if len(rows) > SHOWN:
        yield f"and {len(rows) - SHOWN} more"
