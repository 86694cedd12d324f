"""The loss against its definition. If you change it on purpose, change it here too."""

import pytest
import torch
from torch.testing import assert_close

from package.objective import Objective

MEAN, STD = [50.0, -3.0, 0.0, 1e6], [20.0, 0.5, 1.0, 1e5]  # of the training
K = len(MEAN)  # columns; unlike the batch sizes
INFO = {"target_columns": [*"abcd"], "target_mean": MEAN, "target_std": STD}


# jinja: if loss == "huber"
DELTA = 0.7


# jinja: endif
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
def test_loss_is_that_of_standardised_numbers(settings, size, training):
    """In their units the largest numbers would be all that counts."""
    # jinja: if loss == "huber"
    settings.objective.delta = DELTA
    # jinja: endif
    objective = Objective(settings.objective, INFO).train(training)
    outputs, scaled = 2 * torch.randn(2, size, K)
    target = torch.tensor(MEAN) + torch.tensor(STD) * scaled
    loss, count = objective(outputs, target)
    assert_close(loss, by_definition(outputs, target))
    assert count == size * K
    assert objective.count(target) == count


def test_an_output_of_zero_is_the_training_mean(settings):
    objective = Objective(settings.objective, INFO)
    assert_close(objective.predict(torch.zeros(1, K)), torch.tensor([MEAN]))
