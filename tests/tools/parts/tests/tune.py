"""The finders: what they suggest, and what they refuse."""

import re

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import SGD
from torch.optim.lr_scheduler import LambdaLR

from package.engine.run import RunError
from package.engine.state import TrainState
from package.tools import tune

small = pytest.mark.parametrize("info", ["small"], indirect=True)


class Quadratic(nn.Module):
    """A model that gives its own loss: half of curvature times square, over 20 weights."""

    def __init__(self, curvature):
        super().__init__()
        self.register_buffer("curvature", curvature)
        self.weights = nn.Parameter(torch.randn(20) / curvature.sqrt())

    def forward(self, *_):
        return (self.curvature * self.weights.square()).sum() / 2


class OwnLoss(nn.Module):
    def forward(self, outputs, _):
        return outputs, 1

    def count(self, _):
        return 1


@small
@pytest.mark.parametrize("ratio", [1.0, 10.0])
def test_the_suggestion_is_near_the_best_rate_of_a_quadratic(
    bare_settings, info, make_batch, ratio
):
    """Gradient descent on curvatures from a to b is fastest at 2 / (a + b)."""
    state = TrainState(bare_settings, info, total_steps=1)
    largest = 10 ** (2 * torch.rand(1).item())
    curvature = torch.logspace(np.log10(largest / ratio), np.log10(largest), 20)
    model = Quadratic(curvature)
    optimizer = SGD(model.parameters(), lr=1.0)
    schedule = LambdaLR(optimizer, lambda step: 1.0)
    vars(state).update(model=model, optimizer=optimizer, schedule=schedule)
    vars(state).update(objective=OwnLoss(), clip_norm=0.0)
    rates = np.geomspace(1e-4, 10.0, 150)
    losses = tune.trace_losses(state, [make_batch(2)], iter([make_batch(2)] * 150), rates)
    suggested = rates[tune.find_steepest(rates[: len(losses)], tune.smooth_losses(losses))] / 2
    best = 2 / (largest / ratio + largest)
    assert best / 3 < suggested < best * 3


@small
def test_every_step_has_the_rate_that_is_drawn_for_it(settings, info, make_batch):
    state = TrainState(settings, info, total_steps=10)
    rates = []
    state.optimizer.register_step_pre_hook(
        lambda optimizer, *_: rates.append([group["lr"] for group in optimizer.param_groups])
    )
    tune.trace_losses(state, [make_batch(6)], iter([make_batch(6)] * 3), np.array([0.1, 0.2, 0.4]))
    for rate, factor in zip(rates, [0.1, 0.2, 0.4], strict=True):
        assert rate == pytest.approx([settings.optim.lr * factor] * len(rate))


@small
def test_the_finder_says_how_far_it_is(settings, info, make_batch, capsys):
    """It takes minutes, and without a terminal nothing else is seen of it."""
    state = TrainState(settings, info, total_steps=50)
    batch = make_batch(2)
    tune.trace_losses(state, [batch], iter([batch] * 50), np.full(50, 1e-9))
    assert "step 50 of 50: loss " in capsys.readouterr().out


# jinja: if form != "graph"
# jinja: if pretrained
LITTLE = 0.02  # GiB, for some examples
# jinja: else
LITTLE = 0.004  # GiB, for some examples
# jinja: endif


@pytest.mark.parametrize("memory", [LITTLE, 100.0])
def test_the_batch_grows_to_the_memory_or_to_the_whole_training_set(
    settings, capsys, memory, request, tmp_path
):
    if memory == 100.0:
        settings = request.getfixturevalue("short_settings")  # whose training set is soon reached
    # jinja: if pretrained
    import inputs

    settings.run.init = inputs.save_backbone(tmp_path / "backbone", seed=0)
    # jinja: endif
    # jinja: if form == "corpus"
    settings.data.context = 8  # of longer blocks not even two fit
    # jinja: endif
    recipe, lr = settings.data.batch_size, settings.optim.lr
    tune.find_batch_size(settings=settings, memory=memory)
    output = capsys.readouterr().out
    fit = [int(size) for size in re.findall(r"batch size (\d+) fits", output)]
    too_large = [int(size) for size in re.findall(r"batch size (\d+) does not fit", output)]
    size, rate = re.search(r"--data.batch_size (\d+) --optim.lr (\S+)", output).groups()
    if memory == 100.0:
        assert not too_large
        assert int(size) == max(fit)
    else:
        assert f"{LITTLE} GiB" in output, "the budget is not stated"
        assert max(fit) < min(too_large) <= max(fit) + max(1, max(fit) // 16)
        assert 0.85 * max(fit) <= int(size) <= max(fit)
    # jinja: if optimizer == "sgd"
    growth = int(size) / recipe
    # jinja: else
    growth = (int(size) / recipe) ** 0.5
    # jinja: endif
    assert float(rate) == pytest.approx(lr * growth, rel=0.05)


def test_where_no_batch_fits_it_is_said(settings, tmp_path):
    # jinja: if pretrained
    import inputs

    settings.run.init = inputs.save_backbone(tmp_path / "backbone", seed=0)
    # jinja: endif
    with pytest.raises(RunError, match="smaller model"):
        tune.find_batch_size(settings=settings, memory=1e-7)


# jinja: endif
def test_the_running_mean_has_no_bias_at_its_start():
    assert tune.smooth_losses(np.full(5, 3.0)) == pytest.approx([3.0] * 5)


def test_a_loss_that_does_not_fall_has_no_suggestion():
    rates = np.geomspace(1e-4, 1.0, 50)
    with pytest.raises(RunError, match="falls at no rate"):
        tune.find_steepest(rates, 2.0 + rates)


def test_find_lr_saves_the_curve_and_prints_the_suggestion(short_settings, no_augmentation, capsys):
    """Of all examples at once and with nothing left to chance: the loss is then sure to fall."""
    settings, lr = short_settings, short_settings.optim.lr
    settings.augment, settings.model.dropout = no_augmentation, 0.0
    if hasattr(settings.data, "batch_size"):
        settings.data.batch_size = 64
    tune.find_lr(settings=settings, lowest=lr / 100, highest=30 * lr, steps=50)
    (file,) = settings.run.folder.glob("*-find-lr.png")
    assert file.read_bytes().startswith(b"\x89PNG")
    suggested = re.search(r"--optim.lr (\S+)", capsys.readouterr().out)
    assert lr / 210 < float(suggested[1]) < 16 * lr
    with pytest.raises(RunError, match="lowest"):
        tune.find_lr(settings=settings, lowest=1.0, highest=0.1)
