"""Several trainings: what is measured, and what is not trained again."""

import json
import os
import signal
from statistics import mean, stdev

import pytest
import yaml
from torch.nn.modules.module import register_module_forward_pre_hook

from package.engine.checkpoint import load_checkpoint
from package.engine.run import RunError
from package.engine.signals import Stopped
from package.tools.repeat import repeat


@pytest.fixture
def recipe(short_settings):
    short_settings.training.epochs = 1
    return short_settings


@pytest.fixture
def folder(recipe):
    return recipe.run.folder / "repeat"


def test_seeds_are_trained_once_and_their_mean_has_an_error(recipe, folder, capsys):
    recipe.training.seed = 7
    repeat(settings=recipe, seeds=2)
    runs = sorted(folder.glob("*-seed-*"))
    configs = [yaml.safe_load((run / "config.yaml").read_text()) for run in runs]
    assert [config["training"]["seed"] for config in configs] == [7, 8]
    losses = [load_checkpoint(run / "best.pt")["run"]["record"]["loss"] for run in runs]
    output = capsys.readouterr().out
    error = stdev(losses) / 2**0.5
    assert f"validation loss {mean(losses):.4f} ± {error:.4f}\n" in output
    result = json.loads((folder / "validation.json").read_text())
    assert result["mean, standard error"]["loss"] == pytest.approx([mean(losses), error], rel=1e-4)
    assert [*result["trainings"]] == ["seed-7", "seed-8"]

    repeat(settings=recipe, seeds=3, split="test")
    assert [run.name.partition("seed-")[2] for run in sorted(folder.glob("*-seed-*"))] == [*"789"]
    assert "test loss" in capsys.readouterr().out
    assert recipe.training.seed == 7

    recipe.optim.lr *= 2
    with pytest.raises(RunError, match=r"begun with other settings: give another --name"):
        repeat(settings=recipe, seeds=2)


# jinja: if form not in ["graph", "corpus"]
def test_folds_are_trained_instead_of_seeds(recipe, folder):
    with pytest.raises(RunError, match="--seeds or --folds"):
        repeat(settings=recipe, seeds=2, folds=2)
    repeat(settings=recipe, folds=2)
    configs = [yaml.safe_load(file.read_text()) for file in sorted(folder.glob("*/config.yaml"))]
    assert [config["data"]["fold"] for config in configs] == [[1, 2], [2, 2]]
    assert {config["training"]["seed"] for config in configs} == {recipe.training.seed}


# jinja: endif
def test_what_was_interrupted_is_resumed(recipe, folder):
    recipe.training.epochs = 2
    repeat(settings=recipe, seeds=2, name="whole")
    calls = 0

    def stop(*_):
        nonlocal calls
        calls += 1
        if calls == 1:
            os.kill(os.getpid(), signal.SIGINT)

    hook = register_module_forward_pre_hook(stop)
    with pytest.raises(Stopped, match="stopped: the same command goes on"):
        repeat(settings=recipe, seeds=2)
    hook.remove()
    repeat(settings=recipe, seeds=2)
    assert len([*folder.glob("*-seed-*")]) == 2, "it was begun anew"
    whole = recipe.run.folder / "whole"
    assert (folder / "validation.json").read_text() == (whole / "validation.json").read_text()
