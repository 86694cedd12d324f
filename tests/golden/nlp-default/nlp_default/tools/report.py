"""The report of a run: report.md in the folder of the run, with its pictures."""

import json
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from ..data import load_data
from ..engine.checkpoint import load_checkpoint
from ..engine.config import DEFAULT_CONFIG, AllSettings, Checkpoint, read_config
from ..engine.run import RunError, to_plain
from ..engine.state import Settings, load_model
from .findings import describe_validation
from .results import describe_result, place_result
from .show import draw_schedule, save
from .tables import make_table


def show_run(*, settings: AllSettings, checkpoint: Checkpoint) -> None:
    """Write report.md and its pictures into the folder of a run, and print it."""
    if not load_checkpoint(checkpoint)["run"]["record"]:
        folder = checkpoint.parent
        raise RunError(f"{folder} has not finished an epoch: train --resume {checkpoint}")
    print(write_report(checkpoint, settings).read_text())


def write_report(path: Path, settings: Settings) -> Path:
    """Curves of the run, and what its checkpoint makes of the validation split.

    What the test split says is in it once `evaluate` was asked: not with every training, for who
    looks at it while choosing has no test left.
    """
    folder, checkpoint = path.parent, load_checkpoint(path)
    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    draw_curves(folder / "curves.png", records, settings, checkpoint["steps_per_epoch"])
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    model, objective = load_model(settings, checkpoint)
    shown = (records[0], checkpoint["run"]["record"], records[-1])
    rows = [[name, *(f"{record[name]:.4g}" for record in shown)] for name in records[0]]
    text = [
        f"# {folder.name}\n",
        *make_table(["", "first epoch", "this checkpoint", "last"], rows),
        "\n![curves](curves.png)",
        *describe_validation(folder, data, model, objective),
        *write_test(path, checkpoint["run"]["record"]["epoch"]),
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
        looked = f"looked at after epoch {result['epoch']} alone" if result else "not looked at"
        return [f"\nThe test split was {looked}: `evaluate`, then `show run`, say it here."]
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
