"""Checkpoints: one file each, tensors and plain data, never half-written."""

import os
import random
from pathlib import Path
from reprlib import repr as shorten
from typing import Any

import numpy as np
import torch
from torch import Generator

FORMAT = 3  # goes up when what a file holds changes; a file without a number has 1
KIND = "graph with classes"  # of inputs and targets

# Settings that may change on resume: they do not affect the result, or the data is compared anyway.
MAY_DIFFER = {"data.path", "training.device", "training.compile"}
MAY_DIFFER |= {"training.epochs", "training.minutes"}  # which a resumed training adapts to


class CheckpointError(Exception):
    """A checkpoint that cannot be written, read or used; the message says which, and what to do."""


def save_checkpoint(path: Path, checkpoint: dict[str, Any]) -> None:
    """Replaces the file in one move: after a crash there is the old one or the new one."""
    temporary = path.with_suffix(".tmp")
    try:
        with temporary.open("wb") as file:
            torch.save({"format": FORMAT, "kind": KIND, **checkpoint}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError
        temporary.unlink(missing_ok=True)
        kept = f"the previous {path.name} is kept" if path.exists() else "nothing is saved"
        raise CheckpointError(f"cannot write {path} ({error}): make room; {kept}") from error


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Tensors on the CPU and plain data; a file with anything else in it is refused, never run.

    The folder of a run stands for its best checkpoint.
    """
    path = path / "best.pt" if path.is_dir() else path
    try:
        checkpoint: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise CheckpointError(f"{path} does not exist: name another checkpoint") from None
    except Exception as error:  # torch reports a damaged file in a dozen ways
        reason = "is not a checkpoint, or is damaged: name another one"
        raise CheckpointError(f"{path} {reason}") from error
    if not isinstance(checkpoint, dict) or not {"settings", "info", "model"} <= checkpoint.keys():
        raise CheckpointError(f"{path} was not written by this project's training")
    if checkpoint.get("format") != FORMAT:
        reason = f"has the format {checkpoint.get('format', 1)}, and this code reads {FORMAT}"
        raise CheckpointError(f"{path} {reason}: use the commit that wrote it, or train again")
    if checkpoint.get("kind", KIND) != KIND:
        reason = f"is of {checkpoint['kind']}, and this project of {KIND}"
        raise CheckpointError(f"{path} {reason}: name another one")
    return checkpoint


def find_best(folder: Path) -> Path:
    """The best checkpoint of the newest run that has one."""
    found = sorted(folder.glob("*/best.pt"))
    if not found:
        raise CheckpointError(f"no checkpoint in {folder}: train first, or name one")
    return found[-1]


def find_last(folder: Path, name: str) -> Path:
    """What to resume: ``last`` is the newest run; a run is its last checkpoint."""
    if name == "last":
        runs = sorted(path.parent for path in folder.glob("*/config.yaml"))
        if not runs:
            raise CheckpointError(f"no run in {folder}: there is nothing to resume")
        name = str(runs[-1])
    return Path(name, "last.pt") if Path(name).is_dir() else Path(name)


def check_resumable(path: Path, checkpoint: dict[str, Any], known: dict[str, Any]) -> None:
    """Raises a CheckpointError if settings or data are not those that the run was begun with."""
    if "optimizer" not in checkpoint:
        raise CheckpointError(f"{path} holds no state of training: it cannot be resumed")
    for section, values in known["settings"].items():
        before = checkpoint["settings"].get(section, {})
        for key, new in values.items():
            name, old = f"{section}.{key}", before.get(key)
            if old != new and (name == "run.init" or section != "run") and name not in MAY_DIFFER:
                reason = f"was begun with {name} {before.get(key, 'unset')}, now it is {new}"
                raise CheckpointError(f"{path} {reason}: go back to that, or begin a new run")
    data = [{**each["info"], "steps": each["steps_per_epoch"]} for each in (checkpoint, known)]
    for name, old in data[0].items():
        if old != (new := data[1].get(name)):
            what = f"{name} {shorten(old)}, now {shorten(new)}"
            raise CheckpointError(f"{path} was begun with other data ({what}): begin a new run")
    begun = checkpoint["epoch"] - (checkpoint["step"] == 0)
    if known["settings"]["training"]["epochs"] < begun:
        raise CheckpointError(f"{path} is in epoch {begun}: give training.epochs that many or more")


def random_states(generator: Generator) -> dict[str, Any]:
    """All that random numbers of this process come from, as ``weights_only`` can load it."""
    numpy: Any = np.random.get_state()
    states = {
        "python": random.getstate(),
        "numpy": (numpy[0], numpy[1].tolist(), *numpy[2:]),
        "torch": torch.get_rng_state(),
        "generator": (generator.device.type, generator.get_state()),
    }
    if generator.device.type != "cpu":
        states["device"] = torch.get_device_module(generator.device).get_rng_state()
    return states


def restore_random_states(states: dict[str, Any], generator: Generator) -> None:
    random.setstate(states["python"])
    np.random.set_state(states["numpy"])
    torch.set_rng_state(states["torch"])
    device, state = states["generator"]
    if device != generator.device.type:  # the state of another kind of generator is of no use
        return
    generator.set_state(state)
    if device != "cpu":
        torch.get_device_module(generator.device).set_rng_state(states["device"])
