"""Two processes train as one does on the same batches; evaluation counts every sample once."""

import sys
from copy import deepcopy
from datetime import timedelta
from itertools import chain

import pytest
import torch
import torch.multiprocessing as mp
from torch import nn
from torch.distributed.tensor import DTensor
from torch.nn.modules.batchnorm import _BatchNorm
from torch.testing import assert_close

from package.data import load_data
from package.engine.device import choose_device
from package.engine.labels import DataError
from package.engine.parallel import all_gather
from package.engine.sampling import batches_in_order
from package.engine.state import build_state
from package.metrics import Metrics
from package.model import build_model
from package.train import evaluate, train_steps

SIZES = [(4, 4), (3, 2), (1, 3)]  # of the batches of the first and of the second process
TIMEOUT = timedelta(seconds=60)  # for what the other process never answers

forked = pytest.mark.skipif(sys.platform != "linux", reason="the processes are forks of this one")
small = pytest.mark.parametrize("info", ["small"], indirect=True)


def work_in_group(rank, work, folder):
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2, timeout=TIMEOUT
    )
    torch.save(work(rank), folder / f"{rank}.pt")
    torch.distributed.destroy_process_group()


@pytest.fixture
def in_two_processes(tmp_path):
    """``in_two_processes(work)`` is what ``work(rank)`` returns in the first of them."""

    def run(work):
        mp.start_processes(work_in_group, (work, tmp_path), nprocs=2, start_method="fork")
        return torch.load(tmp_path / "0.pt")

    return run


def build_without_batch_norm(settings, info, num_outputs):
    """On a CPU each process has its own statistics, which cannot equal those of one process."""

    def remove(module):
        for name, child in module.named_children():
            if isinstance(child, _BatchNorm):
                setattr(module, name, nn.Identity())
            remove(child)
        return module

    return remove(build_model(settings, info, num_outputs))


@forked
@small
@pytest.mark.parametrize("mode", ["ddp", "fsdp"])
def test_two_processes_train_as_one(
    bare_settings, info, make_batch, in_two_processes, monkeypatch, mode
):
    """The mean is over all samples of both, though one has more of them in a batch.

    The first step is of two batches, the second of one.
    """
    bare_settings.run.parallel, bare_settings.training.accumulate = mode, 2
    bare_settings.training.clip_norm = 0.5
    monkeypatch.setattr("package.engine.state.build_model", build_without_batch_norm)

    def work(rank):
        batches = []
        for step, (one, two) in enumerate(SIZES):
            first, size = {None: (0, one + two), 0: (0, one), 1: (one, two)}[rank]
            batches.append(make_batch(size, first=20 * step + first))
        state = build_state(bare_settings, info, total_steps=len(SIZES))
        before = deepcopy(state.state_dict()["model"])
        list(train_steps(state, batches))
        metrics = evaluate(state.model, state.objective, Metrics(info), batches)
        after = state.state_dict()["model"]
        moved = {} if rank == 1 else {name: after[name] - before[name] for name in after}
        return moved, metrics

    (moved, metrics), (expected, expected_metrics) = in_two_processes(work), work(None)
    moved, expected = (torch.cat([d.flatten() for d in ds.values()]) for ds in (moved, expected))
    # AdamW makes a whole step of a gradient of nearly 0, whose sign rounding decides.
    assert (moved - expected).norm() < 0.01 * expected.norm()
    assert metrics == pytest.approx(expected_metrics, rel=1e-3)


@forked
@small
@pytest.mark.parametrize("mode", ["ddp", "fsdp"])
def test_the_gradient_is_the_mean_over_the_samples_of_both(
    bare_settings, info, make_batch, in_two_processes, monkeypatch, mode
):
    """Neither clipping nor AdamW would show one that is a multiple of it."""
    bare_settings.run.parallel, bare_settings.training.clip_norm = mode, 0.0
    monkeypatch.setattr("package.engine.state.build_model", build_without_batch_norm)

    def work(rank):
        first, size = {None: (0, 5), 0: (0, 3), 1: (3, 2)}[rank]
        state = build_state(bare_settings, info, total_steps=1)
        found = []

        def keep(*_):
            gradients = [parameter.grad for parameter in state.model.parameters()]
            found.extend(g.full_tensor() if isinstance(g, DTensor) else g for g in gradients)

        state.optimizer.register_step_pre_hook(keep)
        list(train_steps(state, [make_batch(size, first=first)]))
        return found

    assert_close(in_two_processes(work), work(None), rtol=1e-3, atol=1e-5)


@forked
@small
@pytest.mark.parametrize("mode", ["ddp", "fsdp"])
def test_a_checkpoint_is_the_same_for_one_process_and_for_two(
    bare_settings, info, make_batch, in_two_processes, mode
):
    """A training that was begun by two goes on with one, and the other way round."""
    bare_settings.run.parallel = mode
    state = build_state(bare_settings, info, total_steps=2)
    list(train_steps(state, [make_batch(4)]))
    state.mean_loss.update(torch.tensor(2.0), 3)
    saved = deepcopy(state.state_dict())

    def tensors(checkpoint):
        random = checkpoint["random"]
        moments = checkpoint["optimizer"]["state"]
        return checkpoint["model"], moments, checkpoint["loss"], random["torch"]

    def load_and_save(rank):
        other = build_state(bare_settings, info, total_steps=2)
        other.load_state_dict(saved)
        return other.state_dict()

    of_two = in_two_processes(load_and_save)
    state.load_state_dict(of_two)
    for checkpoint in (of_two, state.state_dict()):
        assert_close(tensors(checkpoint), tensors(saved), rtol=0, atol=0)


@forked
@small
@pytest.mark.parametrize("kind", ["dropout", "augmentation"])
def test_no_process_repeats_what_another_one_draws(
    bare_settings, info, strong_augmentation, make_batch, in_two_processes, kind
):
    if kind == "dropout":
        bare_settings.model.dropout = 0.5
    else:
        bare_settings.augment = strong_augmentation

    def work(rank):
        state = build_state(bare_settings, info, total_steps=1)
        ((loss, _),) = train_steps(state, [make_batch(8)])
        return all_gather(loss.item())

    one, other = in_two_processes(work)
    assert one != other, f"both have the same {kind}"


@pytest.fixture
def be_rank(monkeypatch):
    """``be_rank(1)`` reads the data as the second of two processes does."""

    def become(rank):
        monkeypatch.setattr("torch.distributed.is_initialized", lambda: True)
        monkeypatch.setattr("torch.distributed.get_world_size", lambda: 2)
        monkeypatch.setattr("torch.distributed.get_rank", lambda: rank)

    return become


def test_processes_share_every_batch(settings, be_rank):
    """And none evaluates what another one does; all have equally many batches."""
    settings.data.batch_size = 256

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


@pytest.mark.parametrize(("length", "batch_size"), [(2, 1), (3, 2), (5, 2), (7, 3), (9, 100)])
def test_every_process_has_something_in_every_batch(be_rank, length, batch_size):
    found = []
    for rank in range(2):
        be_rank(rank)
        found.append(batches_in_order(length, batch_size))
    assert len(found[0]) == len(found[1])
    assert all(len(batch) for batches in found for batch in batches)
    assert sorted(chain(*chain(*found))) == list(range(length))


def test_what_is_too_small_for_the_processes_is_refused(settings, be_rank):
    be_rank(1)
    with pytest.raises(DataError, match="too few for 2 processes"):
        batches_in_order(1, 5)
    settings.data.batch_size = 1
    with pytest.raises(DataError, match="too small for 2 processes"):
        load_data(settings.data, seed=0)


def test_each_process_of_a_machine_has_a_device_of_its_own(monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "3")
    assert choose_device("meta").index == 3
    assert choose_device("meta:1").index == 1, "not the one that was asked for"
