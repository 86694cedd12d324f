"""An interrupted run goes on as if it had not been, and a finished one for longer."""

import itertools
import json
import os
import random
import signal
from copy import deepcopy
from types import SimpleNamespace

import numpy as np
import pytest
import targets
import torch
import yaml
# jinja: if pretrained and domain == "nlp"
from tiny import load_data
# jinja: endif
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.testing import assert_close

# jinja: if not (pretrained and domain == "nlp")
from package.data import load_data
# jinja: endif
from package.engine.checkpoint import find_last, load_checkpoint, save_checkpoint
from package.engine.run import RunError
from package.engine.signals import Stopped
from package.schedule import lr_factor
from package.train import train


def stop_training(settings, after_steps):
    """Trains until this process gets the signal that a scheduler sends; returns what is left."""
    steps = []

    def count(*_):
        steps.append(1)
        if len(steps) == after_steps:
            os.kill(os.getpid(), signal.SIGTERM)

    hook = register_optimizer_step_post_hook(count)
    try:
        with pytest.raises(Stopped, match="--resume") as stopped:
            train(settings)
    finally:
        hook.remove()
    assert stopped.value.exit_code == 143
    return find_last(settings.run.folder, "last")


def assert_same(one, other, place=""):
    if isinstance(one, torch.Tensor):
        exactly = {"rtol": 0, "atol": 0, "equal_nan": True}
        assert_close(one, other, msg=f"{place} differs", **exactly)
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), place
        for key in one:
            assert_same(one[key], other[key], f"{place}/{key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), place
        for number, (a, b) in enumerate(zip(one, other, strict=True)):
            assert_same(a, b, f"{place}/{number}")
    else:
        assert one == other, place


@pytest.mark.parametrize("when", ["within an epoch", "at its end"])
def test_a_stopped_training_goes_on_as_if_nothing_had_happened(
    short_settings, strong_augmentation, when
):
    """Weights, optimizer, schedule, random numbers and the order of the data, to the last bit."""
    training = short_settings.training
    training.accumulate = 2
    short_settings.augment = strong_augmentation
    steps = training.count_steps(len(load_data(short_settings.data, training.seed).train))
    after_steps = 1 if when == "within an epoch" else steps
    whole = train(short_settings)
    path = stop_training(short_settings, after_steps)
    # Another process has drawn other random numbers.
    torch.rand(3), np.random.rand(), random.random()
    resumed = train(short_settings, resume=path)
    assert resumed == path.parent, "a resumed run goes on in its own folder"
    for name in ("last.pt", "best.pt"):
        assert_same(load_checkpoint(resumed / name), load_checkpoint(whole / name))
    for name in ("metrics.jsonl", "config.yaml"):
        assert (resumed / name).read_text() == (whole / name).read_text()


def test_a_crash_costs_no_more_than_what_came_after_the_last_save(short_settings, at_each_step):
    short_settings.run.save_every = 2
    whole = train(short_settings)
    steps = []

    def crash(*_):
        steps.append(1)
        if len(steps) == 3:
            raise RuntimeError("out of memory")

    at_each_step(crash)
    with pytest.raises(RuntimeError, match="out of memory"):
        train(short_settings)
    path = find_last(short_settings.run.folder, "last")
    saved = load_checkpoint(path)
    done = (saved["epoch"] - 1) * saved["steps_per_epoch"] + saved["step"]
    assert done == 2, "an epoch is saved at its end too"
    resumed = train(short_settings, resume=path)
    assert_same(load_checkpoint(resumed / "last.pt"), load_checkpoint(whole / "last.pt"))


def test_a_finished_training_has_nothing_left_to_do(short_settings):
    path = train(short_settings) / "last.pt"
    before = path.read_bytes()
    train(short_settings, resume=path)
    assert path.read_bytes() == before


def test_a_resumed_training_may_be_longer(short_settings, at_each_step, monkeypatch, capsys):
    """The schedule is laid over all steps, the best epoch stays, and patience begins anew."""
    training = short_settings.training
    training.patience, training.epochs = 1, 3
    short_settings.schedule.warmup = 0.1
    scores, rates = iter([0.9, 0.5, 0.4]), []
    monkeypatch.setattr("package.train.score", lambda metrics: next(scores))
    path = train(short_settings) / "last.pt"
    before = load_checkpoint(path)["optimizer"]["param_groups"][0]["lr"]
    at_each_step(lambda optimizer: rates.append(optimizer.param_groups[0]["lr"]))
    training.epochs = 9
    assert train(short_settings, resume=path) == path.parent
    steps = load_checkpoint(path)["steps_per_epoch"]
    of_epoch = range(2 * steps, 3 * steps)
    factors = [lr_factor(step, 9 * steps, short_settings.schedule) for step in of_epoch]
    assert rates == pytest.approx([short_settings.optim.lr * factor for factor in factors])
    assert ("rises again" in capsys.readouterr().err) == (rates[0] > before)
    assert load_checkpoint(path.with_name("best.pt"))["run"]["record"]["epoch"] == 1
    summary = json.loads(path.with_name("summary.json").read_text())
    assert (summary["best"]["epoch"], summary["last"]["epoch"]) == (1, 3)
    assert yaml.safe_load(path.with_name("config.yaml").read_text())["training"]["epochs"] == 9


def test_a_training_out_of_time_ends_in_good_order_and_goes_on(short_settings, monkeypatch):
    """Without a trace of the stop, though the unfinished epoch was better than those before."""
    training, scores = short_settings.training, iter([0.5, 0.4, 0.5, 0.9, 0.4])
    training.epochs = 2
    monkeypatch.setattr("package.train.score", lambda metrics: next(scores))
    # jinja: if output == "node" and encodings
    scores = iter([0.5, 0.4, 0.5, 0.4])  # of one batch no epoch is unfinished
    # jinja: endif
    whole = train(short_settings)
    steps = load_checkpoint(whole / "last.pt")["steps_per_epoch"]
    # Another second at each look at the clock: when it begins, after each step and each epoch.
    clock = SimpleNamespace(monotonic=itertools.count().__next__)
    monkeypatch.setattr("package.engine.signals.time", clock)
    training.minutes = (steps + 1.5) / 60
    # jinja: if output == "node" and encodings
    training.minutes = 0.5 / 60  # after the first epoch
    # jinja: endif
    folder = train(short_settings)
    last = json.loads((folder / "metrics.jsonl").read_text().splitlines()[-1])
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["last"] == last == summary["best"]
    assert load_checkpoint(folder / "best.pt")["run"]["record"] == last
    # jinja: if output != "node" or not encodings
    assert load_checkpoint(folder / "last.pt")["step"] == 1, "it did not stop after the step"
    # jinja: endif
    training.minutes = 0.0
    train(short_settings, resume=folder / "last.pt")
    for name in ("last.pt", "best.pt"):
        one, other = (load_checkpoint(each / name) for each in (folder, whole))
        assert_same({**one, "settings": 0}, {**other, "settings": 0})
    assert (folder / "metrics.jsonl").read_text() == (whole / "metrics.jsonl").read_text()


def test_what_is_known_of_inputs_comes_with_the_weights(short_settings):
    """Of targets it comes from the new labels; a resumed run remembers the same."""
    # jinja: if pretrained
    first = train(short_settings)
    checkpoint = load_checkpoint(first / "best.pt")
    known = checkpoint["info"]
    # jinja: else
    known = load_data(short_settings.data, seed=0).info
    first = train(short_settings)
    checkpoint = load_checkpoint(first / "best.pt")
    # jinja: endif
    checkpoint["info"] = {**deepcopy(known), "remembered": 1}
    targets.remember_otherwise(checkpoint["info"])
    # jinja: if target == "links"
    known = deepcopy(checkpoint["info"])  # of targets nothing: any pair has an edge, or none
    # jinja: endif
    save_checkpoint(first / "best.pt", checkpoint)
    short_settings.run.init = first
    path = train(short_settings) / "last.pt"
    assert load_checkpoint(path)["info"] == {**known, "remembered": 1}
    assert load_checkpoint(path)["settings"]["run"]["init"] == str(first)
    before = path.read_bytes()
    train(short_settings, resume=path)
    assert path.read_bytes() == before


def test_a_monitored_metric_decides_which_epoch_is_best(short_settings, monkeypatch):
    """Of a loss the lowest; a name that is none is refused before the first step."""
    losses = [9.0, 0.5, 0.2, 0.7, 9.0]  # the first is to know the names
    found = iter([{"loss": loss, "other": 0.0} for loss in losses])
    monkeypatch.setattr("package.train.evaluate", lambda *_: next(found))
    short_settings.training.epochs, short_settings.training.monitor = 3, "loss"
    folder = train(short_settings)
    assert load_checkpoint(folder / "best.pt")["run"]["record"]["epoch"] == 2
    short_settings.training.monitor = "los"
    with pytest.raises(RunError, match="name one of loss, other"):
        train(short_settings)
    assert [*short_settings.run.folder.iterdir()] == [folder]


def test_a_later_start_gives_the_rest_of_the_epoch(short_settings):
    def read(start):
        data = load_data(short_settings.data, seed=0)
        data.sampler.set_epoch(1, start=start)
        return list(data.train)

    whole = read(start=0)
    for start in range(len(whole) + 1):
        assert_same(read(start), whole[start:])


def test_training_stops_early_when_nothing_is_gained(short_settings, monkeypatch):
    short_settings.training.epochs = 5
    short_settings.training.patience = 2
    monkeypatch.setattr("package.train.score", lambda metrics: 0.5)
    told = []
    train(short_settings, on_epoch=lambda record: told.append(record["epoch"]))
    assert told == [1, 2, 3], "the first epoch was the best one, and two more gained nothing"
