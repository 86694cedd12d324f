"""The loss against its definition in float64, and numbers that give a wrong pairing away."""

import math

import pytest
import torch
from torch.testing import assert_close

from package.engine.labels import DataError
from package.objective import Objective, ObjectiveSettings, num_outputs

WEIGHTS = [1.0, 3.0, 0.5, 4.0]
K = len(WEIGHTS)  # labels; unlike the batch sizes
INFO = {"labels": [f"label {number}" for number in range(K)]}
NAN = math.nan


def make_objective(pos_weight=None):
    return Objective(ObjectiveSettings(pos_weight=pos_weight, threshold=0.5), INFO)


def make_logits(size, known=1.0):
    generator = torch.Generator().manual_seed(size)
    logits = 3 * torch.randn(size, K, generator=generator)
    target = (torch.rand(size, K, generator=generator) < 0.4).float()
    return logits, target.masked_fill(torch.rand(size, K, generator=generator) > known, NAN)


def by_definition(logits, target, pos_weight=None):
    """Mean of -log p where the label is, weighted by label, and of -log(1 - p) where it is not."""
    probabilities = 1 / (1 + (-logits.double()).exp())
    weights = torch.tensor(pos_weight or [1.0] * K).double()
    losses = torch.where(target == 1, -weights * probabilities.log(), -(1 - probabilities).log())
    return losses[~target.isnan()].mean().float()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("pos_weight", [None, WEIGHTS])
@pytest.mark.parametrize("known", [1.0, 0.6])
def test_loss_is_the_mean_over_what_is_known(size, pos_weight, known):
    """Weighted where a label is: inverted, a rare one would be learned even less."""
    objective = make_objective(pos_weight)
    logits, target = make_logits(size, known)
    for mode, weights in ((True, pos_weight), (False, None)):  # weights are for training alone
        loss, count = objective.train(mode)(logits, target)
        assert_close(loss, by_definition(logits, target, weights))
        assert count == (~target.isnan()).sum(), "the mean is over another number of labels"


def test_what_is_unknown_has_no_gradient():
    """Taken for 0 it would teach the model that labels are not there of which nobody knows."""
    logits, target = make_logits(7, known=0.6)
    make_objective()(logits.requires_grad_(), target)[0].backward()
    assert not logits.grad[target.isnan()].any()
    assert logits.grad[~target.isnan()].all()


def test_a_loss_over_nothing_known_is_zero():
    """A mean over nothing would be NaN, and all weights with it."""
    logits, target = make_logits(5)
    loss, count = make_objective()(logits.requires_grad_(), torch.full_like(target, NAN))
    assert loss == 0
    assert count == 0
    loss.backward()
    assert not logits.grad.any()


def test_loss_takes_logits():
    """After a sigmoid in the model, the surest prediction would still cost something."""
    certain = 30 * (2 * torch.eye(K) - 1)
    cost = make_objective()(certain, torch.eye(K))[0]
    assert 0 <= cost < 1e-6, "a perfect prediction must cost nothing"
    assert make_objective()(-certain, torch.eye(K))[0] > 20, "a certain mistake must cost much"


def test_a_loss_is_a_number_however_sure_the_model_is():
    """The logarithm of a sigmoid is that of 0 for what the model holds impossible."""
    loss, _ = make_objective()(torch.full((3, K), -1000.0), torch.ones(3, K))
    assert loss.item() == pytest.approx(1000)


def test_the_model_gives_a_logit_for_each_label():
    assert num_outputs(INFO) == K


def test_predictions_are_probabilities_that_do_not_compete():
    """With a softmax they would add up to 1, and of two labels none could be sure."""
    logits, _ = make_logits(5)
    probabilities = make_objective().predict(logits)
    assert_close(probabilities, (1 / (1 + (-logits.double()).exp())).float())


def test_weights_move_with_the_objective():
    """A plain tensor stays where it was made; a buffer does not."""
    assert make_objective(WEIGHTS).to("meta").pos_weight.is_meta


def test_the_threshold_is_known_to_whoever_reads_predictions():
    objective = Objective(ObjectiveSettings(pos_weight=None, threshold=0.3), INFO)
    assert objective.info == {**INFO, "threshold": 0.3}


def test_weights_that_do_not_fit_are_refused():
    for weights in ([1.0, 2.0], [0.0] * K, [-1.0] * K):
        with pytest.raises(DataError, match=r"pos_weight: give each of .*'label 3'\] a number"):
            make_objective(weights)
