"""What any loss of labels must do: leave out the unknown, take logits, and fit `predict`."""

import math
from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from package.engine.labels import DataError
from package.objective import Objective, num_outputs

WEIGHTS = [1.0, 3.0, 0.5, 4.0]
K = len(WEIGHTS)  # labels; unlike the batch sizes
INFO = {"labels": [f"label {number}" for number in range(K)]}
NAN = math.nan


def make_objective(settings, pos_weight=None, threshold=0.5, info=INFO):
    changes = {"pos_weight": pos_weight, "threshold": threshold}
    return Objective(replace(settings.objective, **changes), info)


def make_logits(size, known=1.0):
    generator = torch.Generator().manual_seed(size)
    logits = 3 * torch.randn(size, K, generator=generator)
    target = (torch.rand(size, K, generator=generator) < 0.4).float()
    return logits, target.masked_fill(torch.rand(size, K, generator=generator) > known, NAN)


@pytest.mark.parametrize("labels", [1, K])
def test_means_of_uneven_batches_add_up(settings, labels):
    """Else what is accumulated, or evaluated in batches, counts a label of a small batch more.

    Or a label alone has lost its axis: of ``(B, 1)`` and ``(B,)`` torch makes ``(B, B)``.
    """
    logits, target = (tensor[:, :labels] for tensor in make_logits(7, known=0.6))
    info = {"labels": INFO["labels"][:labels]}
    for mode in (True, False):
        objective = make_objective(settings, WEIGHTS[:labels], info=info).train(mode)
        parts = [objective(logits[rows], target[rows]) for rows in (slice(0, 5), slice(5, 7))]
        mean = sum(loss * count for loss, count in parts) / sum(count for _, count in parts)
        loss, count = objective(logits, target)
        assert_close(mean, loss)
        assert count == target.isfinite().sum(), "the mean is over another number of labels"


def test_what_is_unknown_has_no_gradient(settings):
    """Taken for 0 it would teach the model that labels are not there of which nobody knows."""
    logits, target = make_logits(7, known=0.6)
    make_objective(settings)(logits.requires_grad_(), target)[0].backward()
    learned = logits.grad != 0
    assert not learned[target.isnan()].any()
    assert learned[~target.isnan()].double().mean() > 0.5, "little of what is known is learned"


def test_a_loss_over_nothing_known_is_zero(settings):
    """A mean over nothing would be NaN, and all weights with it."""
    logits, target = make_logits(5)
    loss, count = make_objective(settings)(logits.requires_grad_(), torch.full_like(target, NAN))
    assert loss == 0
    assert count == 0
    loss.backward()
    assert not logits.grad.any()


def test_loss_takes_logits(settings):
    """After a sigmoid in the model, the surest prediction would still cost something."""
    certain = 30 * (2 * torch.eye(K) - 1)
    objective = make_objective(settings)
    assert 0 <= objective(certain, torch.eye(K))[0] < 1e-6, "a perfect prediction costs nothing"
    assert objective(-certain, torch.eye(K))[0] > 5, "a certain mistake must cost much"


def test_a_loss_is_a_number_however_sure_the_model_is(settings):
    """The logarithm of a sigmoid is that of 0 for what the model holds impossible."""
    loss, _ = make_objective(settings)(torch.full((3, K), -1000.0), torch.ones(3, K))
    assert loss.item() == pytest.approx(1000)


def test_predictions_are_probabilities_that_do_not_compete(settings):
    """With a softmax they would add up to 1, and of two labels none could be sure."""
    assert num_outputs(INFO) == K, "the model gives a logit for each label"
    logits, _ = make_logits(5)
    probabilities = make_objective(settings).predict(logits)
    assert_close(probabilities, (1 / (1 + (-logits.double()).exp())).float())


def test_weights_move_with_the_objective(settings):
    """A plain tensor stays where it was made; a buffer does not."""
    assert make_objective(settings, WEIGHTS).to("meta").pos_weight.is_meta


def test_the_threshold_is_known_to_whoever_reads_predictions(settings):
    info = make_objective(settings, threshold=0.3).info
    assert {**info, **INFO, "threshold": 0.3} == info


def test_weights_that_do_not_fit_are_refused(settings):
    for weights in ([1.0, 2.0], [0.0] * K, [-1.0] * K):
        with pytest.raises(DataError, match=r"pos_weight: give each of .*'label 3'\] a number"):
            make_objective(settings, weights)
