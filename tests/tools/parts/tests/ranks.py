"""What each of several processes reads, writes and saves, and how they are stopped."""

import signal
from copy import deepcopy
from itertools import chain

import pytest
import torch
from processes import forked, in_two_processes
from torch.testing import assert_close

from package.data import load_data
from package.engine.device import choose_device
from package.engine.labels import DataError
from package.engine.parallel import all_gather
from package.engine.run import Run
from package.engine.sampling import EpochSampler, batches_in_order
from package.engine.signals import StopSignals
from package.engine.state import TrainState
from package.train import train_steps

__all__ = ["in_two_processes"]  # a fixture
small = pytest.mark.parametrize("info", ["small"], indirect=True)


@pytest.fixture(params=["ddp", "fsdp"])
def parallel_settings(bare_settings, request):
    bare_settings.run.parallel = request.param
    return bare_settings


@forked
@small
def test_a_checkpoint_is_the_same_for_one_process_and_for_two(
    parallel_settings, info, make_batch, in_two_processes
):
    """A training that was begun by two goes on with one, and the other way round."""
    state = TrainState(parallel_settings, info, total_steps=2)
    list(train_steps(state, [make_batch(4)]))
    state.mean_loss.update(torch.tensor(2.0), 3)
    saved = deepcopy(state.state_dict())

    def tensors(checkpoint):
        random = checkpoint["random"]
        moments = checkpoint["optimizer"]["state"]
        return checkpoint["model"], moments, checkpoint["loss"], random["torch"]

    def load_and_save(rank):
        other = TrainState(parallel_settings, info, total_steps=2)
        other.load_state_dict(saved)
        return other.state_dict()

    of_two = in_two_processes(load_and_save)
    state.load_state_dict(of_two)
    for checkpoint in (of_two, state.state_dict()):
        assert_close(tensors(checkpoint), tensors(saved), rtol=0, atol=0)


@forked
@small
def test_two_processes_go_on_as_if_nothing_had_happened(
    parallel_settings, info, make_batch, in_two_processes
):
    """Each with its own random numbers, and with the loss of its own samples."""

    def go_on(state, rank):
        for loss, count in train_steps(state, [make_batch(3 + rank, first=3 * rank)]):
            state.mean_loss.update(loss, count)
        saved = all_gather(state.state_dict())[0]
        numbers = [own["random"]["torch"] for own in saved["ranks"]]
        return saved, [saved["model"], saved["optimizer"]["state"], saved["loss"], numbers]

    def work(rank):
        state = TrainState(parallel_settings, info, total_steps=2)
        saved, _ = go_on(state, rank)
        last, expected = go_on(state, rank)
        resumed = TrainState(parallel_settings, info, total_steps=2)
        resumed.load_state_dict(saved)
        return last, expected, go_on(resumed, rank)[1]

    last, expected, found = in_two_processes(work)
    assert_close(found, expected, rtol=0, atol=0)
    assert_close(sum(own["loss"] for own in last["ranks"]), last["loss"])
    alone = TrainState(parallel_settings, info, total_steps=2)
    alone.load_state_dict(last)
    assert_close(alone.mean_loss.totals, last["loss"])


@forked
@pytest.mark.parametrize("told", [{0}, {1}, {0, 1}], ids=["first", "second", "both"])
def test_a_signal_to_one_process_stops_both(in_two_processes, told):
    def work(rank):
        with StopSignals() as stop:
            if rank in told:
                signal.raise_signal(signal.SIGTERM)
            return all_gather([stop.received() for _ in range(10)])

    one, other = in_two_processes(work)
    assert one == other, "they do not stop at the same step"
    assert one[-1] == signal.SIGTERM


@forked
def test_one_process_writes_the_run(settings, tmp_path, in_two_processes):
    settings.run.folder = tmp_path / "runs"
    in_two_processes(lambda rank: Run(settings.run, {}, None).folder.is_dir())
    assert len([*settings.run.folder.iterdir()]) == 1


@pytest.fixture
def be_rank(monkeypatch):
    """``be_rank(1)`` reads the data as the second of two processes does."""

    def become(rank):
        monkeypatch.setattr("torch.distributed.is_initialized", lambda: True)
        monkeypatch.setattr("torch.distributed.get_world_size", lambda: 2)
        monkeypatch.setattr("torch.distributed.get_rank", lambda: rank)

    return become


# jinja: if form == "graph"
def test_processes_do_not_compute_the_whole_graph_each(short_settings, be_rank):
    short_settings.data.neighbours = None
    be_rank(1)
    with pytest.raises(DataError, match=r"data\.neighbours is not set, so that each process would"):
        load_data(short_settings.data, seed=0)


# jinja: else
@pytest.mark.parametrize("balance", [False, True])
def test_processes_share_every_batch(settings, be_rank, balance):
    """And none evaluates what another one does; all have equally many batches."""
    settings.data.batch_size, settings.data.balance = 256, balance

    def read():
        data = load_data(settings.data, seed=0)
        data.sampler.set_epoch(1)
        return {
            split: [sorted(target.tolist()) for _, target in getattr(data, split)]
            for split in ("train", "validation", "test")
        }

    one = read()
    two = []
    for rank in range(2):
        be_rank(rank)
        two.append(read())
    slices = zip(two[0]["train"], two[1]["train"], strict=True)
    assert [sorted(a + b) for a, b in slices] == one["train"]
    for split in ("validation", "test"):
        assert len(two[0][split]) == len(two[1][split]), split
        whole, *found = (chain(*targets[split]) for targets in (one, *two))
        assert sorted(whole) == sorted(chain(*found)), split


# jinja: endif
@pytest.mark.parametrize(("length", "batch_size"), [(2, 1), (3, 2), (5, 2), (7, 3), (9, 100)])
def test_every_process_has_something_in_every_batch(be_rank, length, batch_size):
    found = []
    for rank in range(2):
        be_rank(rank)
        found.append(batches_in_order(length, batch_size))
    assert len(found[0]) == len(found[1])
    assert all(len(batch) for batches in found for batch in batches)
    assert sorted(chain(*chain(*found))) == list(range(length))


def test_a_last_batch_that_is_too_small_for_the_processes_is_left_out(be_rank):
    be_rank(1)
    sampler = EpochSampler(5, 4, seed=0)
    assert len([*sampler]) == len(sampler) == 1


def test_what_is_too_small_for_the_processes_is_refused(settings, be_rank):
    be_rank(1)
    with pytest.raises(DataError, match="too few for 2 processes"):
        batches_in_order(1, 5)
    settings.data.batch_size = 1
    # jinja: if form == "graph"
    settings.data.neighbours = [2]
    # jinja: endif
    with pytest.raises(DataError, match="too small for 2 processes"):
        load_data(settings.data, seed=0)


def test_each_process_of_a_machine_has_a_device_of_its_own(monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "3")
    assert choose_device("meta").index == 3
    assert choose_device("meta:1").index == 1, "not the one that was asked for"
