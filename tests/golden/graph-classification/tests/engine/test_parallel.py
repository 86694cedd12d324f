"""Two processes train as one does on the same batches; evaluation counts every sample once."""

import sys
from copy import deepcopy
from itertools import chain

import pytest
import torch
import torch.multiprocessing as mp
from torch import nn
from torch.distributed.tensor import DTensor
from torch.nn.modules.batchnorm import _BatchNorm
from torch.testing import assert_close

from graph_classification.data import load_data
from graph_classification.engine.labels import DataError
from graph_classification.engine.parallel import ParallelError, gather, in_lockstep
from graph_classification.engine.state import build_state
from graph_classification.metrics import Metrics
from graph_classification.model import build_model
from graph_classification.train import evaluate, train_steps

SIZES = [(4, 4), (3, 2), (1, 3)]  # of the batches in the first and in the second process

forked = pytest.mark.skipif(sys.platform != "linux", reason="the processes are forks of this one")
small = pytest.mark.parametrize("info", ["small"], indirect=True)


def work_in_group(rank, work, folder):
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2
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
    """The mean is over all samples of both, though one has more of them, and more batches.

    The first step is of two batches, the second of one.
    """
    bare_settings.training.parallel, bare_settings.training.accumulate = mode, 2
    bare_settings.training.clip_norm = 0.5
    monkeypatch.setattr("graph_classification.engine.state.build_model", build_without_batch_norm)

    def work(rank):
        batches = []
        for step, (one, two) in enumerate(SIZES):
            first, size = {None: (0, one + two), 0: (0, one), 1: (one, two)}[rank]
            batches.append(make_batch(size, first=20 * step + first))
        state = build_state(bare_settings, info, total_steps=len(SIZES))
        before = deepcopy(state.state_dict()["model"])
        list(train_steps(state, batches))
        held_out = batches[: 1 if rank == 1 else 2]
        if rank is None:
            held_out[1] = make_batch(SIZES[1][0], first=20)
        metrics = evaluate(state.model, state.objective, Metrics(info), held_out)
        after = state.state_dict()["model"]
        return {name: after[name] - before[name] for name in after}, metrics

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
    bare_settings.training.parallel, bare_settings.training.clip_norm = mode, 0.0
    monkeypatch.setattr("graph_classification.engine.state.build_model", build_without_batch_norm)

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
        return gather(loss.item())

    one, other = in_two_processes(work)
    assert one != other, f"both have the same {kind}"


def test_processes_share_every_batch(settings):
    """And none evaluates what another one does."""
    settings.data.batch_size = 256
    one = load_data(settings.data, seed=0)
    two = [load_data(settings.data, seed=0, share=(rank, 2)) for rank in range(2)]
    for data in (one, *two):
        data.sampler.set_epoch(1)

    def targets(loader):
        return [sorted(target.tolist()) for _, target in loader]

    shares = zip(targets(two[0].train), targets(two[1].train), strict=True)
    assert [sorted(a + b) for a, b in shares] == targets(one.train)
    for split in ("validation", "test"):
        whole, *found = (chain(*targets(getattr(data, split))) for data in (one, *two))
        assert sorted(whole) == sorted(chain(*found)), split


def test_a_process_with_nothing_to_evaluate_is_refused():
    with pytest.raises(ParallelError, match="fewer batches to evaluate than processes"):
        list(in_lockstep([]))


def test_a_batch_that_cannot_be_shared_is_refused(settings):
    settings.data.batch_size = 7
    with pytest.raises(DataError, match="multiple"):
        load_data(settings.data, seed=0, share=(0, 2))
