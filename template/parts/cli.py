"""The commands: each takes the whole configuration, as YAML files and as flags."""

import csv
import json
import sys
from pathlib import Path
from typing import Any, Literal

import torch
from cyclopts import App

from .data import load_data, read_inputs
from .engine.checkpoint import load_checkpoint
from .engine.commands import make_app, run_command
from .engine.config import AllSettings, Checkpoint
# jinja: if output == "pixel"
from .engine.labels import DataError, collected
from .engine.masks import write_mask
# jinja: else
from .engine.labels import DataError
# jinja: endif
from .engine.run import describe_run
from .engine.state import load_model
from .targets import describe_prediction
from .tools.results import Split, keep_result, measure
from .tools.summary import summarize
from .train import train

# What of the settings matters where all others are those of a checkpoint.
MEASURING = ("data.path", "data.columns", "data.batch_size", "training.device", "run.folder")

# Sections of settings, or single ones, that --help of a command shows, if not all.
SHOWN = {
    "evaluate": MEASURING,
    "predict": ("training.device", "run.folder"),
    "show data": ("data", "training.seed"),
    # jinja: if report
    "show schedule": ("data", "optim.lr", "schedule", "training", "run.folder"),
    "show augmentations": ("data", "augment", "training.seed", "run.folder"),
    "show run": MEASURING,
    # jinja: endif
    # jinja: if export
    "export": MEASURING,
    # jinja: endif
}

app = make_app(__package__, "Train, evaluate and use this project's model.")


@app.command(name="train")
def train_command(
    *,
    settings: AllSettings,
    resume: Path | None = None,
    # jinja: if report
    report: Literal["yes", "no"] = "yes",
    # jinja: endif
) -> None:
    """Train, and keep metrics and checkpoints in a new folder under runs/, or the resumed one.

    Parameters
    ----------
    resume
        A run, or a checkpoint, to continue training from; ``last`` is the newest run.
    # jinja: if report
    report
        Whether report.md is written in the end.
    # jinja: endif
    """
    # jinja: if distributed
    from .engine.parallel import process_group

    with process_group():
        folder = train(settings, resume)

    # jinja: else
    folder = train(settings, resume)

    # jinja: endif
    # jinja: if report
    if report == "yes":
        from .tools.report import write_report  # and with it matplotlib, which is slow to import

        print(f"report: {write_report(folder / 'best.pt', settings)}")
    # jinja: endif
    print(*describe_run(folder), f"best checkpoint: {folder / 'best.pt'}", sep="\n")


@app.command(name="evaluate")
def evaluate_command(
    *, settings: AllSettings, checkpoint: Checkpoint, split: Split = "test"
) -> None:
    """Measure a checkpoint on a split of the data, and keep the result beside it.

    Parameters
    ----------
    split
        What to measure on; the validation split has chosen the checkpoint.
    """
    loaded = load_checkpoint(checkpoint)
    # jinja: if distributed
    from .engine.parallel import process_group

    with process_group():
        result = measure(settings, loaded, split)
    # jinja: else
    result = measure(settings, loaded, split)
    # jinja: endif
    keep_result(checkpoint, split, {"epoch": loaded["run"]["record"].get("epoch"), **result})


show = App(name="show", help="Look at the data, the settings and the results.")
app.command(show)


@show.command(name="data")
def show_data(*, settings: AllSettings) -> None:
    """Print counts, classes and sizes of the data, examples, and what looks wrong."""
    print(*summarize(load_data(settings.data, settings.training.seed)), sep="\n")


# jinja: if tune
app.command(f"{__package__}.tools.tune:find_lr", help="Suggest a peak learning rate.")
# jinja: if form != "graph"
app.command(f"{__package__}.tools.tune:find_batch_size", help="Find the largest batch that fits.")
# jinja: endif
app.command(f"{__package__}.tools.sweep:sweep", help="Search for settings that act together.")
app.command(f"{__package__}.tools.repeat:repeat", help="Train several times: how much is chance.")


# jinja: endif
# jinja: if report
# Imported when called, because matplotlib is slow to import.
views = f"{__package__}.tools.show"
show.command(f"{views}:show_schedule", name="schedule", help="Draw the learning rate.")
show.command(f"{views}:show_augmentations", name="augmentations", help="Draw augmented examples.")
show.command(f"{views}:show_model", name="model", help="Print layers, shapes and parameters.")
show.command(f"{__package__}.tools.report:show_run", name="run", help="Write report.md again.")


# jinja: endif
# jinja: if export
# Imported when called, because ONNX is slow to import.
app.command(f"{__package__}.tools.export:export", help="Write a checkpoint's model as ONNX.")


# jinja: endif
@app.command
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
    """Write a mask for each image, and print a line: its names, and the share of each class.

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
    faults: list[DataError] = []
    with torch.inference_mode():
        for rows, inputs in read_inputs(files, info, faults):
            outputs = model(*(tensor.to(device) for tensor in inputs))
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
    if faults:
        sys.exit("\n".join(f"error: {fault}" for fault in faults))


def main(tokens: list[str] | None = None) -> None:
    run_command(app, SHOWN, tokens)
