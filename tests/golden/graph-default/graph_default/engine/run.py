"""The folder of a run: settings, metrics of every epoch, what tracks them."""

import json
import math
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import torch
import yaml
from cyclopts import Parameter
from torch import nn

from .device import peak_memory
from .ranges import Count, Natural
from .tracking import Tracker

WHOLE = "best-of-whole-epochs.pt"  # set aside where time is up within an epoch that is better


class RunError(Exception):
    """A run that cannot go on; the message says why, and what to do."""


@dataclass
class RunSettings:
    name: str
    """Ends the name of the run's folder, after date and time."""
    folder: Path = Path("runs")
    """Where the folders of all runs are kept."""
    init: Annotated[Path | None, Parameter(name=["init", "--init"])] = None
    """Checkpoint, or folder of a run, whose weights a new run begins with."""
    log_every: Count = 10
    """Optimizer steps between two updates of the loss on screen."""
    save_every: Natural = 0
    """Optimizer steps between two checkpoints within an epoch; 0: only at its end."""


class Run:
    """Creates ``runs/<time>-<name>``, or goes on with the folder of a run."""

    def __init__(
        self, settings: RunSettings, resolved: dict[str, Any], resumed: Path | None
    ) -> None:
        self.resolved = resolved
        self.best = -math.inf
        self.epochs_without_gain = 0
        self.record: dict[str, float] = {}
        self.best_record: dict[str, float] = {}
        self.first_epoch = 1
        self.start = time.monotonic()
        started = f"{datetime.now():%Y%m%d-%H%M%S-%f}-{settings.name}"
        self.folder = resumed or settings.folder / started
        if not resumed:
            self.folder.mkdir(parents=True)
            (self.folder / ".gitignore").write_text("*\n")  # wherever runs are kept
            self.write("config.yaml", yaml.safe_dump(resolved, sort_keys=False))

    def write(self, name: str, text: str) -> None:
        """Writes a file in one move: after a crash there is the old one or the new one."""
        temporary = self.folder / f"{name}.tmp"
        temporary.write_text(text)
        temporary.replace(self.folder / name)

    @cached_property
    def tracker(self) -> Tracker:
        settings = {
            f"{section}.{key}": value if isinstance(value, bool | int | float) else str(value)
            for section, values in self.resolved.items()
            for key, value in values.items()
        }
        return Tracker(self.folder, settings, self.first_epoch)

    def state_dict(self) -> dict[str, Any]:
        names = ("best", "best_record", "epochs_without_gain", "record")
        return {name: getattr(self, name) for name in names}

    def load_state_dict(self, state: dict[str, Any], epoch: int) -> None:
        """Goes on at ``epoch``; metrics of it and later ones, from before a crash, are dropped."""
        vars(self).update(state)
        self.first_epoch = epoch
        self.write("config.yaml", yaml.safe_dump(self.resolved, sort_keys=False))
        path = self.folder / "metrics.jsonl"
        if path.exists():
            lines = path.read_text().splitlines(keepends=True)
            self.write(path.name, "".join(lines[: epoch - 1]))
        if (path := self.folder / "summary.json").exists():
            self.start -= json.loads(path.read_text())["seconds"]  # of the processes before
        if (path := self.folder / WHOLE).exists():
            path.replace(self.folder / "best.pt")

    def finish_epoch(self, record: dict[str, float], score: float, whole: bool = True) -> bool:
        """Writes the metrics; returns whether they are the best so far.

        Of equal scores the later one is kept: where few examples decide, the first came by chance.
        """
        for name, value in record.items():
            if name in ("train_loss", "loss") and not math.isfinite(value):
                raise RunError(f"{name} is {value}: try a lower optim.lr")
        self.record = record
        is_best = score >= self.best or self.best == -math.inf  # NaN, if nothing can be said
        self.best_record = record if is_best else self.best_record
        if is_best and not whole and (best := self.folder / "best.pt").exists():
            best.replace(self.folder / WHOLE)  # it is there again when the epoch goes on
        self.epochs_without_gain = 0 if score > self.best else self.epochs_without_gain + 1
        self.best = max(self.best, score)
        with (self.folder / "metrics.jsonl").open("a") as file:
            file.write(json.dumps(record) + "\n")
        self.tracker.log(record)
        return is_best

    def is_stuck(self, patience: int) -> bool:
        return 0 < patience <= self.epochs_without_gain

    def finish(self, model: nn.Module, device: torch.device) -> None:
        """What came of the run, for people, programs and the tracker."""
        summary = {
            "best": self.best_record,
            "last": self.record,
            "seconds": round(time.monotonic() - self.start, 1),
            "parameters": sum(parameter.numel() for parameter in model.parameters()),
            "peak_memory_mb": peak_memory(device),
        }
        self.write("summary.json", json.dumps(summary, indent=2) + "\n")
        self.tracker.finish(self.record)


def describe_run(folder: Path) -> list[str]:
    """Lines ``key: value`` of its summary, for people and programs."""
    summary = json.loads((folder / "summary.json").read_text())
    for kind in ("best", "last"):
        summary |= {f"{kind}_{name}": value for name, value in summary.pop(kind).items()}
    summary["folder"] = str(folder)
    return [f"{k}: {v:.6g}" if isinstance(v, float) else f"{k}: {v}" for k, v in summary.items()]


def to_plain(settings: Any) -> dict[str, Any]:
    """A settings dataclass as what YAML and ``weights_only`` checkpoints can hold."""
    return json.loads(json.dumps(asdict(settings), default=str))
