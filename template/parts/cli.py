"""The commands: each takes the whole configuration, as YAML files and as flags."""

# jinja: if report
from pathlib import Path
from typing import Literal

# jinja: else
from pathlib import Path

# jinja: endif
from cyclopts import App

from .data import load_data
from .engine.checkpoint import load_checkpoint
from .engine.commands import make_app, run_command
from .engine.config import AllSettings, Checkpoint
from .engine.run import describe_run
# jinja: if pretrained
from .engine.starting import load_start
# jinja: endif
# jinja: if target == "tokens"
from .generate import generate
# jinja: else
from .predict import predict
# jinja: endif
from .tools.results import Split, keep_result, measure
from .tools.summary import summarize
from .train import train

# What of the settings matters where all others are those of a checkpoint.
# jinja: if form == "corpus"
MEASURING = ("data.path", "data.cache", "data.batch_size", "training.device", "run.folder")
# jinja: else
MEASURING = ("data.path", "data.columns", "data.batch_size", "training.device", "run.folder")
# jinja: endif

# Sections of settings, or single ones, that --help of a command shows, if not all.
SHOWN = {
    "evaluate": MEASURING,
    # jinja: if target == "tokens"
    "generate": ("training.seed", "training.device", "run.folder"),
    # jinja: else
    "predict": ("training.device", "run.folder"),
    # jinja: endif
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


# jinja: if target == "tokens"
app.command(generate)
# jinja: else
app.command(predict)
# jinja: endif

show = App(name="show", help="Look at the data, the settings and the results.")
app.command(show)


@show.command(name="data")
def show_data(*, settings: AllSettings) -> None:
    # jinja: if form == "corpus"
    """Print sizes and frequent tokens of the text, how it begins, and what looks wrong."""
    # jinja: else
    """Print counts, classes and sizes of the data, examples, and what looks wrong."""
    # jinja: endif
    # jinja: if pretrained
    info = load_start(settings.run).get("info")
    data = load_data(settings.data, settings.training.seed, info, relabel=True)
    print(*summarize(data), sep="\n")


# jinja: else
    print(*summarize(load_data(settings.data, settings.training.seed)), sep="\n")


# jinja: endif
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
def main(tokens: list[str] | None = None) -> None:
    run_command(app, SHOWN, tokens)
