"""What a trained model says of the words of files."""

import json
import sys
from pathlib import Path
from typing import Any, Literal

import torch

from .data import read_inputs
from .engine.checkpoint import load_checkpoint
from .engine.config import AllSettings, Checkpoint
from .engine.labels import DataError
from .engine.state import load_model
from .targets import describe_prediction


def predict(
    files: list[Path],
    /,
    *,
    settings: AllSettings,
    checkpoint: Checkpoint,
    format: Literal["conll", "jsonl"] = "conll",
) -> None:
    """Print each word in a row, its columns and its tag, and an empty row behind each text.

    Parameters
    ----------
    files
        CoNLL or JSONL files, others with a text in each line, or folders; - reads standard input.
    format
        Of what is printed; jsonl has an object for each text in a line.
    """
    print(f"checkpoint: {checkpoint}", file=sys.stderr)
    model, objective = load_model(settings, load_checkpoint(checkpoint))
    device, info = next(model.parameters()).device, objective.info
    text: Any = None
    faults: list[DataError] = []
    with torch.inference_mode():
        for text, inputs, is_first in read_inputs(files, info, faults):
            outputs = model(*(tensor.to(device) for tensor in inputs))
            tags = describe_prediction(objective.predict(outputs).cpu()[is_first], info)
            if format == "jsonl":
                fields = {"name": text.place, "tokens": text.words, **text.fields}
                print(json.dumps({**fields, "predicted_tags": tags}, ensure_ascii=False))
            else:
                cells = text.cells or [[" ".join(word.split())] for word in text.words]
                for row, tag in zip(cells, tags, strict=True):
                    print(*row, tag, sep="\t")
                print()
            sys.stdout.flush()
    if faults or text is None:
        sys.exit("\n".join(f"error: {fault}" for fault in faults) or "error: nothing to predict")
