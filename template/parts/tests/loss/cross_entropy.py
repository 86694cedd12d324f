"""The loss against its definition. If you change it on purpose, change it here too."""

import pytest
import torch
from test_objective import WEIGHTS, K, make_logits, make_objective
from torch.testing import assert_close


def by_definition(logits, target, smoothing=0.0, weights=None):
    """Mean of -sum_k q_k w_k log p_k, where q is the smoothed target and w weighs the classes.

    It divides by the weights of the true classes, which is the second number.
    """
    weight = torch.tensor(weights or [1.0] * K)
    exponentials = logits.double().exp()
    log_p = (exponentials / exponentials.sum(dim=1, keepdim=True)).log()
    q = torch.full(logits.shape, smoothing / K, dtype=torch.float64)
    q[torch.arange(len(target)), target] += 1 - smoothing
    total, count = -(q * weight * log_p).sum(), weight[target].sum()
    return (total / count).float(), count.item()


# jinja: if mixing
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_mixed_target_costs_what_its_classes_cost_by_their_shares(settings, smoothing, weights):
    """Divided by their weights: the mean of PyTorch would be over the samples."""
    objective = make_objective(settings, smoothing, weights).train()
    logits, target = make_logits(5)
    of_one = torch.eye(K)[target]
    shares = of_one.lerp(torch.eye(K)[target.roll(1)], torch.rand(5, 1))
    each = [[objective(row[None], torch.tensor([k])) for k in range(K)] for row in logits]
    costs = torch.tensor([[loss * count for loss, count in row] for row in each])
    weight = torch.tensor([[float(count) for _, count in row] for row in each])
    loss, count = objective(logits, shares)
    assert float(count) == pytest.approx(float((shares * weight).sum()))
    assert_close(loss, (shares * costs).sum() / (shares * weight).sum())
    assert_close(objective(logits, of_one)[0], objective(logits, target)[0], msg="of one class")


# jinja: endif
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_is_the_cross_entropy(settings, size, smoothing, weights):
    objective = make_objective(settings, smoothing, weights)
    logits, target = make_logits(size)
    loss, count = objective.train()(logits, target)
    expected, expected_count = by_definition(logits, target, smoothing, weights)
    assert_close(loss, expected)
    assert float(count) == pytest.approx(expected_count), "the mean divides by another count"
    loss, count = objective.eval()(logits, target)
    message = "smoothing and weights are for training: else losses of two settings differ by them"
    assert_close(loss, by_definition(logits, target)[0], msg=message)
    assert count == size
