"""The report of a run: report.md in the folder of the run, with its pictures."""

import json
from pathlib import Path
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from ..data import Data, load_data
from ..engine.checkpoint import load_checkpoint
from ..engine.config import DEFAULT_CONFIG, AllSettings, Checkpoint, read_config
from ..engine.device import to_device
from ..engine.run import RunError, to_plain
from ..engine.state import Settings, load_model
from ..metrics import Metrics
from ..objective import Objective
from .charts import HEADER, describe_example, draw_overview, score_examples
from .examples import describe_examples
from .pictures import draw_example
from .results import describe_each, describe_result, place_result
from .show import draw_schedule, make_grid, save

SHOWN = 6  # best and worst predictions


def show_run(*, settings: AllSettings, checkpoint: Checkpoint) -> None:
    """Write report.md and its pictures into the folder of a run, and print it."""
    if not load_checkpoint(checkpoint)["run"]["record"]:
        folder = checkpoint.parent
        raise RunError(f"{folder} has not finished an epoch: train --resume {checkpoint}")
    print(write_report(checkpoint, settings).read_text())


def write_report(path: Path, settings: Settings) -> Path:
    """Curves of the run, and the predictions of its checkpoint for the validation split.

    What the test split says is in it once `evaluate` was asked: not with every training, for who
    looks at it while choosing has no test left.
    """
    folder, checkpoint = path.parent, load_checkpoint(path)
    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    draw_curves(folder / "curves.png", records, settings, checkpoint["steps_per_epoch"])
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    model, objective = load_model(settings, checkpoint)
    predictions, target = predict_validation(data, model, objective)
    overview = draw_overview(folder, predictions, target, objective.info)
    metrics = Metrics(objective.info)
    metrics.update(predictions, target)
    shown = (records[0], checkpoint["run"]["record"], records[-1])
    rows = [[name, *(f"{record[name]:.4g}" for record in shown)] for name in records[0]]
    text = [
        f"# {folder.name}\n",
        *make_table(["", "first epoch", "this checkpoint", "last"], rows),
        "\n![curves](curves.png)",
        f"\nThe validation split, {len(target)} examples:\n\n![{overview}]({overview}.png)",
        *("\n```", *describe_each(metrics.compute_each()), "```"),
        *write_test(path, checkpoint["run"]["record"]["epoch"]),
        *write_examples(folder, data, predictions, target, objective.info),
        *write_settings(settings),
    ]
    report = folder / "report.md"
    report.write_text("\n".join(text) + "\n", encoding="utf-8")
    return report


def write_test(path: Path, epoch: int) -> list[str]:
    """What `evaluate` has found for this checkpoint, if it has."""
    file = place_result(path, "test")
    result = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if result.get("epoch") != epoch:
        return ["\nThe test split was not looked at: `evaluate`, then `show run`, say it here."]
    lines = describe_result("test", result)
    return [f"\n## The test split\n\nOf {result['data']}:\n\n```", *lines, "```"]


def write_settings(settings: Settings) -> list[str]:
    """All settings; those that are not as in configs/default.yaml are bold."""
    defaults = read_config(DEFAULT_CONFIG).data if DEFAULT_CONFIG.exists() else {}
    lines = ["\n## The settings\n"]
    for name, section in to_plain(settings).items():
        cells = []
        for key, value in section.items():
            default = defaults.get(name, {}).get(key, value)
            # A number such as 3e-4 is text to YAML.
            default = float(default) if isinstance(value, float) and default else default
            cells.append(f"{key} {value}" if value == default else f"**{key} {value}**")
        lines.append(f"- {name}: {', '.join(cells)}")
    return lines


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
