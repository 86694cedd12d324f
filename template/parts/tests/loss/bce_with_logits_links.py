"""The loss against its definition. If you change it on purpose, change it here too."""

import pytest
from test_objective import make_logits, make_objective
from torch.testing import assert_close


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_loss_is_the_binary_cross_entropy(settings, size):
    objective = make_objective(settings)
    logits, target = make_logits(size)
    p = 1 / (1 + (-logits[:, 0].double()).exp())
    expected = -(target * p.log() + (1 - target) * (1 - p).log()).mean().float()
    for mode in (objective.train(), objective.eval()):
        loss, count = mode(logits, target)
        assert_close(loss, expected, msg="the loss is not the mean of -log p of what is true")
        assert count == size, "the mean is over all pairs"
