"""The commands: each takes the whole configuration, as YAML files and as flags."""

import csv
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import torch
from cyclopts import App, Parameter

from .data import load_data, read_inputs
from .engine.checkpoint import CheckpointError
from .engine.config import AllSettings, BaseLayer, Loaded, Uses, read_config
from .engine.device import DeviceError, autocast
from .engine.labels import DataError
from .engine.run import RunError
from .engine.signals import Stopped
from .engine.state import Settings, load_model
from .targets import describe_prediction
from .tools.summary import summarize
from .train import evaluate, train

# What a command starts from; those that are not listed start from configs/default.yaml.
USES: Uses = {
    "train": "resume",
    "evaluate": "checkpoint",
    "predict": "checkpoint",
    # jinja: if report
    "show run": "checkpoint",
    # jinja: endif
    # jinja: if export
    "export": "checkpoint",
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
)


@app.command(name="train")
def train_command(*, settings: AllSettings, resume: Loaded = None) -> None:
    """Train, and keep metrics and checkpoints in a new folder under runs/, or the resumed one."""
    # jinja: if distributed
    from .engine.parallel import process_group

    with process_group():
        folder = train(settings, resume)

    # jinja: else
    folder = train(settings, resume)

    # jinja: endif
    # jinja: if report
    from .tools.report import write_report  # and with it matplotlib, which is slow to import

    print(f"report: {write_report(folder / 'best.pt', settings)}")
    # jinja: endif
    print(f"best checkpoint: {folder / 'best.pt'}")


@app.command(name="evaluate")
def evaluate_command(
    *, settings: AllSettings, checkpoint: Loaded, split: Literal["validation", "test"] = "test"
) -> None:
    """Measure a checkpoint on a split of the data."""
    # jinja: if distributed
    from .engine.parallel import process_group

    with process_group():
        metrics = measure(settings, checkpoint, split)
    # jinja: else
    metrics = measure(settings, checkpoint, split)
    # jinja: endif
    for name, value in metrics.items():
        print(f"{split} {name} {value:.4f}")


def measure(settings: Settings, checkpoint: dict[str, Any], split: str) -> dict[str, float]:
    """Loss and metrics of a checkpoint on a split."""
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    model, objective = load_model(settings, checkpoint)
    device = next(model.parameters()).device
    with autocast(device, settings.training.precision):
        return evaluate(model, objective, getattr(data, split))


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
    checkpoint: Loaded,
    format: Literal["csv", "jsonl"] = "csv",
) -> None:
    """Print a line for each example: its name, the columns of its table, and the prediction.

    Parameters
    ----------
    files
        Files or folders to predict for; - reads standard input.
    """
    model, objective = load_model(settings, checkpoint)
    device, info = next(model.parameters()).device, objective.info
    table: Any = None
    with torch.inference_mode():
        for rows, inputs in read_inputs(files, info):
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


@app.meta.default
def dispatch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    config: Path | None = None,
    checkpoint: Path | None = None,
    resume: str | None = None,
) -> None:
    """Settings come from flags, then from --config, then from the checkpoint that a command uses
    or else from configs/default.yaml.

    Parameters
    ----------
    config
        YAML file with the settings to change.
    checkpoint
        File, or folder of a run, to evaluate or predict with; none: the best one of the newest run.
    resume
        A run, or a checkpoint, to continue training from; ``last`` is the newest run.
    """
    base = BaseLayer(USES, checkpoint, resume)
    app.config = base if config is None else (read_config(config), base)
    # A lone hyphen means standard input; cyclopts would take it for a flag.
    tokens = tuple("./-" if token == "-" else token for token in tokens)
    try:
        command, bound, not_parsed = app.parse_args(tokens)
    except ValueError as error:  # a settings class refused its values
        sys.exit(f"error: {error}")
    # jinja: if distributed
    shared = command in (train_command, evaluate_command)
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not shared:
        sys.exit("error: only train and evaluate share their work: start others without torchrun")
    # jinja: endif
    for name in base.loaded.keys() & not_parsed.keys():
        bound.arguments[name] = base.loaded[name]
    command(*bound.args, **bound.kwargs)


def main(tokens: list[str] | None = None) -> None:
    app.config = ()  # forgets what an earlier command of this process has read
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
