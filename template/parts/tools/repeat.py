"""One recipe, trained several times: how much of a result is chance."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter, validators

from ..engine.checkpoint import load_checkpoint
from ..engine.config import AllSettings
from ..engine.run import RunError, to_plain
from ..engine.signals import Stopped
from ..engine.state import Settings
from ..train import train
from .results import Split, measure

Several = Annotated[int, Parameter(validator=validators.Number(gte=2))]


def repeat(
    *,
    settings: AllSettings,
    seeds: Several | None = None,
    # jinja: if form not in ["graph", "corpus"]
    folds: Several | None = None,
    # jinja: endif
    split: Split = "validation",
    name: str = "repeat",
) -> None:
    """Train with several seeds: the mean of each metric, and its standard error.

    The same command goes on with what was interrupted; what is finished is not trained again.

    Parameters
    ----------
    seeds
        Trainings, 5 if nothing is said; their seeds begin with training.seed.
    # jinja: if form not in ["graph", "corpus"]
    folds
        Instead of seeds: parts of training and validation data together, each of which is the
        validation data of one training.
    # jinja: endif
    split
        What each best checkpoint is measured on.
    name
        Of the folder, in the folder of runs.
    """
    first = settings.training.seed
    trainings = {
        f"seed-{seed}": replace(settings, training=replace(settings.training, seed=seed))
        for seed in range(first, first + (seeds or 5))
    }
    # jinja: if form not in ["graph", "corpus"]
    if folds and seeds:
        raise RunError("repeat takes --seeds or --folds: leave one out")
    if folds:
        trainings = {
            f"fold-{n}": replace(settings, data=replace(settings.data, fold=[n, folds]))
            for n in range(1, folds + 1)
        }
    # jinja: endif
    folder, found = settings.run.folder / name, {}
    for label, each in trainings.items():
        each.run = replace(settings.run, folder=folder, name=label)
        found[label] = measure(each, load_checkpoint(train_to_end(each)), split)["metrics"]
        print(label, *(f"{metric} {value:.4f}" for metric, value in found[label].items()))
    table = np.array([[*metrics.values()] for metrics in found.values()])
    errors = table.std(axis=0, ddof=1) / len(table) ** 0.5
    means = dict(zip(found[label], zip(table.mean(axis=0), errors, strict=True), strict=True))
    for metric, (mean, error) in means.items():
        print(f"{split} {metric} {mean:.4f} ± {error:.4f}")
    file = folder / f"{split}.json"
    file.write_text(json.dumps({"mean, standard error": means, "trainings": found}, indent=2))
    print(f"{len(table)} trainings: {file}")


def train_to_end(settings: Settings) -> Path:
    """The best checkpoint of these settings, whose training is begun, resumed, or was finished."""
    begun = sorted(settings.run.folder.glob(f"*-{settings.run.name}/last.pt"))
    if begun:
        before, now = load_checkpoint(begun[-1])["settings"], to_plain(settings)
        if {**before, "run": None} != {**now, "run": None}:
            where = f"{begun[-1].parent} was begun with other settings"
            raise RunError(f"{where}: give another --name")
        log = json.loads(begun[-1].with_name("provenance.json").read_text())
        if log[-1]["result"] == "finished":
            return begun[-1].with_name("best.pt")
    try:
        return train(settings, begun[-1] if begun else None) / "best.pt"
    except Stopped as stopped:
        stopped.args = ("stopped: the same command goes on",)
        raise
