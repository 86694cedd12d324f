"""The report of a run: report.md in the folder of the run, with its pictures."""

import json
from pathlib import Path
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from ..data import Data, load_data
from ..engine.checkpoint import load_checkpoint
from ..engine.config import AllSettings, Loaded
from ..engine.device import to_device
from ..engine.run import RunError
from ..engine.state import Settings, load_model
from ..objective import Objective
from .charts import HEADER, describe_example, draw_overview, score_examples
from .examples import describe_examples
from .pictures import draw_example
from .show import draw_schedule, make_grid, save

SHOWN = 6  # best and worst predictions


def show_run(*, settings: AllSettings, checkpoint: Loaded, path: Loaded) -> None:
    """Write report.md and its pictures into the folder of a run, and print it."""
    if not checkpoint["run"]["record"]:
        raise RunError(f"{path.parent} has not finished an epoch: train --resume {path}")
    print(write_report(path, settings).read_text())


def write_report(path: Path, settings: Settings) -> Path:
    """Curves of the run, and the predictions of its checkpoint for the validation split."""
    folder, checkpoint = path.parent, load_checkpoint(path)
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    draw_curves(folder / "curves.png", records, settings, checkpoint["steps_per_epoch"])
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    model, objective = load_model(settings, checkpoint)
    predictions, target = predict_validation(data, model, objective)
    overview = draw_overview(folder, predictions, target, objective.info)
    shown = (records[0], checkpoint["run"]["record"], records[-1])
    rows = [[name, *(f"{record[name]:.4g}" for record in shown)] for name in records[0]]
    text = [
        f"# {folder.name}\n",
        *make_table(["", "first epoch", "this checkpoint", "last"], rows),
        "\n![curves](curves.png)",
        f"\nThe validation split:\n\n![{overview}]({overview}.png)",
        *write_examples(folder, data, predictions, target, objective.info),
    ]
    report = folder / "report.md"
    report.write_text("\n".join(text) + "\n", encoding="utf-8")
    return report


def write_examples(
    folder: Path, data: Data, predictions: Tensor, target: Tensor, info: dict[str, Any]
) -> list[str]:
    """Draws the worst and the best predictions, and returns their sections of the report."""
    examples = list(dict(describe_examples(data))["validation"])
    worst_first = score_examples(predictions, target).argsort().tolist()
    sections = []
    for kind, order in (("worst", worst_first), ("best", worst_first[::-1])):
        rows, numbers = [], order[:SHOWN]
        figure, grid = make_grid(len(numbers))
        for number, axes in zip(numbers, grid.flat, strict=False):
            cells, title = describe_example(predictions[number], target[number], info)
            rows.append([examples[number].name, examples[number].text, *cells])
            draw_example(axes, data.validation, number, info, change=None)
            axes.set_title(title, fontsize=8)
        save(figure, folder / f"{kind}.png")
        table = make_table(["example", "", *HEADER], rows)
        sections += [f"\n## The {kind} predictions\n", *table, f"\n![{kind}]({kind}.png)"]
    return sections


def make_table(header: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of Markdown."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in [header, *rows]]
    first, *rest = [f"| {' | '.join(row)} |" for row in cells]
    return [first, "|---" * len(header) + "|", *rest]


@torch.inference_mode()
def predict_validation(data: Data, model: nn.Module, objective: Objective) -> tuple[Tensor, Tensor]:
    """Predictions ``(N, ...)`` and targets ``(N, ...)``, in the order of the split."""
    device = next(model.parameters()).device
    predictions, targets = [], []
    for batch in data.validation:
        inputs, target = to_device(batch, device)
        predictions.append(objective.predict(model(*inputs)).cpu())
        targets.append(target.cpu())
    return torch.cat(predictions), torch.cat(targets)


def draw_curves(path: Path, records: list[Any], settings: Settings, steps: int) -> None:
    """Losses, metrics and learning rate by epoch."""
    epochs = [record["epoch"] for record in records]
    names = ("train_loss", "loss")
    others = [name for name in records[0] if name not in (*names, "epoch", "lr")]
    figure = Figure(figsize=(13, 3.2))
    axes = figure.subplots(1, 3, gridspec_kw={"wspace": 0.3})
    for each, shown in zip(axes, (names, others), strict=False):
        for name in shown:
            each.plot(epochs, [record[name] for record in records], marker=".", label=name)
        each.set(xlabel="epoch")
        each.legend()
    draw_schedule(axes[2], settings, steps)
    axes[2].plot(epochs, [record["lr"] for record in records], "k.", label="recorded")
    axes[2].legend()
    save(figure, path)
