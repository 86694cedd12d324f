"""The commands: each takes the whole configuration, as YAML files and as flags."""

import csv
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import torch
import yaml
from cyclopts import App, ArgumentCollection, Parameter
from cyclopts.config import Dict

from .data import DataError, load_data, read_inputs
from .device import DeviceError
from .run import RunError, RunSettings, find_checkpoint, load_checkpoint
from .train import Settings, evaluate, load_model, train

DEFAULT_CONFIG = Path("configs/default.yaml")

AllSettings = Annotated[Settings, Parameter(name="*")]
Loaded = Annotated[dict[str, Any], Parameter(parse=False)]

app = App(
    name=__package__,
    help="Train, evaluate and use this project's model.",
    default_parameter=Parameter(negative=(), name_transform=lambda name: name),
)


# Imported when they are called, because matplotlib and Optuna take a second.
app.command(f"{__package__}.tune:find_lr", help="Suggest a peak learning rate.")
app.command(f"{__package__}.sweep:sweep", help="Search for settings that act together.")


@app.command(name="train")
def train_command(*, settings: AllSettings) -> None:
    """Train, and keep metrics and checkpoints in a new folder under runs/."""
    folder = train(settings)
    print(f"best checkpoint: {folder / 'best.pt'}")


@app.command(name="evaluate")
def evaluate_command(
    *, settings: AllSettings, checkpoint: Loaded, split: Literal["validation", "test"] = "test"
) -> None:
    """Measure a checkpoint on a split of the data."""
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    model, objective = load_model(settings, checkpoint)
    for name, value in evaluate(model, objective, getattr(data, split)).items():
        print(f"{split} {name} {value:.4f}")


@app.command
def predict(files: list[Path], /, *, settings: AllSettings, checkpoint: Loaded) -> None:
    """Print a line of CSV for each prediction: a name, the class and the probability of that."""
    model, objective = load_model(settings, checkpoint)
    device = next(model.parameters()).device
    classes = checkpoint["info"]["classes"]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["name", "class", "probability"])
    with torch.inference_mode():
        for names, inputs in read_inputs(files, checkpoint["info"]):
            outputs = model(*(tensor.to(device) for tensor in inputs))
            for name, probabilities in zip(names, objective.predict(outputs), strict=True):
                probability, index = probabilities.max(dim=0)
                writer.writerow([name, classes[int(index)], f"{probability.item():.4f}"])


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
    return Dict(sections, source=str(path), use_commands_as_keys=False)


@app.meta.default
def dispatch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    config: Path | None = None,
    checkpoint: Path | None = None,
) -> None:
    """Settings come from flags, then from --config, then from the defaults: those that a checkpoint
    was trained with in what takes one, those of the project in everything else.

    Parameters
    ----------
    config
        YAML file with the settings to change.
    checkpoint
        What to evaluate or predict with; none: the best one of the newest run.
    """
    loaded: dict[str, Any] = {}

    def defaults(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
        if not any(argument.name == "--checkpoint" for argument in arguments):
            if checkpoint is not None:
                raise RunError(f"{commands[0]} begins with new weights: leave --checkpoint out")
            layer = read_config(DEFAULT_CONFIG)
        else:
            path = checkpoint or find_checkpoint(RunSettings.folder)
            loaded.update(load_checkpoint(path))
            layer = Dict(loaded["settings"], source=str(path), use_commands_as_keys=False)
        layer(app, commands, arguments)

    app.config = defaults if config is None else (read_config(config), defaults)
    try:
        command, bound, ignored = app.parse_args(tokens)
    except ValueError as error:  # a settings class refused its values
        sys.exit(f"error: {error}")
    if "checkpoint" in ignored:
        bound.arguments["checkpoint"] = loaded
    command(*bound.args, **bound.kwargs)


def main(tokens: list[str] | None = None) -> None:
    app.config = ()  # of an earlier command in the same process
    try:
        app.meta(tokens)
    except (DataError, DeviceError, RunError) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever reads the output has seen enough, as in `predict ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
