"""An interrupted run goes on as if it had not been; a bad checkpoint is explained."""

import os
import random
import signal
from types import SimpleNamespace

import numpy as np
import pytest
import targets
import torch
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)
from torch.testing import assert_close

from package.data import load_data
from package.engine.checkpoint import (
    CheckpointError,
    find_best,
    find_last,
    load_checkpoint,
    random_states,
    restore_random_states,
    save_checkpoint,
)
from package.engine.signals import Stopped
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


def test_a_crash_costs_no_more_than_what_came_after_the_last_save(short_settings):
    short_settings.run.save_every = 2
    whole = train(short_settings)
    steps = []

    def crash(*_):
        steps.append(1)
        if len(steps) == 3:
            raise RuntimeError("out of memory")

    hook = register_optimizer_step_pre_hook(crash)
    with pytest.raises(RuntimeError, match="out of memory"):
        train(short_settings)
    hook.remove()
    path = find_last(short_settings.run.folder, "last")
    saved = load_checkpoint(path)
    done = (saved["epoch"] - 1) * saved["steps_per_epoch"] + saved["step"]
    assert done == 2, "an epoch is saved at its end too"
    resumed = train(short_settings, resume=path)
    assert_same(load_checkpoint(resumed / "last.pt"), load_checkpoint(whole / "last.pt"))


def test_what_was_written_after_the_checkpoint_is_dropped(short_settings):
    """A crash can come after the metrics of an epoch are written and before its checkpoint is."""
    whole = train(short_settings)
    path = stop_training(short_settings, after_steps=1)
    with (path.parent / "metrics.jsonl").open("a") as file:
        file.write((whole / "metrics.jsonl").read_text()[:30])
    resumed = train(short_settings, resume=path)
    assert (resumed / "metrics.jsonl").read_text() == (whole / "metrics.jsonl").read_text()


def test_a_finished_training_has_nothing_left_to_do(short_settings):
    path = train(short_settings) / "last.pt"
    before = path.read_bytes()
    train(short_settings, resume=path)
    assert path.read_bytes() == before
    path.write_bytes(before[:-100])
    with pytest.raises(CheckpointError, match="damaged"):
        train(short_settings, resume=path)


def test_a_later_start_gives_the_rest_of_the_epoch(short_settings):
    def read(start):
        data = load_data(short_settings.data, seed=0)
        data.sampler.set_epoch(1, start=start)
        return list(data.train)

    whole = read(start=0)
    for start in range(len(whole) + 1):
        assert_same(read(start), whole[start:])


def test_other_settings_or_data_are_refused(short_settings):
    path = stop_training(short_settings, after_steps=1)
    short_settings.optim.lr *= 2
    with pytest.raises(CheckpointError, match=r"optim\.lr"):
        train(short_settings, resume=path)
    short_settings.optim.lr /= 2
    short_settings.training.seed += 1
    with pytest.raises(CheckpointError, match=r"training\.seed"):
        train(short_settings, resume=path)
    short_settings.training.seed -= 1
    checkpoint = load_checkpoint(path)
    save_checkpoint(path, {**checkpoint, "steps_per_epoch": 99})
    with pytest.raises(CheckpointError, match="more or less data"):
        train(short_settings, resume=path)
    targets.remember_otherwise(checkpoint["info"])
    save_checkpoint(path, checkpoint)
    with pytest.raises(CheckpointError, match="was begun with other data"):
        train(short_settings, resume=path)


def test_random_numbers_of_an_accelerator_are_restored_too(monkeypatch):
    """Dropout draws from those of the device, here a stand-in; augmentation has its generator."""
    own, dropout = torch.Generator(), torch.Generator()
    module = SimpleNamespace(get_rng_state=dropout.get_state, set_rng_state=dropout.set_state)
    monkeypatch.setattr(torch, "get_device_module", lambda device: module)
    device = torch.device("cuda")
    generator = SimpleNamespace(device=device, get_state=own.get_state, set_state=own.set_state)
    states = random_states(generator)
    expected = [torch.rand(3, generator=each) for each in (own, dropout)]
    restore_random_states(states, generator)
    assert_same([torch.rand(3, generator=each) for each in (own, dropout)], expected)


def test_a_training_goes_on_with_another_device():
    """Its generator has another state: 16 bytes, where CUDA's has written the checkpoint."""
    generator = torch.Generator().manual_seed(7)
    states = random_states(generator)
    expected = torch.rand(3), torch.rand(3, generator=generator)
    states["generator"], states["device"] = [("cuda", torch.zeros(16, dtype=torch.uint8))] * 2
    generator.manual_seed(7)
    restore_random_states(states, generator)
    assert_same((torch.rand(3), torch.rand(3, generator=generator)), expected)


def test_training_stops_early_when_nothing_is_gained(short_settings, monkeypatch):
    short_settings.training.epochs = 5
    short_settings.training.patience = 2
    monkeypatch.setattr("package.train.score", lambda metrics: 0.5)
    told = []
    train(short_settings, on_epoch=lambda record: told.append(record["epoch"]))
    assert told == [1, 2, 3], "the first epoch was the best one, and two more gained nothing"


def test_whoever_reads_a_checkpoint_is_not_disturbed(tmp_path):
    """The new one takes the place of the old one: written over it, a crash leaves half of each."""
    path = tmp_path / "last.pt"
    save_checkpoint(path, {"weights": torch.zeros(10)})
    before = path.read_bytes()
    with path.open("rb") as file:
        save_checkpoint(path, {"weights": torch.ones(10)})
        assert file.read() == before
    assert [file.name for file in tmp_path.iterdir()] == ["last.pt"]


def test_a_full_disk_leaves_the_checkpoint_of_before(tmp_path):
    resource = pytest.importorskip("resource", reason="limits of file sizes are of Unix")
    path = tmp_path / "last.pt"
    save_checkpoint(path, {"weights": torch.zeros(10)})
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(CheckpointError, match=r"cannot write .*last\.pt"):
            save_checkpoint(path, {"weights": torch.zeros(100_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert [file.name for file in tmp_path.iterdir()] == ["last.pt"]
    assert path.read_bytes() == before


class Stranger:
    """What `weights_only` refuses to build: loading it could run any code."""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist"),
        (b"not a checkpoint", "is not a checkpoint, or is damaged"),
        (Stranger(), "is not a checkpoint, or is damaged"),
        ({"model": {}}, "was not written by this project"),
        ({"settings": {}, "info": {}, "model": {}}, "has the format 1"),
    ],
)
def test_an_unusable_checkpoint_is_explained(tmp_path, content, words):
    path = tmp_path / "best.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        torch.save(content, path)
    with pytest.raises(CheckpointError, match=words):
        load_checkpoint(path)


def test_without_a_run_there_is_no_checkpoint(tmp_path):
    with pytest.raises(CheckpointError, match="train first"):
        find_best(tmp_path)
    with pytest.raises(CheckpointError, match="nothing to resume"):
        find_last(tmp_path, "last")
