"""The loss against its definition. If you change it on purpose, change it here too."""

import pytest
import torch
from test_objective import WEIGHTS, K, make_logits, make_objective
from torch.testing import assert_close


def by_definition(logits, target, weights=None):
    """Mean of -log p of the true class, weighted by class."""
    exponentials = logits.double().exp()
    probabilities = exponentials / exponentials.sum(dim=1, keepdim=True)
    losses = -probabilities[torch.arange(len(target)), target].log()
    weight = torch.tensor(weights or [1.0] * K)[target]
    return ((weight * losses).sum() / weight.sum()).float(), weight.sum()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_loss_is_the_negative_log_likelihood(settings, size, weights):
    objective = make_objective(settings, weights)
    logits, target = make_logits(size)
    loss, count = objective.train()(logits, target)
    expected, expected_count = by_definition(logits, target, weights)
    assert_close(loss, expected)
    assert float(count) == pytest.approx(expected_count.item()), "the mean divides by another count"
    loss, count = objective.eval()(logits, target)
    message = "class weights are for training: with them, losses of two settings cannot be compared"
    assert_close(loss, by_definition(logits, target)[0], msg=message)
    assert count == size
