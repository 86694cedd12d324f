"""A run: where it is kept and found, what it remembers, says on the way, and computes in."""

import math
from datetime import datetime

import pytest
import torch
import yaml
from torch import nn

from package.engine.checkpoint import find_best, find_last, save_checkpoint
from package.engine.device import DeviceError, autocast, choose_device, to_device
from package.engine.progress import Progress
from package.engine.run import Run, RunError


@pytest.fixture
def new_run(settings, tmp_path):
    settings.run.folder = tmp_path
    return lambda: Run(settings.run, {}, resumed=None)


def test_runs_are_named_by_their_time(new_run, monkeypatch):
    """The newest one is the last by name, at any time of the day and the year."""
    times = ["2025-09-30 23:59:59", "2025-10-01 12:00:00", "2025-10-01 13:00:00.1", "2026-01-01"]
    moments = iter(times)

    class Clock(datetime):
        @classmethod
        def now(cls):
            return cls.fromisoformat(next(moments))

    monkeypatch.setattr(f"{Run.__module__}.datetime", Clock)
    folders = [new_run().folder for _ in times]
    assert folders == sorted(folders)


def test_the_newest_run_is_found(new_run, tmp_path):
    """Not in a folder further down, where others may be kept."""
    runs = [new_run() for _ in range(3)]
    other = tmp_path / "others" / "99990101"
    other.mkdir(parents=True)
    (other / "config.yaml").touch()
    for folder in (*(run.folder for run in runs[:2]), other):
        save_checkpoint(folder / "best.pt", {})
    assert find_best(tmp_path).parent == runs[1].folder
    assert find_last(tmp_path, "last").parent == runs[2].folder


def test_a_resumed_run_knows_the_best_score_and_how_long_ago_it_was(new_run, settings):
    run = new_run()
    for epoch, score in ((1, 0.9), (2, 0.5)):
        run.finish_epoch({"epoch": epoch, "train_loss": 0.1}, score)
    resumed = Run(settings.run, {"training": {"epochs": 9}}, resumed=run.folder)
    resumed.load_state_dict(run.state_dict(), epoch=3)
    config = yaml.safe_load((run.folder / "config.yaml").read_text())
    assert config == {"training": {"epochs": 9}}, "not the settings that it goes on with"
    assert not resumed.finish_epoch({"epoch": 3, "train_loss": 0.1}, 0.8), "0.9 was better"
    assert resumed.is_stuck(patience=2)
    assert not resumed.is_stuck(patience=3)


def test_what_was_written_after_the_checkpoint_is_dropped(new_run, settings):
    """A crash can come after the metrics of an epoch are written and before its checkpoint is."""
    run = new_run()
    run.finish_epoch({"epoch": 1, "train_loss": 0.1}, 0.5)
    file, state = run.folder / "metrics.jsonl", run.state_dict()
    before = file.read_text()
    run.finish_epoch({"epoch": 2, "train_loss": 0.1}, 0.5)
    with file.open("a") as stream:
        stream.write(before[:9])
    Run(settings.run, {}, resumed=run.folder).load_state_dict(state, epoch=2)
    assert file.read_text() == before


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_training_stops_where_the_loss_is_no_number(new_run, loss):
    with pytest.raises(RunError, match="try a lower"):
        new_run().finish_epoch({"epoch": 1, "train_loss": loss}, 0.5)


def test_progress_is_shown_now_and_then_where_there_is_no_terminal(monkeypatch, capsys):
    progress = Progress(total=9, done=2)
    progress.update(1, torch.tensor(0.5), log_every=1)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(f"{Progress.__module__}.INTERVAL", 0)
    progress.update(1, torch.tensor(0.25), log_every=1)
    assert "epoch 1  step 4 of 9  loss 0.2500" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("precision", "dtype"),
    [("fp32", torch.float32), ("bf16", torch.bfloat16), ("fp16", torch.float16)],
)
def test_numbers_have_the_precision_that_is_asked_for(precision, dtype):
    with autocast(torch.device("cpu"), precision):
        assert nn.Linear(2, 2)(torch.ones(1, 2)).dtype == dtype


def test_everything_in_a_batch_is_moved(make_batch, info):
    inputs, target = to_device(make_batch(3), torch.device("meta"))
    assert [tensor.device.type for tensor in (*inputs, target)] == ["meta"] * (len(inputs) + 1)


def test_the_device_is_the_one_that_was_asked_for():
    assert choose_device("meta").type == "meta"
    assert choose_device("cpu").type == "cpu"
    with pytest.raises(DeviceError, match="cuda:99"):
        choose_device("cuda:99")
