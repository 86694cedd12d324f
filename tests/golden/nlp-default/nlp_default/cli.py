"""The commands: each takes the whole configuration, as YAML files and as flags."""

from pathlib import Path
from typing import Literal

from cyclopts import App

from .data import load_data
from .engine.checkpoint import load_checkpoint
from .engine.commands import make_app, run_command
from .engine.config import AllSettings, Checkpoint
from .engine.run import describe_run
from .predict import predict
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
    "show schedule": ("data", "optim.lr", "schedule", "training", "run.folder"),
    "show augmentations": ("data", "augment", "training.seed", "run.folder"),
    "show run": MEASURING,
}

app = make_app(__package__, "Train, evaluate and use this project's model.")


@app.command(name="train")
def train_command(
    *,
    settings: AllSettings,
    resume: Path | None = None,
    report: Literal["yes", "no"] = "yes",
) -> None:
    """Train, and keep metrics and checkpoints in a new folder under runs/, or the resumed one.

    Parameters
    ----------
    resume
        A run, or a checkpoint, to continue training from; ``last`` is the newest run.
    report
        Whether report.md is written in the end.
    """
    folder = train(settings, resume)

    if report == "yes":
        from .tools.report import write_report  # and with it matplotlib, which is slow to import

        print(f"report: {write_report(folder / 'best.pt', settings)}")
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
    result = measure(settings, loaded, split)
    keep_result(checkpoint, split, {"epoch": loaded["run"]["record"].get("epoch"), **result})


app.command(predict)
show = App(name="show", help="Look at the data, the settings and the results.")
app.command(show)


@show.command(name="data")
def show_data(*, settings: AllSettings) -> None:
    """Print counts, classes and sizes of the data, examples, and what looks wrong."""
    print(*summarize(load_data(settings.data, settings.training.seed)), sep="\n")


app.command(f"{__package__}.tools.tune:find_lr", help="Suggest a peak learning rate.")
app.command(f"{__package__}.tools.tune:find_batch_size", help="Find the largest batch that fits.")
app.command(f"{__package__}.tools.sweep:sweep", help="Search for settings that act together.")
app.command(f"{__package__}.tools.repeat:repeat", help="Train several times: how much is chance.")


# Imported when called, because matplotlib is slow to import.
views = f"{__package__}.tools.show"
show.command(f"{views}:show_schedule", name="schedule", help="Draw the learning rate.")
show.command(f"{views}:show_augmentations", name="augmentations", help="Draw augmented examples.")
show.command(f"{views}:show_model", name="model", help="Print layers, shapes and parameters.")
show.command(f"{__package__}.tools.report:show_run", name="run", help="Write report.md again.")


def main(tokens: list[str] | None = None) -> None:
    run_command(app, SHOWN, tokens)
