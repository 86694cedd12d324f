"""The loss against its definition in float64, and numbers that give a wrong scale away."""

import pytest
import torch
from torch.testing import assert_close

from package.objective import Objective, ObjectiveSettings, num_outputs

MEAN, STD = [50.0, -3.0, 0.0, 1e6], [20.0, 0.5, 1.0, 1e5]  # of the training
K = len(MEAN)  # columns; unlike the batch sizes
INFO = {"target_columns": [*"abcd"], "target_mean": MEAN, "target_std": STD}
NAN = float("nan")
# jinja: if loss == "huber"
DELTA = 0.7
SETTINGS = ObjectiveSettings(delta=DELTA)


# jinja: else
SETTINGS = ObjectiveSettings()


# jinja: endif


def make_numbers(size):
    generator = torch.Generator().manual_seed(size)
    outputs, scaled = 2 * torch.randn(2, size, K, generator=generator)
    return outputs, torch.tensor(MEAN) + torch.tensor(STD) * scaled


def by_definition(outputs, target):
    """Mean loss of standardised numbers, of those that are known."""
    scaled = (target.double() - torch.tensor(MEAN).double()) / torch.tensor(STD).double()
    error = (outputs.double() - scaled).abs()
    # jinja: if loss == "huber"
    losses = torch.where(error < DELTA, error**2 / 2, DELTA * (error - DELTA / 2))
    # jinja: elif loss == "l1"
    losses = error
    # jinja: else
    losses = error**2
    # jinja: endif
    return losses[target.isfinite()].mean().float()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("training", [True, False])
def test_loss_is_that_of_standardised_numbers(size, training):
    """In their units the largest numbers would be all that counts."""
    objective = Objective(SETTINGS, INFO).train(training)
    outputs, target = make_numbers(size)
    loss, count = objective(outputs, target)
    assert_close(loss, by_definition(outputs, target))
    assert count == size * K
    assert objective.count(target) == count


def test_what_is_unknown_does_not_count():
    """Neither as 0 nor as the mean; and no gradient comes from it, which would be NaN."""
    objective = Objective(SETTINGS, INFO)
    outputs, target = make_numbers(7)
    unknown = torch.zeros(7, K, dtype=torch.bool)
    unknown[1, 0] = unknown[4, 3] = unknown[5] = True
    target[unknown] = NAN
    loss, count = objective(outputs.requires_grad_(), target)
    assert_close(loss, by_definition(outputs.detach(), target))
    assert count == objective.count(target) == 7 * K - 6
    loss.backward()
    assert not outputs.grad[unknown].any()
    assert outputs.grad[~unknown].all()


def test_a_loss_over_nothing_is_zero():
    """A mean over nothing would be NaN, and all weights with it."""
    outputs, target = make_numbers(5)
    loss, count = Objective(SETTINGS, INFO)(outputs.requires_grad_(), target * NAN)
    assert loss == 0
    assert count == 0
    loss.backward()
    assert not outputs.grad.any()


def test_means_of_uneven_batches_add_up():
    objective = Objective(SETTINGS, INFO)
    outputs, target = make_numbers(7)
    target[1:4, :2] = NAN
    parts = [objective(outputs[rows], target[rows]) for rows in (slice(0, 5), slice(5, 7))]
    mean = sum(loss * count for loss, count in parts) / sum(count for _, count in parts)
    assert_close(mean, objective(outputs, target)[0])


def test_the_model_gives_a_number_for_each_column():
    assert num_outputs(INFO) == K


def test_predictions_are_in_the_unit_of_the_targets():
    """What the loss does to targets, predict undoes: a perfect model predicts them."""
    objective = Objective(SETTINGS, INFO)
    _, target = make_numbers(5)
    perfect = (target - torch.tensor(MEAN)) / torch.tensor(STD)
    assert_close(objective.predict(perfect), target)
    assert objective(perfect, target)[0] < 1e-6, "a perfect prediction must cost nothing"
    assert_close(objective.predict(torch.zeros(1, K)), torch.tensor([MEAN]))


def test_outputs_of_sixteen_bits_are_taken():
    objective = Objective(SETTINGS, INFO)
    outputs, target = make_numbers(5)
    outputs = outputs.bfloat16()
    loss, _ = objective(outputs, target)
    assert_close(loss.float(), by_definition(outputs.float(), target), rtol=0.01, atol=0.01)
    assert objective.predict(outputs).dtype == torch.float32, "a unit needs more than 8 bits"


# jinja: if loss == "huber"
@pytest.mark.parametrize("delta", [0.0, -1.0, NAN])
def test_delta_is_above_zero(delta):
    with pytest.raises(ValueError, match=r"objective\.delta is .*: it must be above 0"):
        ObjectiveSettings(delta=delta)


# jinja: endif
def test_statistics_move_with_the_objective_and_are_not_saved():
    """A plain tensor stays where it was made; a checkpoint has them with what it knows of data."""
    objective = Objective(SETTINGS, INFO)
    assert not objective.state_dict()
    buffers = dict(objective.to("meta").named_buffers())
    assert buffers
    assert all(buffer.is_meta for buffer in buffers.values())
