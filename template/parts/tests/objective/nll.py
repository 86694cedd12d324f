"""The loss against its definition in float64, and numbers that give a wrong pairing away."""

import pytest
import torch
from torch.testing import assert_close

from package.engine.labels import DataError
from package.objective import Objective, ObjectiveSettings, num_outputs

WEIGHTS = [1.0, 2.0, 0.5, 4.0]
K = len(WEIGHTS)  # classes; unlike the batch sizes
INFO = {"classes": [f"class {number}" for number in range(K)]}


def make_logits(size):
    generator = torch.Generator().manual_seed(size)
    logits = 3 * torch.randn(size, K, generator=generator)
    return logits, torch.randint(K, (size,), generator=generator)


def by_definition(logits, target, weights=None):
    """Mean of -log p of the true class, weighted by class."""
    exponentials = logits.double().exp()
    probabilities = exponentials / exponentials.sum(dim=1, keepdim=True)
    losses = -probabilities[torch.arange(len(target)), target].log()
    weight = torch.tensor(weights or [1.0] * K)[target]
    return ((weight * losses).sum() / weight.sum()).float(), weight.sum()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_loss_is_the_negative_log_likelihood(size, weights):
    objective = Objective(ObjectiveSettings(class_weights=weights), INFO)
    logits, target = make_logits(size)
    loss, count = objective.train()(logits, target)
    expected, expected_count = by_definition(logits, target, weights)
    assert_close(loss, expected)
    assert float(count) == pytest.approx(expected_count.item()), "the mean divides by another count"
    loss, count = objective.eval()(logits, target)
    message = "class weights are for training: with them, losses of two settings cannot be compared"
    assert_close(loss, by_definition(logits, target)[0], msg=message)
    assert count == size


# jinja: if output == "node"
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_nodes_of_other_splits_do_not_count(weights):
    """Their target is -100; the mean is over the others."""
    objective = Objective(ObjectiveSettings(class_weights=weights), INFO)
    logits, target = make_logits(7)
    ignored, kept = [1, 4, 5], [0, 2, 3, 6]
    target[ignored] = -100
    loss, count = objective(logits.requires_grad_(), target)
    expected, expected_count = by_definition(logits[kept], target[kept], weights)
    assert_close(loss, expected)
    assert float(count) == pytest.approx(expected_count.item())
    loss.backward()
    assert not logits.grad[ignored].any()
    assert logits.grad[kept].all()


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_a_loss_over_no_nodes_is_zero(weights):
    """A mean over nothing would be NaN, and all weights with it."""
    logits, _ = make_logits(5)
    objective = Objective(ObjectiveSettings(class_weights=weights), INFO)
    loss, count = objective(logits, torch.full((5,), -100))
    assert loss == 0
    assert count == 0


# jinja: endif
def test_loss_takes_logits():
    """A constant added to all logits changes nothing; without log_softmax it does."""
    objective = Objective(ObjectiveSettings(class_weights=None), INFO)
    logits, target = make_logits(5)
    assert_close(objective(logits + 20, target)[0], objective(logits, target)[0])
    certain = 30 * torch.eye(K)
    cost = objective(certain, torch.arange(K))[0]
    assert 0 <= cost < 1e-6, "a perfect prediction must cost nothing"
    assert objective(-certain, torch.arange(K))[0] > 20, "a certain mistake must cost much"


def test_the_model_gives_a_logit_for_each_class():
    assert num_outputs(INFO) == K


def test_predictions_are_probabilities_of_the_classes():
    logits, _ = make_logits(5)
    probabilities = Objective(ObjectiveSettings(class_weights=None), INFO).predict(logits)
    exponentials = logits.double().exp()
    expected = exponentials / exponentials.sum(dim=1, keepdim=True)
    assert_close(probabilities, expected.float(), msg="softmax must run over the classes, dim 1")


def test_a_loss_is_a_number_however_sure_the_model_is():
    """The logarithm of a softmax is that of 0 for what the model holds impossible."""
    objective = Objective(ObjectiveSettings(class_weights=None), INFO)
    loss, _ = objective(1000 * torch.eye(K), torch.arange(K).roll(1))
    assert loss.item() == pytest.approx(1000)


def test_weights_are_one_for_each_class():
    with pytest.raises(DataError, match=r"3 numbers for 4 classes: .* class 0, cl") as caught:
        Objective(ObjectiveSettings(class_weights=WEIGHTS[:3]), INFO)
    assert "\n" not in str(caught.value)


def test_weights_move_with_the_objective():
    """A plain tensor stays where it was made; a buffer does not."""
    objective = Objective(ObjectiveSettings(class_weights=WEIGHTS), INFO).to("meta")
    assert objective.weights.is_meta
