"""What any loss of tags must do: take logits, count words alone, and fit `predict`."""

import pytest
import torch
from torch.testing import assert_close

from package.objective import Objective, num_outputs

K = 4  # tags; unlike the other sizes
NONE = -100  # a token that has no tag
INFO = {"tags": ["O", "B-a", "I-a", "B-b"]}


def make_objective(settings):
    return Objective(settings.objective, INFO)


def make_logits(size, length=3):
    generator = torch.Generator().manual_seed(size)
    logits = 3 * torch.randn(size, length, K, generator=generator)
    return logits, torch.randint(K, (size, length), generator=generator)


def test_loss_takes_logits(settings):
    """A constant added to all logits changes nothing; a softmax would keep the loss above 0."""
    objective = make_objective(settings)
    logits, target = make_logits(5)
    assert_close(objective(logits + 20, target)[0], objective(logits, target)[0])
    certain, target = 1000 * torch.eye(K)[None], torch.arange(K)[None]
    assert objective(certain, target)[0] < 1e-6, "a perfect prediction must cost nothing"
    cost = objective(certain, target.roll(1))[0].item()
    assert cost == pytest.approx(1000), "a certain mistake must cost much, and not be inf"


def test_predictions_are_probabilities_of_the_tags(settings):
    assert num_outputs(INFO) == K, "the model gives a logit for each tag"
    logits, _ = make_logits(5)
    exponentials = logits.double().exp()
    expected = exponentials / exponentials.sum(dim=2, keepdim=True)
    found = make_objective(settings).predict(logits)
    assert_close(found, expected.float(), msg="softmax must run over the tags, dim 2")


def test_tokens_without_a_tag_do_not_count(settings):
    """Pieces of words and padding: neither in the mean nor in the count that weighs batches."""
    objective = make_objective(settings)
    logits, target = make_logits(2, length=5)
    target[0, 1] = target[1, 2:] = NONE
    loss, count = objective(logits, target)
    assert int(count) == 6 == int(objective.count(target))
    first, second = (objective(logits[n : n + 1], target[n : n + 1])[0] for n in range(2))
    assert_close(loss, (4 * first + 2 * second) / 6)
    changed = logits.clone()
    changed[1, 2:] += 10 * torch.randn(3, K)
    assert_close(objective(changed, target)[0], loss)


def test_tokens_without_a_tag_get_no_gradient(settings):
    logits, target = make_logits(2, length=5)
    target[0, 1] = target[1, 2:] = NONE
    logits.requires_grad_()
    make_objective(settings)(logits, target)[0].backward()
    assert torch.equal(logits.grad.abs().sum(dim=2) > 0, target != NONE)


def test_a_batch_without_a_single_tag_costs_nothing(settings):
    """A mean over nothing is NaN, and one step with it loses the model."""
    logits, target = make_logits(2)
    loss, count = make_objective(settings)(logits.requires_grad_(), target.fill_(NONE))
    assert (float(loss.detach()), int(count)) == (0.0, 0)
    loss.backward()
    assert not logits.grad.any()
