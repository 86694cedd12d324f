"""What any loss of pairs must do: take logits as they are, and fit `predict`."""

import torch
from torch.testing import assert_close

from package.objective import Objective, num_outputs


def make_objective(settings):
    return Objective(settings.objective, {})


def make_logits(size):
    return 3 * torch.randn(size, 1), torch.arange(1, size + 1) % 2 * 1.0  # edges and others in turn


def test_the_model_gives_one_logit_for_a_pair():
    assert num_outputs({}) == 1


def test_predictions_are_probabilities_of_an_edge(settings):
    logits, _ = make_logits(5)
    expected = 1 / (1 + (-logits[:, 0].double()).exp())
    assert_close(make_objective(settings).predict(logits), expected.float())


def test_loss_takes_a_logit_however_sure_the_model_is(settings):
    """After a sigmoid no mistake would cost more than log(1 + e), or its logarithm be that of 0."""
    objective = make_objective(settings)
    certain, target = torch.tensor([[-1000.0], [1000.0]]), torch.tensor([0.0, 1.0])
    assert objective(certain, target)[0] == 0, "a perfect prediction must cost nothing"
    assert objective(-certain, target)[0] == 1000, "a certain mistake must cost much"
    logits, target = make_logits(7)
    loss, _ = objective(logits.bfloat16(), target)
    assert_close(loss.float(), objective(logits.bfloat16().float(), target)[0], msg="of 16 bits")


def test_metrics_are_told_how_many_hits_count(settings):
    assert make_objective(settings).info["hits_at"] == settings.objective.hits_at
