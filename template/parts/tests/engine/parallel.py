"""Two processes train as one does on the same batches; evaluation counts every sample once."""

from copy import deepcopy

import pytest
import torch
from processes import forked, in_two_processes
from torch import nn
from torch.distributed.tensor import DTensor
from torch.nn.modules.batchnorm import _BatchNorm
from torch.testing import assert_close

# jinja: if form == "graph"
from package.data import load_data
# jinja: endif
from package.engine.parallel import all_gather
from package.engine.state import TrainState
from package.metrics import Metrics
from package.model import build_model
from package.objective import Objective
# jinja: if output == "node"
from package.targets import is_known
# jinja: endif
from package.train import evaluate, train_steps

SIZES = [(4, 4), (3, 2), (1, 3)]  # of the batches of the first and of the second process

__all__ = ["in_two_processes"]  # a fixture
small = pytest.mark.parametrize("info", ["small"], indirect=True)


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
        state = TrainState(bare_settings, info, total_steps=len(SIZES))
        before = deepcopy(state.state_dict()["model"])
        list(train_steps(state, batches))
        metrics = evaluate(state.model, state.objective, batches)
        after = state.state_dict()["model"]
        moved = {} if rank == 1 else {name: after[name] - before[name] for name in after}
        return moved, metrics

    (moved, metrics), (expected, expected_metrics) = in_two_processes(work), work(None)
    moved, expected = (torch.cat([d.flatten() for d in ds.values()]) for ds in (moved, expected))
    # AdamW makes a whole step of a gradient of nearly 0, whose sign rounding decides.
    assert (moved - expected).norm() < 0.01 * expected.norm()
    assert metrics == pytest.approx(expected_metrics, rel=1e-3, nan_ok=True)


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
        state = TrainState(bare_settings, info, total_steps=1)
        found = []

        def keep(*_):
            gradients = [parameter.grad for parameter in state.model.parameters()]
            found.extend(g.full_tensor() if isinstance(g, DTensor) else g for g in gradients)

        state.optimizer.register_step_pre_hook(keep)
        list(train_steps(state, [make_batch(size, first=first)]))
        return found

    assert_close(in_two_processes(work), work(None), rtol=1e-3, atol=1e-5)


@small
def test_what_each_process_has_counted_makes_one(settings, info, model, make_batch):
    """Tensors are summed and lists joined; what else there is must not change."""
    objective = Objective(settings.objective, info)
    inputs, target = make_batch(40)
    prediction = objective.predict(torch.randn_like(model(*inputs)))
    whole, first, second = (Metrics(objective.info) for _ in range(3))
    whole.update(prediction, target)
    for part, rows in ((first, range(9)), (second, range(9, 25)), (first, range(25, len(target)))):
        part.update(prediction[rows], target[rows])
    for name, value in vars(first).items():
        if isinstance(value, torch.Tensor | list):
            setattr(first, name, value + getattr(second, name))
    assert first.compute() == pytest.approx(whole.compute(), nan_ok=True)


# jinja: if form == "graph"
@pytest.fixture
def be_rank(monkeypatch):
    """``be_rank(1)`` reads the data as the second of two processes does."""

    def become(rank):
        monkeypatch.setattr("torch.distributed.is_initialized", lambda: True)
        monkeypatch.setattr("torch.distributed.get_world_size", lambda: 2)
        monkeypatch.setattr("torch.distributed.get_rank", lambda: rank)

    return become


def tell(batch):
    """What a batch is about and its messages; nodes are told apart by their features."""
    inputs, target = batch
    rows = [tuple(row) for row in inputs[0].tolist()]
    messages = {(rows[start], rows[end]) for start, end in inputs[1].T.tolist()}
    # jinja: if output == "pair"
    ends = [(rows[start], rows[end]) for start, end in inputs[2].T.tolist()]
    samples = [*zip(ends, target.tolist(), strict=True)]
    # jinja: else
    samples = [rows[node] for node in is_known(target).nonzero().flatten().tolist()]
    # jinja: endif
    return samples, messages


@pytest.fixture
def read(short_settings):
    """``read()``: each batch of the splits, with some neighbours of the nodes that it is for."""

    def run():
        short_settings.data.neighbours, short_settings.data.batch_size = [1], 6
        data = load_data(short_settings.data, seed=0)
        data.sampler.set_epoch(1)
        splits = {name: getattr(data, name) for name in ("train", "validation", "test")}
        return {name: [tell(batch) for batch in loader] for name, loader in splits.items()}

    return run


def test_processes_share_every_batch(read, be_rank):
    """And the neighbours of a node are the same whoever draws them."""
    one, two = read(), []
    for rank in range(2):
        be_rank(rank)
        two.append(read())
    whole = [batch for batch in one["train"] if len(batch[0]) > 1]
    for expected, *found in zip(whole, two[0]["train"], two[1]["train"], strict=True):
        assert sorted(found[0][0] + found[1][0]) == sorted(expected[0])
        assert abs(len(found[0][0]) - len(found[1][0])) < 3, "one process has most of the work"
        assert found[0][1] | found[1][1] == expected[1], "other neighbours are drawn"
    for split in ("validation", "test"):
        assert len(two[0][split]) == len(two[1][split]), split
        expected, *found = ([s for own, _ in each[split] for s in own] for each in (one, *two))
        assert sorted(expected) == sorted(found[0] + found[1]), split


# jinja: if output == "pair"
def test_what_either_process_predicts_is_a_message_in_none(read, be_rank):
    two = []
    for rank in range(2):
        be_rank(rank)
        two.append(read())
    for one, other in zip(two[0]["train"], two[1]["train"], strict=True):
        edges = {pair for pair, known in one[0] + other[0] if known}
        edges |= {(end, start) for start, end in edges}
        assert not edges & (one[1] | other[1])


# jinja: endif
# jinja: endif
@forked
@small
@pytest.mark.parametrize("kind", ["dropout", "augmentation"])
def test_no_process_repeats_what_another_one_draws(
    bare_settings, info, strong_augmentation, make_batch, in_two_processes, kind
):
    if kind == "augmentation":
        bare_settings.augment = strong_augmentation
    elif hasattr(bare_settings.model, "dropout"):
        bare_settings.model.dropout = 0.5
    else:
        pytest.skip("the model has no dropout")

    def work(rank):
        state = TrainState(bare_settings, info, total_steps=1)
        ((loss, _),) = train_steps(state, [make_batch(8)])
        return all_gather(loss.item())

    one, other = in_two_processes(work)
    assert one != other, f"both have the same {kind}"
