"""The loss against its definition. If you change it on purpose, change it here too."""

from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from package.objective import Objective

WEIGHTS = [1.0, 3.0, 0.5, 4.0]
K = len(WEIGHTS)  # labels; unlike the batch sizes
INFO = {"labels": [f"label {number}" for number in range(K)]}
NAN = float("nan")


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
    objective = Objective(replace(settings.objective, pos_weight=pos_weight), INFO)
    generator = torch.Generator().manual_seed(size)
    logits = 3 * torch.randn(size, K, generator=generator)
    target = (torch.rand(size, K, generator=generator) < 0.4).float()
    target.masked_fill_(torch.rand(size, K, generator=generator) > known, NAN)
    for mode, weights in ((True, pos_weight), (False, None)):  # weights are for training alone
        loss, count = objective.train(mode)(logits, target)
        assert_close(loss, by_definition(logits, target, weights))
        assert count == (~target.isnan()).sum(), "the mean is over another number of labels"
