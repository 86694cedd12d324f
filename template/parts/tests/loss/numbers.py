"""The loss against its definition. If you change it on purpose, change it here too."""

import pytest
from targets import INFO, MEAN, STD
from test_objective import K, make_numbers
from torch.testing import assert_close

from package.objective import Objective


def by_definition(outputs, target):
    """Mean loss of standardised numbers."""
    error = (outputs - (target.double() - MEAN) / STD).abs()
    # jinja: if loss == "huber"
    losses = (error**2 / 2).where(error < 0.7, 0.7 * (error - 0.7 / 2))
    # jinja: elif loss == "l1"
    losses = error
    # jinja: else
    losses = error**2
    # jinja: endif
    return losses.mean().float()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("training", [True, False])
def test_loss_is_that_of_standardised_numbers(settings, size, training):
    """In their units the largest numbers would be all that counts."""
    # jinja: if loss == "huber"
    settings.objective.delta = 0.7
    # jinja: endif
    objective = Objective(settings.objective, INFO).train(training)
    outputs, target = make_numbers(size)
    loss, count = objective(outputs, target)
    assert_close(loss, by_definition(outputs, target))
    assert count == objective.count(target) == size * K
