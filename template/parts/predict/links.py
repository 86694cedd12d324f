"""What a trained model says of pairs of nodes."""

import csv
import json
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import torch

from .data import find_folders, read_inputs
from .engine.checkpoint import load_checkpoint
from .engine.config import AllSettings, Checkpoint
from .engine.labels import DataError
from .engine.ranges import Count
from .engine.state import load_model
from .targets import describe_prediction


def predict(
    files: list[Path] | None = None,
    /,
    *,
    settings: AllSettings,
    checkpoint: Checkpoint,
    node: str | None = None,
    best: Count = 10,
    format: Literal["csv", "jsonl"] = "csv",
) -> None:
    """Print how likely the pairs in pairs.csv have an edge, or the best new pairs of a node.

    Parameters
    ----------
    files
        Folders with edges.csv and pairs.csv; - reads their names. None: what was trained on.
    node
        Rank its pairs with all nodes that it has no edge to, instead of those in pairs.csv.
    best
        How many of these are printed.
    format
        Of the lines; jsonl has an object in each.
    """
    print(f"checkpoint: {checkpoint}", file=sys.stderr)
    model, objective = load_model(settings, load_checkpoint(checkpoint))
    device, info = next(model.parameters()).device, objective.info
    table: Any = None
    record: dict[str, Any] = {}
    faults: list[DataError] = []
    places: Sequence[Path | None] = files or [settings.data.path]
    with torch.inference_mode():
        for folder in chain.from_iterable(map(find_folders, places)):
            rows, parts = [], [torch.empty(0)]
            for own, inputs in read_inputs([folder], info, faults, node):
                outputs = model(*(tensor.to(device) for tensor in inputs))
                rows += own
                parts.append(objective.predict(outputs).cpu())
            probabilities = torch.cat(parts)
            order = torch.arange(len(rows))
            if node is not None:
                order = probabilities.argsort(descending=True, stable=True)[:best]
            for number in order.tolist():
                record = {**rows[number], **describe_prediction(probabilities[number], info)}
                if format == "jsonl":
                    print(json.dumps(record, ensure_ascii=False))
                    continue
                if table is None or [*record] != table.fieldnames:  # each table has its own
                    table = csv.DictWriter(sys.stdout, [*record], lineterminator="\n")
                    table.writeheader()
                table.writerow(record)
            sys.stdout.flush()
    if faults or not record:
        what = "no pair in pairs.csv" if node is None else f"no pair of {node} without an edge"
        sys.exit("\n".join(f"error: {fault}" for fault in faults) or f"error: {what}")
