"""The commands: each takes the whole configuration, as YAML files and as flags."""

import csv
import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import torch
from cyclopts import App, CycloptsError, Parameter

from .data import load_data, read_inputs
from .engine.checkpoint import CheckpointError, load_checkpoint
from .engine.config import AllSettings, Checkpoint, Help, base_layer, describe_mistake, read_config
from .engine.device import DeviceError, autocast
from .engine.labels import DataError
from .engine.run import RunError, describe_run
from .engine.signals import Stopped
from .engine.state import Settings, load_model
from .metrics import Metrics
from .targets import describe_prediction
from .tools.examples import count_examples
from .tools.results import Split, keep_result
from .tools.summary import summarize
from .train import evaluate, train

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

app = App(
    name=__package__,
    help="Train, evaluate and use this project's model.",
    # jinja: if form == "graph"
    # A flag takes several values: --data.categorical town code.
    # jinja: elif form == "images"
    # A flag takes several values: --data.columns photo species.
    # jinja: elif form == "texts"
    # A flag takes several values: --data.columns review stars.
    # jinja: endif
    default_parameter=Parameter(negative=(), name_transform=str, consume_multiple=True),
    print_error=False,
    exit_on_error=False,
)


@app.command(name="train")
def train_command(
    *,
    settings: AllSettings,
    resume: Path | None = None,
    # jinja: if report
    report: Annotated[Literal["yes", "no"], Parameter(help="Write report.md in the end.")] = "yes",
    # jinja: endif
) -> None:
    """Train, and keep metrics and checkpoints in a new folder under runs/, or the resumed one.

    Parameters
    ----------
    resume
        A run, or a checkpoint, to continue training from; ``last`` is the newest run.
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
    format: Literal["csv", "jsonl"] = "csv",
) -> None:
    """Print a line for each example: its name, the columns of its table, and the prediction.

    Parameters
    ----------
    files
        Files or folders to predict for; - reads standard input.
    format
        Of the lines; jsonl has an object in each.
    """
    model, objective = load_model(settings, load_checkpoint(checkpoint))
    device, info = next(model.parameters()).device, objective.info
    table: Any = None
    faults: list[DataError] = []
    with torch.inference_mode():
        for rows, inputs in read_inputs(files, info, faults):
            outputs = model(*(tensor.to(device) for tensor in inputs))
            for row, prediction in zip(rows, objective.predict(outputs).cpu(), strict=True):
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


@app.meta.default
def dispatch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    config: Path | None = None,
) -> None:
    """Settings come from flags, then from --config, then from the checkpoint that a command uses
    or else from configs/default.yaml.

    Parameters
    ----------
    config
        YAML file with the settings to change; the others are those of the checkpoint, if there is
        one, or of configs/default.yaml.
    """
    app.config = base_layer if config is None else (read_config(config), base_layer)
    # A lone hyphen means standard input, and --data the path; cyclopts would take the one for a
    # flag and the other for the whole section.
    tokens = tuple("./-" if token == "-" else token for token in tokens)
    tokens = tuple(re.sub(r"^--data(?=$|=)", "--data.path", token) for token in tokens)
    try:
        command, bound, _ = app.parse_args(tokens)
    except ValueError as error:  # a settings class refused its values
        sys.exit(f"error: {error}")
    # jinja: if distributed
    shared = command in (train_command, evaluate_command)
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not shared:
        sys.exit("error: only train and evaluate share their work: start others without torchrun")
    # jinja: endif
    command(*bound.args, **bound.kwargs)


def main(tokens: list[str] | None = None) -> None:
    app.config = ()  # forgets what an earlier command of this process has read
    chain, *_ = app.parse_commands(tokens)
    name = " ".join(part for part in chain if not part.startswith("-"))  # --help is one of them
    app.help_formatter = Help(*SHOWN.get(name, ()))
    # jinja: if not distributed and form == "graph"
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        sys.exit("error: one graph is one batch, which one process trains on: start only one")
    # jinja: elif not distributed
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        sys.exit("error: this trains in one process: `scaffold regenerate --distributed` adds more")
    # jinja: endif
    try:
        app.meta(tokens)
    except (CheckpointError, DataError, DeviceError, RunError) as error:
        sys.exit(f"error: {error}")
    except CycloptsError as error:
        sys.exit(f"error: {describe_mistake(error)}")
    except UnicodeDecodeError as error:
        sys.exit(f"error: standard input is not UTF-8: {error}")
    except Stopped as stop:
        print(stop, file=sys.stderr)
        sys.exit(stop.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader has seen enough, as in `predict ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
