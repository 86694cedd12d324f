"""The commands: each takes the whole configuration, as YAML files and as flags."""

import csv
import json
import os
import sys
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Annotated, Any, Literal

import torch
import yaml
from cyclopts import App, ArgumentCollection, Parameter
from cyclopts.config import Dict

from .data import load_data, read_inputs
from .engine.checkpoint import CheckpointError, find_best, find_last, load_checkpoint
from .engine.device import DeviceError, autocast
from .engine.labels import DataError
# jinja: if distributed
from .engine.parallel import process_group
# jinja: endif
from .engine.run import RunError, RunSettings, Stopped
from .engine.state import Settings, load_model
from .metrics import Metrics
from .targets import describe_prediction, prediction_columns
from .tools.summary import summarize
from .train import evaluate, train

DEFAULT_CONFIG = Path("configs/default.yaml")

AllSettings = Annotated[Settings, Parameter(name="*")]
Loaded = Annotated[Any, Parameter(parse=False)]

app = App(
    name=__package__,
    help="Train, evaluate and use this project's model.",
    default_parameter=Parameter(negative=(), name_transform=lambda name: name),
)


@app.command(name="train")
def train_command(*, settings: AllSettings, resume: Loaded = None) -> None:
    """Train, and keep metrics and checkpoints in a new folder under runs/, or the resumed one."""
    # jinja: if distributed
    with process_group():
        folder = train(settings, resume)
    # jinja: else
    folder = train(settings, resume)
    # jinja: endif
    # jinja: if report
    from .tools.report import write_report

    best = load_checkpoint(folder / "best.pt")
    print(f"report: {write_report(folder, settings, best)}")
    # jinja: endif
    print(f"best checkpoint: {folder / 'best.pt'}")


@app.command(name="evaluate")
def evaluate_command(
    *, settings: AllSettings, checkpoint: Loaded, split: Literal["validation", "test"] = "test"
) -> None:
    """Measure a checkpoint on a split of the data."""
    # jinja: if distributed
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
        return evaluate(model, objective, Metrics(data.info), getattr(data, split))


show = App(name="show", help="Look at what goes into a training, and what comes out.")
app.command(show)


@show.command(name="data")
def show_data(*, settings: AllSettings) -> None:
    """Print what was read: counts, classes, sizes, an example of each, and what looks wrong."""
    for line in summarize(load_data(settings.data, settings.training.seed)):
        print(line)


# jinja: if tune
# Imported when they are called, because Optuna takes its time.
app.command(f"{__package__}.tools.tune:find_lr", help="Suggest a peak learning rate.")
app.command(f"{__package__}.tools.sweep:sweep", help="Search for settings that act together.")


# jinja: endif
# jinja: if tune and form != "graph"
app.command(f"{__package__}.tools.tune:find_batch_size", help="Find the largest batch that fits.")


# jinja: endif
# jinja: if report
# Imported when they are called, because matplotlib takes its time.
for name in ("schedule", "augmentations", "model"):
    show.command(f"{__package__}.tools.show:show_{name}", name=name)
show.command(f"{__package__}.tools.report:show_run", name="run")


# jinja: endif
# jinja: if export
# Imported when it is called, because ONNX takes its time.
app.command(f"{__package__}.tools.export:export")


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
    """Print a line for each prediction: a name, and what the model says of it.

    Parameters
    ----------
    files
        Files or folders to predict for; - reads from a pipe.
    """
    model, objective = load_model(settings, checkpoint)
    device = next(model.parameters()).device
    info, table = checkpoint["info"], csv.writer(sys.stdout, lineterminator="\n")
    if format == "csv":
        table.writerow(["name", *prediction_columns(info)])
    with torch.inference_mode():
        for names, inputs in read_inputs(files, info):
            outputs = model(*(tensor.to(device) for tensor in inputs))
            for name, prediction in zip(names, objective.predict(outputs).cpu(), strict=True):
                record = describe_prediction(prediction, info)
                if format == "csv":
                    table.writerow([name, *flatten(record)])
                else:
                    print(json.dumps({"name": str(name), **record}, ensure_ascii=False))
            sys.stdout.flush()


def flatten(record: dict[str, Any]) -> Iterator[Any]:
    """The cells of a row of CSV."""
    for value in record.values():
        yield from flatten(value) if isinstance(value, dict) else [value]


def read_config(path: Path) -> Dict:
    """Settings by section; a number may be written as 3e-4, which YAML alone takes for a text."""
    try:
        sections = yaml.safe_load(path.read_text()) or {}
    except OSError as error:
        reason = f"{error.strerror}: run this in the project's folder, or mend --config"
        raise RunError(f"cannot read {path}: {reason}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RunError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(sections, dict) or not all(isinstance(s, dict) for s in sections.values()):
        raise RunError(f"{path} must hold sections of settings, as configs/default.yaml does")
    return to_layer(sections, path)


def to_layer(sections: dict[str, Any], path: Path) -> Dict:
    """Settings that others may lie over; a component may have none."""
    some = {name: section for name, section in sections.items() if section}
    return Dict(some, source=str(path), use_commands_as_keys=False)


def find_runs(arguments: ArgumentCollection) -> Path:
    """Where runs are kept: by flag or --config, else by the project's default."""
    if given := arguments["--run.folder"].tokens:
        return Path(given[0].value)
    # Elsewhere than in the project's folder a checkpoint may be named.
    default = read_config(DEFAULT_CONFIG).data if DEFAULT_CONFIG.exists() else {}
    return Path(default.get("run", {}).get("folder", RunSettings.folder))


@app.meta.default
def dispatch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    config: Path | None = None,
    checkpoint: Path | None = None,
    resume: str | None = None,
) -> None:
    """Settings come from flags, then from --config, then from the defaults: those that a checkpoint
    was trained with where a command uses one, else those of the project.

    Parameters
    ----------
    config
        YAML file with the settings to change.
    checkpoint
        File, or folder of a run, to evaluate or predict with; none: the best one of the newest run.
    resume
        A run, or a checkpoint, to go on training from; ``last`` is the newest run.
    """
    loaded: dict[str, Any] = {}

    def defaults(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
        taken = signature(app.default_command or app).parameters
        if resume is not None and "resume" not in taken:
            raise RunError(f"{' '.join(commands)} resumes nothing: name a --checkpoint")
        if checkpoint is not None and "checkpoint" not in taken:
            instead = "goes on with --resume" if "resume" in taken else "needs no checkpoint"
            raise RunError(f"{' '.join(commands)} {instead}: leave --checkpoint out")
        if resume is None and "checkpoint" not in taken:
            layer = read_config(DEFAULT_CONFIG)
        else:
            last = find_last(find_runs(arguments), resume) if resume else None
            path = last or checkpoint or find_best(find_runs(arguments))
            path = path / "best.pt" if path.is_dir() else path
            loaded.update(checkpoint=load_checkpoint(path), resume=path)
            layer = to_layer(loaded["checkpoint"]["settings"], path)
        layer(app, commands, arguments)

    app.config = defaults if config is None else (read_config(config), defaults)
    # A lone hyphen is a file to read; to the parser it were the beginning of a flag.
    tokens = tuple("./-" if token == "-" else token for token in tokens)
    try:
        command, bound, ignored = app.parse_args(tokens)
    except ValueError as error:  # a settings class refused its values
        sys.exit(f"error: {error}")
    bound.arguments.update({name: loaded[name] for name in ignored if name in loaded})
    command(*bound.args, **bound.kwargs)


def main(tokens: list[str] | None = None) -> None:
    app.config = ()  # of an earlier command in the same process
    # jinja: if not distributed
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        # jinja: if form == "graph"
        sys.exit("error: several processes cannot share one graph: start this without torchrun")
        # jinja: else
        sys.exit("error: this trains in one process: `scaffold regenerate --distributed` adds more")
        # jinja: endif
    # jinja: endif
    try:
        app.meta(tokens)
    except (CheckpointError, DataError, DeviceError, RunError) as error:
        sys.exit(f"error: {error}")
    except UnicodeDecodeError as error:
        sys.exit(f"error: what was piped in is not UTF-8: {error}")
    except Stopped as stop:
        print(stop, file=sys.stderr)
        sys.exit(stop.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever reads the output has seen enough, as in `predict ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
