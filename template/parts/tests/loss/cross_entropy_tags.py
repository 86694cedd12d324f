"""The loss against its definition. If you change it on purpose, change it here too."""

import pytest
import torch
from test_objective import NONE, make_logits, make_objective
from torch.testing import assert_close


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("length", [1, 6])
def test_loss_is_the_cross_entropy(settings, size, length):
    """The mean of -log p over all words that have a tag, written out in float64."""
    objective = make_objective(settings)
    logits, target = make_logits(size, length)
    target[0, length // 2 + 1 :] = NONE
    exponentials = logits.double().exp()
    log_p = (exponentials / exponentials.sum(dim=2, keepdim=True)).log()
    costs = [
        -log_p[sample, place, tag]
        for sample, row in enumerate(target.tolist())
        for place, tag in enumerate(row)
        if tag != NONE
    ]
    for mode in (objective.train(), objective.eval()):
        loss, count = mode(logits, target)
        assert_close(loss, torch.stack(costs).mean().float())
        assert int(count) == len(costs)
