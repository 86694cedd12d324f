"""What any loss of masks must do: take logits, leave out void, and fit `predict`."""

from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from package.engine.labels import DataError
from package.objective import Objective, num_outputs

WEIGHTS = [1.0, 2.0, 0.5, 4.0]
K = len(WEIGHTS)  # classes; unlike the other sizes
INFO = {"classes": [f"class {number}" for number in range(K)]}
WEIGHTED = pytest.mark.parametrize("weights", [None, WEIGHTS])
SMOOTHED = pytest.mark.parametrize("smoothing", [0.0, 0.1])


def make_objective(settings, smoothing=0.0, weights=None):
    changes = {"label_smoothing": smoothing, "class_weights": weights}
    return Objective(replace(settings.objective, **changes), INFO)


def make_logits(size, void=0.3):
    generator = torch.Generator().manual_seed(size)
    logits = 3 * torch.randn(size, K, 6, 5, generator=generator)
    target = torch.randint(K, (size, 6, 5), generator=generator)
    is_void = torch.rand(target.shape, generator=generator) < void
    is_void[1:2] = torch.rand(6, 5, generator=generator) < 0.8  # one image has little to say
    return logits, target.masked_fill(is_void & (void > 0), 255)


@WEIGHTED
@SMOOTHED
def test_void_pixels_do_not_count(settings, smoothing, weights):
    """Whatever the model says of them: not in the loss, not in its gradient, not in the count."""
    objective = make_objective(settings, smoothing, weights)
    logits, target = make_logits(7)
    is_void = (target == 255)[:, None].expand_as(logits)
    others = torch.where(is_void, 9 * torch.randn_like(logits), logits).requires_grad_()
    loss, count = objective(logits, target)
    expected, expected_count = objective(others, target)
    assert_close(loss, expected)
    assert float(count) == pytest.approx(float(expected_count))
    expected.backward()
    assert not others.grad[is_void].any(), "void pixels have a gradient"
    assert (others.grad[~is_void] != 0).double().mean() > 0.9, "known pixels have none"
    if weights is None:
        assert count == (target != 255).sum(), "the mean is over another number of pixels"


@WEIGHTED
@SMOOTHED
def test_a_loss_over_void_alone_is_zero(settings, smoothing, weights):
    """A mean over nothing would be NaN, and all weights with it."""
    objective = make_objective(settings, smoothing, weights)
    logits, _ = make_logits(3)
    nothing = torch.full((3, 6, 5), 255)
    loss, count = objective(logits.requires_grad_(), nothing)
    loss.backward()
    assert (loss.item(), logits.grad.abs().sum().item()) == (0.0, 0.0)
    assert float(count) < 0.01
    assert float(objective.count(nothing)) > 0, "the loop divides by it"


@WEIGHTED
def test_means_of_uneven_batches_add_up(settings, weights):
    """Else what is accumulated, or evaluated in batches, counts pixels of some images more."""
    logits, target = make_logits(7)
    for mode in (True, False):
        objective = make_objective(settings, weights=weights).train(mode)
        parts = [objective(logits[rows], target[rows]) for rows in (slice(0, 5), slice(5, 7))]
        mean = sum(loss * count for loss, count in parts) / sum(count for _, count in parts)
        loss, count = objective(logits, target)
        assert_close(mean, loss)
        assert float(count) == pytest.approx(float(objective.count(target)))


def test_loss_takes_logits(settings):
    """A constant added to all logits changes nothing; a softmax would keep the loss above 0."""
    objective = make_objective(settings)
    logits, target = make_logits(5)
    assert_close(objective(logits + 20, target)[0], objective(logits, target)[0])
    target = torch.arange(2 * K).view(1, 2, K) % K
    certain = 1000 * torch.eye(K)[target].movedim(3, 1)
    assert objective(certain, target)[0] < 1e-5, "a perfect prediction must cost nothing"
    cost = objective(certain, (target + 1) % K)[0].item()
    assert 999 < cost < 1010, "a certain mistake must cost much, and not be inf"


def test_predictions_are_probabilities_of_the_classes(settings):
    assert num_outputs(INFO) == K, "the model gives a logit for each class"
    logits, _ = make_logits(5)
    probabilities = make_objective(settings).predict(logits)
    exponentials = logits.double().exp()
    expected = exponentials / exponentials.sum(dim=1, keepdim=True)
    assert_close(probabilities, expected.float(), msg="softmax must run over the classes, dim 1")


def test_weights_are_one_for_each_class(settings):
    with pytest.raises(DataError, match=r"3 numbers for 4 classes: .* class 0, cl") as caught:
        make_objective(settings, weights=WEIGHTS[:3])
    assert "\n" not in str(caught.value)


def test_weights_move_with_the_objective(settings):
    """A plain tensor stays where it was made. The loop counts targets before it moves them."""
    objective = make_objective(settings, weights=WEIGHTS).to("meta")
    assert objective.weights.is_meta
    assert objective.train().count(torch.zeros(2, 3, 3, dtype=torch.int64)).is_meta
