"""What came of a training: report.md in the folder of the run, with its pictures."""

import json
from pathlib import Path
from typing import Annotated, Any

import torch
from cyclopts import Parameter
from matplotlib import pyplot
from torch import Tensor

from ..data import Data, inspect_examples, load_data
from ..engine.device import to_device
from ..engine.run import RunError
from ..engine.state import Settings, load_model
from ..targets import is_known
from .charts import HEADER, compare, draw_overview, rate
from .pictures import COLUMNS, draw_example
from .show import draw_schedule, make_grid, save

AllSettings = Annotated[Settings, Parameter(name="*")]
Loaded = Annotated[Any, Parameter(parse=False)]

SHOWN = 6  # best and worst predictions


def show_run(*, settings: AllSettings, checkpoint: Loaded, resume: Loaded) -> None:
    """Write report.md and its pictures into the folder of a run, and print it."""
    if not checkpoint["run"]["record"]:
        raise RunError(f"{resume.parent} has not finished an epoch: train --resume {resume}")
    print(write_report(resume.parent, settings, checkpoint).read_text())


def write_report(folder: Path, settings: Settings, checkpoint: dict[str, Any]) -> Path:
    """Curves, and what the checkpoint makes of the validation split."""
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    draw_curves(folder / "curves.png", records, settings, checkpoint["steps_per_epoch"])
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    predictions, target = predict_validation(data, settings, checkpoint)
    overview = draw_overview(folder, predictions, target, data.info)

    best = int(checkpoint["run"]["record"]["epoch"])
    moments = {"first epoch": records[0], "this checkpoint": records[best - 1], "last": records[-1]}
    metrics = [[name, *(f"{r[name]:.4g}" for r in moments.values())] for name in records[0]]
    text = [f"# {folder.name}", "", *table(["", *moments], metrics), "", "![curves](curves.png)"]
    text += ["", "Of the validation split:", "", f"![{overview}]({overview}.png)"]

    examples = [*dict(inspect_examples(data))["validation"]]
    order = rate(predictions, target).argsort().tolist()
    for kind, numbers in {"worst": order[:SHOWN], "best": order[::-1][:SHOWN]}.items():
        figure, grid = make_grid(-(-len(numbers) // COLUMNS), COLUMNS)
        rows = []
        for number, axes in zip(numbers, grid.flat, strict=False):
            cells, title = compare(predictions[number], target[number], data.info)
            rows.append([examples[number].name, examples[number].text, *cells])
            draw_example(axes, data.validation, number, data.info)
            axes.set_title(title, fontsize=8)
        save(figure, folder / f"{kind}.png")
        text += ["", f"## The {kind} predictions", "", *table(["example", "", *HEADER], rows)]
        text += ["", f"![{kind}]({kind}.png)"]
    (folder / "report.md").write_text("\n".join(text) + "\n", encoding="utf-8")
    return folder / "report.md"


def table(header: list[str], rows: list[list[str]]) -> list[str]:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in [header, *rows]]
    first, *rest = [f"| {' | '.join(row)} |" for row in cells]
    return [first, "|---" * len(header) + "|", *rest]


@torch.inference_mode()
def predict_validation(
    data: Data, settings: Settings, checkpoint: dict[str, Any]
) -> tuple[Tensor, Tensor]:
    """Predictions and targets ``(N, ...)`` of all that have one, in the order of the split."""
    model, objective = load_model(settings, checkpoint)
    device = next(model.parameters()).device
    predictions, targets = [], []
    for batch in data.validation:
        inputs, target = to_device(batch, device)
        known = is_known(target)
        predictions.append(objective.predict(model(*inputs))[known].cpu())
        targets.append(target[known].cpu())
    return torch.cat(predictions), torch.cat(targets)


def draw_curves(path: Path, records: list[Any], settings: Settings, steps: int) -> None:
    """Losses, metrics and learning rate by epoch."""
    epochs = [record["epoch"] for record in records]
    names = ("train_loss", "loss")
    others = [name for name in records[0] if name not in (*names, "epoch", "lr")]
    figure, axes = pyplot.subplots(1, 3, figsize=(13, 3.2), gridspec_kw={"wspace": 0.3})
    for each, shown in zip(axes, (names, others), strict=False):
        for name in shown:
            each.plot(epochs, [record[name] for record in records], marker=".", label=name)
        each.set(xlabel="epoch")
        each.legend()
    draw_schedule(axes[2], settings, steps)
    axes[2].plot(epochs, [record["lr"] for record in records], "k.", label="as it was")
    axes[2].legend()
    save(figure, path)
