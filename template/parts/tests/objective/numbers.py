"""What any loss of numbers must do: leave out the unknown, whatever the unit, and fit `predict`."""

import pytest
import torch
from targets import INFO, MEAN, STD, TRAINING
from torch.testing import assert_close

from package.engine.labels import Label
from package.objective import Objective, num_outputs
from package.targets import describe_labels

K = len(MEAN)  # columns; unlike the batch sizes
NAN = float("nan")


@pytest.fixture
def objective(settings):
    """What the recipe sets is as it is there."""
    return Objective(settings.objective, INFO)


def make_numbers(size):
    generator = torch.Generator().manual_seed(size)
    outputs = 2 * torch.randn(size, num_outputs(INFO), generator=generator)
    return outputs, MEAN + STD * 2 * torch.randn(size, K, generator=generator)


def test_what_is_unknown_does_not_count(objective):
    """Neither as 0 nor as the mean; and no gradient comes from it, which would be NaN."""
    outputs, target = make_numbers(7)
    unknown = torch.zeros(7, K, dtype=torch.bool)
    unknown[1, 0] = unknown[4, 3] = unknown[5] = True
    target[unknown] = NAN
    loss, count = objective(outputs.requires_grad_(), target)
    assert count == objective.count(target) == (~unknown).sum()
    loss.backward()
    is_used = outputs.grad != 0
    assert torch.equal(is_used.sum(dim=1), (~unknown).sum(dim=1) * outputs.size(1) // K)
    other, _ = objective(outputs.detach() + 5 * ~is_used, target)
    assert_close(other, loss.detach(), msg="the loss depends on a prediction of the unknown")


def test_a_loss_over_nothing_is_zero(objective):
    """A mean over nothing would be NaN, and all weights with it."""
    outputs, target = make_numbers(5)
    loss, count = objective(outputs.requires_grad_(), target * NAN)
    assert (loss, count) == (0, 0)
    loss.backward()
    assert not outputs.grad.any()


@pytest.mark.parametrize("columns", [1, K])
def test_means_of_uneven_batches_add_up(settings, columns):
    """A column alone keeps its axis: of ``(B, 1)`` and ``(B,)`` torch makes ``(B, B)``."""
    known = [Label("known", "made up", dict([*row.items()][:columns])) for row in TRAINING]
    objective = Objective(settings.objective, info := describe_labels(known))
    outputs, target = make_numbers(7)
    outputs, target = outputs[:, : num_outputs(info)], target[:, :columns]
    target[1:4, :2] = NAN
    parts = [objective(outputs[rows], target[rows]) for rows in (slice(0, 5), slice(5, 7))]
    mean = sum(loss * count for loss, count in parts) / sum(count for _, count in parts)
    assert_close(mean, objective(outputs, target)[0])


def test_predictions_are_in_the_unit_of_the_targets(objective):
    """What the loss does to targets, predict undoes: who predicts them exactly pays nothing."""
    outputs, _ = make_numbers(5)
    if outputs.size(1) > K:  # quantiles, say: a prediction is perfect if they all agree
        outputs = outputs[:, :1].repeat(1, outputs.size(1))
    target = objective.predict(outputs)
    assert objective(outputs, target)[0] < 1e-5, "a perfect prediction must cost nothing"
    assert objective(outputs + 1, target)[0] > 1e-3, "a deviation beside the target costs something"


def test_outputs_of_sixteen_bits_are_taken(objective):
    outputs, target = make_numbers(5)
    outputs = outputs.bfloat16()
    loss, _ = objective(outputs, target)
    assert_close(loss.float(), objective(outputs.float(), target)[0], rtol=0.01, atol=0.01)
    assert objective.predict(outputs).dtype == torch.float32, "a unit needs more than 8 bits"


# jinja: if loss == "huber"
@pytest.mark.parametrize("delta", [0.0, -1.0, NAN])
def test_delta_is_above_zero(settings, delta):
    with pytest.raises(ValueError, match=r"objective\.delta is .*: it must be above 0"):
        type(settings.objective)(delta=delta)


# jinja: endif
def test_statistics_move_with_the_objective_and_are_not_saved(objective):
    """A plain tensor stays where it was made; a checkpoint has them with what it knows of data."""
    assert not objective.state_dict()
    buffers = dict(objective.to("meta").named_buffers())
    assert buffers
    assert all(buffer.is_meta for buffer in buffers.values())
