"""What a trained model says of files."""

import csv
import json
import sys
from pathlib import Path
from typing import Any, Literal

import torch

from .data import read_inputs
from .engine.checkpoint import load_checkpoint
from .engine.config import AllSettings, Checkpoint
# jinja: if output == "pixel"
from .engine.labels import DataError, collected
from .engine.masks import write_mask
# jinja: else
from .engine.labels import DataError
# jinja: endif
from .engine.state import load_model
from .targets import describe_prediction


def predict(
    files: list[Path],
    /,
    *,
    settings: AllSettings,
    checkpoint: Checkpoint,
    # jinja: if output == "pixel"
    output: Path | None = None,
    # jinja: endif
    format: Literal["csv", "jsonl"] = "csv",
) -> None:
    # jinja: if output == "pixel"
    """Write a mask for each image, and print a line: name, mask and the share of each class.

    Parameters
    ----------
    files
        Files or folders to predict for; - reads standard input.
    output
        Folder of the masks, PNG files of a palette in the sizes of their images; none: masks,
        beside the checkpoint.
    format
        Of the lines; jsonl has an object in each.
    """
    # jinja: else
    """Print a line for each example: its name, the columns of its table, and the prediction.

    Parameters
    ----------
    files
        Files or folders to predict for; - reads standard input.
    format
        Of the lines; jsonl has an object in each.
    """
    # jinja: endif
    print(f"checkpoint: {checkpoint}", file=sys.stderr)
    model, objective = load_model(settings, load_checkpoint(checkpoint))
    device, info = next(model.parameters()).device, objective.info
    table: Any = None
    record: dict[str, Any] = {}
    faults: list[DataError] = []
    with torch.inference_mode():
        for rows, inputs in read_inputs(files, info, faults):
            outputs = model(*(tensor.to(device) for tensor in inputs))
            # jinja: if output == "node" and not encodings
            outputs = outputs[: len(rows)]  # behind these stand the neighbours that were drawn
            # jinja: endif
            for row, prediction in zip(rows, objective.predict(outputs).cpu(), strict=True):
                # jinja: if output == "pixel"
                mask, folder = None, output or checkpoint.parent / "masks"
                with collected(faults):
                    mask = write_mask(row["name"], folder, prediction, info)
                if mask is None:  # it is one of the faults
                    continue
                row["predicted_mask"] = str(mask)
                # jinja: endif
                record = {**row, **describe_prediction(prediction, info)}
                if format == "jsonl":
                    print(json.dumps(record, ensure_ascii=False))
                    continue
                if table is None or [*record] != table.fieldnames:  # each table has its own
                    table = csv.DictWriter(sys.stdout, [*record], lineterminator="\n")
                    table.writeheader()
                table.writerow(record)
            sys.stdout.flush()
    if faults or not record:
        sys.exit("\n".join(f"error: {fault}" for fault in faults) or "error: nothing to predict")
