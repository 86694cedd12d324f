"""The folder of a run: its settings, its metrics, and checkpoints that are never half-written."""

import json
import math
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import torch
import yaml
from cyclopts import Parameter, validators
from torch import nn


class RunError(Exception):
    """A run or checkpoint that cannot be used; the message says which, and what to do."""


@dataclass
class RunSettings:
    name: str
    """Ends the name of the run's folder, after date and time."""
    folder: Path = Path("runs")
    """Where the folders of all runs are kept."""
    log_every: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 10
    """Optimizer steps between two updates of the loss on screen."""


class Run:
    """Creates ``runs/<time>-<name>`` and writes to it."""

    def __init__(
        self, settings: RunSettings, resolved: dict[str, Any], info: dict[str, Any]
    ) -> None:
        self.folder = settings.folder / f"{datetime.now():%Y%m%d-%H%M%S-%f}-{settings.name}"
        self.folder.mkdir(parents=True)
        (self.folder / "config.yaml").write_text(yaml.safe_dump(resolved, sort_keys=False))
        self.known = {"settings": resolved, "info": info}
        self.best = float("-inf")

    def finish_epoch(self, record: dict[str, float], model: nn.Module, score: float) -> None:
        """Appends to ``metrics.jsonl``, saves ``last.pt``, and ``best.pt`` if it is better.

        Of equal scores the later one is kept: where few examples decide, the first came by chance.

        A checkpoint holds all that prediction needs: settings, what the data looked like, weights.
        """
        if not math.isfinite(record["train_loss"]):
            raise RunError(f"the training loss is {record['train_loss']}: try a lower optim.lr")
        with (self.folder / "metrics.jsonl").open("a") as file:
            file.write(json.dumps(record) + "\n")
        checkpoint = {**self.known, "record": record, "model": model.state_dict()}
        save_checkpoint(self.folder / "last.pt", checkpoint)
        if score >= self.best:
            self.best = score
            save_checkpoint(self.folder / "best.pt", checkpoint)


def save_checkpoint(path: Path, checkpoint: dict[str, Any]) -> None:
    """Replaces the file in one move: after a crash there is the old one or the new one."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        torch.save(checkpoint, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def to_plain(settings: Any) -> dict[str, Any]:
    """A settings dataclass as what YAML and ``weights_only`` checkpoints can hold."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(settings), default=str))
    return plain


def find_checkpoint(folder: Path) -> Path:
    """The best checkpoint of the newest run."""
    found = sorted(folder.glob("*/best.pt"))
    if not found:
        raise RunError(f"no checkpoint in {folder}: train first, or name one with --checkpoint")
    return found[-1]


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Tensors on the CPU and plain data; a file with anything else in it is refused, never run."""
    try:
        checkpoint: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise RunError(f"{path} does not exist: name a checkpoint with --checkpoint") from None
    except Exception as error:  # torch reports a damaged file in a dozen ways
        raise RunError(f"{path} is not a checkpoint, or is damaged: name another one") from error
    if not isinstance(checkpoint, dict) or not {"settings", "info", "model"} <= checkpoint.keys():
        raise RunError(f"{path} was not written by this project's training")
    return checkpoint
