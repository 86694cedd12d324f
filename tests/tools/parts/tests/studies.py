"""A small sweep on a few samples: what it tries, keeps, refuses and goes on with."""

import os
import signal
import sqlite3

import optuna
import pytest
import yaml
from optuna.trial import TrialState
from torch.nn.modules.module import register_module_forward_pre_hook

from package.cli import app
from package.engine.config import read_config
from package.engine.run import RunError, to_plain
from package.engine.signals import Stopped
from package.tools.sweep import open_study, strengthen, suggest, sweep


@pytest.fixture
def recipe(short_settings):
    short_settings.training.epochs = 1
    return short_settings


@pytest.fixture
def folder(recipe):
    return recipe.run.folder / "sweep"


def read_trials(folder):
    storage = f"sqlite:///{folder / 'study.db'}"
    return optuna.load_study(study_name=folder.name, storage=storage).trials


def test_a_sweep_begins_with_the_recipe_keeps_the_best_and_can_be_continued(recipe, folder):
    sweep(settings=recipe, trials=2)
    first, second = read_trials(folder)
    assert first.params["optim.lr"] == recipe.optim.lr
    assert first.params["model.dropout"] == recipe.model.dropout
    assert second.params["optim.lr"] != recipe.optim.lr
    assert recipe.optim.lr / 10 <= second.params["optim.lr"] <= recipe.optim.lr * 10
    keys = {"optim.lr", "optim.weight_decay", "model.dropout"}
    if not vars(recipe.optim).get("weight_decay"):  # Adam, and what is best without
        keys.remove("optim.weight_decay")
    for trial in (first, second):
        (file,) = folder.glob(f"*-trial-{trial.number}/config.yaml")
        trained = yaml.safe_load(file.read_text())
        for key in keys:
            section, name = key.split(".")
            assert trained[section][name] == trial.params[key], "trained with other settings"
    for name in ("history.png", "importance.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
    # jinja: if tracking == "tensorboard"
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    hparams = EventAccumulator(str(folder / "hparams" / "trial-0")).Reload()
    assert "_hparams_/experiment" in hparams.summary_metadata
    assert hparams.Scalars("score")[0].value == pytest.approx(first.value)
    # jinja: endif

    sweep(settings=recipe, trials=3)
    trials = read_trials(folder)
    assert [trial.number for trial in trials] == [0, 1, 2]

    best = max(trials, key=lambda trial: trial.value)
    app.config = read_config(folder / "best.yaml")
    _, bound, _ = app.parse_args(["train"])
    settings = bound.arguments["settings"]
    assert settings.optim.lr == best.params["optim.lr"]
    assert settings.model.dropout == best.params["model.dropout"]
    assert to_plain(settings.data) == to_plain(recipe.data)
    assert to_plain(settings.run) == to_plain(recipe.run)

    recipe.training.epochs = 2
    with pytest.raises(RunError, match="other settings"):
        sweep(settings=recipe, trials=4)


def test_an_infinite_loss_ends_a_trial_and_not_the_sweep(recipe, folder):
    recipe.optim.lr, recipe.optim.weight_decay, recipe.training.epochs = 1e30, 1e-9, 2
    with pytest.raises(RunError, match="came to its end"):
        sweep(settings=recipe, trials=1)
    (trial,) = read_trials(folder)
    assert trial.state == TrialState.PRUNED


def test_a_trial_without_prospects_is_stopped_early(recipe, folder):
    recipe.training.epochs = 2
    study = open_study(recipe, folder, None)
    perfect = study.ask()
    suggest(perfect, recipe, folder)
    for epoch in (1, 2):
        perfect.report(2.0, epoch)
    study.tell(perfect, 2.0)
    for _ in range(4):
        study.add_trial(study.trials[0])
    sweep(settings=recipe, trials=6)
    assert read_trials(folder)[5].state == TrialState.PRUNED
    (metrics,) = folder.glob("*-trial-5/metrics.jsonl")
    assert len(metrics.read_text().splitlines()) == 1, "it was trained to its end"


def test_the_trial_of_a_worker_that_died_is_begun_anew(recipe, folder):
    study = open_study(recipe, folder, None)
    dead = study.ask()  # and nothing more is heard of it
    study._storage.record_heartbeat(dead._trial_id)
    with sqlite3.connect(folder / "study.db") as database:
        database.execute("UPDATE trial_heartbeats SET heartbeat = datetime('now', '-1 hour')")
    sweep(settings=recipe, trials=1)
    first, second = read_trials(folder)
    assert first.state == TrialState.FAIL
    assert second.state == TrialState.COMPLETE
    assert second.params["optim.lr"] == recipe.optim.lr


def test_a_database_that_is_not_there_is_named(recipe):
    with pytest.raises(RunError, match="the database nonsense://x cannot be used"):
        sweep(settings=recipe, trials=1, storage="nonsense://x")


def test_a_stopped_sweep_says_how_it_goes_on(recipe, folder):
    """Not by resuming the trial that was stopped."""

    def stop(*_):
        hook.remove()
        os.kill(os.getpid(), signal.SIGINT)

    hook = register_module_forward_pre_hook(stop)
    with pytest.raises(Stopped, match="the same command continues the study"):
        sweep(settings=recipe, trials=2)
    sweep(settings=recipe, trials=1)
    assert read_trials(folder)[-1].state == TrialState.COMPLETE


def test_strength_0_is_no_augmentation_and_1_the_recipe(augmentation):
    """One that is missing in `strengthen` stays on in every trial."""
    off = augmentation(0.0)
    searched = [name for name in vars(off) if not name.endswith("_flip")]
    for share in (0.25, 1.0):
        augment = augmentation(share, *searched)
        assert strengthen(augment, 0.0) == off
        assert strengthen(augment, 1.0) == augment
    assert strengthen(augment, 2.0) == augment, "stronger than the fullest"
    beyond = vars(augmentation(1.05, *searched))
    augment = strengthen(type(off)(**beyond), 1.0)
    assert vars(augment) == pytest.approx(beyond), "the recipe itself is not tried"
