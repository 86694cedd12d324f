"""The folder of a run: settings, metrics of every epoch, TensorBoard."""

import json
import math
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from .ranges import Count, Natural


class RunError(Exception):
    """A run that cannot go on; the message says why, and what to do."""


@dataclass
class RunSettings:
    name: str
    """Ends the name of the run's folder, after date and time."""
    folder: Path = Path("runs")
    """Where the folders of all runs are kept."""
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
        self.first_epoch = 1
        started = f"{datetime.now():%Y%m%d-%H%M%S-%f}-{settings.name}"
        self.folder = resumed or settings.folder / started
        if not resumed:
            self.folder.mkdir(parents=True)
            (self.folder / ".gitignore").write_text("*\n")  # wherever runs are kept
            (self.folder / "config.yaml").write_text(yaml.safe_dump(resolved, sort_keys=False))

    @cached_property
    def writer(self) -> Any:
        from torch.utils.tensorboard import SummaryWriter  # slow to import

        return SummaryWriter(str(self.folder), purge_step=self.first_epoch)

    def state_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("best", "epochs_without_gain", "record")}

    def load_state_dict(self, state: dict[str, Any], epoch: int) -> None:
        """Goes on at ``epoch``; metrics of it and later ones, from before a crash, are dropped."""
        vars(self).update(state)
        self.first_epoch = epoch
        path = self.folder / "metrics.jsonl"
        if path.exists():
            lines = path.read_text().splitlines(keepends=True)
            temporary = path.with_suffix(".tmp")
            temporary.write_text("".join(lines[: epoch - 1]))
            temporary.replace(path)

    def finish_epoch(self, record: dict[str, float], score: float) -> bool:
        """Writes the metrics; returns whether they are the best so far.

        Of equal scores the later one is kept: where few examples decide, the first came by chance.
        """
        if not math.isfinite(record["train_loss"]):
            raise RunError(f"the training loss is {record['train_loss']}: try a lower optim.lr")
        self.record = record
        is_best = score >= self.best or self.best == -math.inf  # NaN, if nothing can be said
        self.epochs_without_gain = 0 if score > self.best else self.epochs_without_gain + 1
        self.best = max(self.best, score)
        with (self.folder / "metrics.jsonl").open("a") as file:
            file.write(json.dumps(record) + "\n")
        for name, value in record.items():
            self.writer.add_scalar(name, value, record["epoch"])
        self.writer.flush()
        return is_best

    def is_stuck(self, patience: int) -> bool:
        return 0 < patience <= self.epochs_without_gain

    def finish(self) -> None:
        """Settings and last metrics side by side, for TensorBoard to compare runs by."""
        settings = {
            f"{section}.{key}": value if isinstance(value, bool | int | float) else str(value)
            for section, values in self.resolved.items()
            for key, value in values.items()
        }
        metrics = {f"final/{name}": value for name, value in self.record.items()}
        self.writer.add_hparams(settings, metrics, run_name=".")


def to_plain(settings: Any) -> dict[str, Any]:
    """A settings dataclass as what YAML and ``weights_only`` checkpoints can hold."""
    return json.loads(json.dumps(asdict(settings), default=str))
