"""The loss against its definition. If you change it on purpose, change it here too."""

import pytest
import torch
from test_objective import WEIGHTS, K, make_logits, make_objective
from torch.testing import assert_close


def by_definition(logits, target, smoothing=0.0, weights=None, dice_weight=1.0):
    """Mean of -sum_k q_k w_k log p_k over the known pixels, where q is the smoothed target.

    It divides by the weights w of the true classes, which is the second number.
    """
    total, count = 0.0, 0.0
    weight = torch.tensor(weights or [1.0] * K, dtype=torch.float64)
    for image, mask in zip(logits.double(), target, strict=True):
        known = mask != 255
        p = (image.exp() / image.exp().sum(dim=0))[:, known].T  # (pixels, K)
        true = torch.eye(K, dtype=torch.float64)[mask[known]]
        q = smoothing / K + (1 - smoothing) * true
        own = (true @ weight).sum()
        total, count = total - (q * weight * p.log()).sum(), count + own
        # jinja: if loss == "cross_entropy_dice"
        shown = true.sum(dim=0) > 0
        dice = 2 * (p * true).sum(dim=0) / (p + true).sum(dim=0)
        if shown.any():
            total = total + dice_weight * own * (1 - dice[shown].mean())
        # jinja: endif
    return (total / count).float(), float(count)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_is_that_of_its_definition(settings, size, smoothing, weights):
    objective = make_objective(settings, smoothing, weights)
    dice_weight = getattr(settings.objective, "dice_weight", 0.0)
    logits, target = make_logits(size)
    loss, count = objective.train()(logits, target)
    expected, expected_count = by_definition(logits, target, smoothing, weights, dice_weight)
    assert_close(loss, expected)
    assert float(count) == pytest.approx(expected_count), "the mean divides by another count"
    loss, count = objective.eval()(logits, target)
    expected, expected_count = by_definition(logits, target, dice_weight=dice_weight)
    message = "smoothing and weights are for training: else losses of two settings differ by them"
    assert_close(loss, expected, msg=message)
    assert float(count) == expected_count
