"""The loss against its definition. If you change it on purpose, change it here too."""

import pytest
from test_objective import make_logits, make_objective
from torch.testing import assert_close


def by_definition(logits, target, weight=1.0):
    """Mean of -log p of the true class, in which those of the second class have a weight."""
    p = 1 / (1 + (-logits[:, 0].double()).exp())
    return -(weight * target * p.log() + (1 - target) * (1 - p).log()).mean().float()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("weight", [None, 0.25, 3.0])
def test_loss_is_the_binary_cross_entropy(settings, size, weight):
    objective = make_objective(settings, weight)
    logits, target = make_logits(size)
    loss, count = objective.train()(logits, target)
    message = "the loss is not the mean of -log p, with pos_weight for the second class alone"
    assert_close(loss, by_definition(logits, target, weight or 1.0), msg=message)
    assert count == size, "the mean is over all samples, whatever their weights"
    loss, _ = objective.eval()(logits, target)
    message = "pos_weight is for training: with it, losses of two settings cannot be compared"
    assert_close(loss, by_definition(logits, target), msg=message)
