"""The loss against its definition in float64, and numbers that give a wrong pairing away."""

import pytest
import torch
from torch.testing import assert_close

from package.engine.labels import DataError
from package.objective import Objective, ObjectiveSettings, num_outputs

WEIGHTS = [1.0, 2.0, 0.5, 4.0]
K = len(WEIGHTS)  # classes; unlike the batch sizes
INFO = {"classes": [f"class {number}" for number in range(K)]}


def make_objective(smoothing=0.0, weights=None):
    return Objective(ObjectiveSettings(label_smoothing=smoothing, class_weights=weights), INFO)


def make_logits(size):
    generator = torch.Generator().manual_seed(size)
    logits = 3 * torch.randn(size, K, generator=generator)
    return logits, torch.randint(K, (size,), generator=generator)


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


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_is_the_cross_entropy(size, smoothing, weights):
    objective = make_objective(smoothing, weights)
    logits, target = make_logits(size)
    loss, count = objective.train()(logits, target)
    expected, expected_count = by_definition(logits, target, smoothing, weights)
    assert_close(loss, expected)
    assert float(count) == pytest.approx(expected_count), "the mean divides by another count"
    loss, count = objective.eval()(logits, target)
    message = "smoothing and weights are for training: else losses of two settings differ by them"
    assert_close(loss, by_definition(logits, target)[0], msg=message)
    assert count == size


# jinja: if output == "node"
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_nodes_of_other_splits_do_not_count(smoothing, weights):
    """Their target is -100; the mean is over the others."""
    objective = make_objective(smoothing, weights)
    logits, target = make_logits(7)
    ignored, kept = [1, 4, 5], [0, 2, 3, 6]
    target[ignored] = -100
    loss, count = objective(logits.requires_grad_(), target)
    expected, expected_count = by_definition(logits[kept], target[kept], smoothing, weights)
    assert_close(loss, expected)
    assert float(count) == pytest.approx(expected_count)
    loss.backward()
    assert not logits.grad[ignored].any()
    assert logits.grad[kept].all()


@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_loss_over_no_nodes_is_zero(smoothing, weights):
    """A mean over nothing would be NaN, and all weights with it."""
    logits, _ = make_logits(5)
    objective = make_objective(smoothing, weights)
    loss, count = objective(logits, torch.full((5,), -100))
    assert loss == 0
    assert count == 0


# jinja: endif
def test_loss_takes_logits():
    """A constant added to all logits changes nothing; a softmax would keep the loss above 0."""
    objective = make_objective()
    logits, target = make_logits(5)
    assert_close(objective(logits + 20, target)[0], objective(logits, target)[0])
    certain, target = 1000 * torch.eye(K), torch.arange(K)
    assert objective(certain, target)[0] < 1e-6, "a perfect prediction must cost nothing"
    cost = objective(certain, target.roll(1))[0].item()
    assert cost == pytest.approx(1000), "a certain mistake must cost much, and not be inf"


def test_the_model_gives_a_logit_for_each_class():
    assert num_outputs(INFO) == K


def test_predictions_are_probabilities_of_the_classes():
    logits, _ = make_logits(5)
    probabilities = make_objective().predict(logits)
    exponentials = logits.double().exp()
    expected = exponentials / exponentials.sum(dim=1, keepdim=True)
    assert_close(probabilities, expected.float(), msg="softmax must run over the classes, dim 1")


def test_weights_are_one_for_each_class():
    with pytest.raises(DataError, match=r"3 numbers for 4 classes: .* class 0, cl") as caught:
        make_objective(weights=WEIGHTS[:3])
    assert "\n" not in str(caught.value)


def test_weights_move_with_the_objective():
    """A plain tensor stays where it was made; a buffer does not."""
    objective = make_objective(weights=WEIGHTS).to("meta")
    assert objective.weights.is_meta
