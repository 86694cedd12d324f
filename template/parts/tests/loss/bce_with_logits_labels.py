"""The loss against its definition. If you change it on purpose, change it here too."""

import pytest
import torch
from test_objective import WEIGHTS, K, make_logits, make_objective
from torch.testing import assert_close


def by_definition(logits, target, pos_weight=None):
    """Mean of -log p where the label is, weighted by label, and of -log(1 - p) where it is not."""
    probabilities = 1 / (1 + (-logits.double()).exp())
    weights = torch.tensor(pos_weight or [1.0] * K).double()
    losses = torch.where(target == 1, -weights * probabilities.log(), -(1 - probabilities).log())
    return losses[~target.isnan()].mean().float()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("pos_weight", [None, WEIGHTS])
@pytest.mark.parametrize("known", [1.0, 0.6])
def test_loss_is_the_mean_over_what_is_known(settings, size, pos_weight, known):
    """Weighted where a label is: inverted, a rare one would be learned even less."""
    objective = make_objective(settings, pos_weight)
    logits, target = make_logits(size, known)
    for mode, weights in ((True, pos_weight), (False, None)):  # weights are for training alone
        loss, count = objective.train(mode)(logits, target)
        assert_close(loss, by_definition(logits, target, weights))
        assert count == (~target.isnan()).sum(), "the mean is over another number of labels"
