"""What any loss of one logit must do: take it as it is, and fit `predict`."""

from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from package.engine.labels import DataError
from package.objective import Objective, num_outputs

INFO = {"classes": ["cat", "dog"]}  # the logit is that of the dog


def make_objective(settings, weight=None):
    return Objective(replace(settings.objective, pos_weight=weight), INFO)


def make_logits(size):
    return 3 * torch.randn(size, 1), torch.arange(1, size + 1) % 2  # dogs and cats in turn


def test_the_model_gives_one_logit_for_exactly_two_classes():
    assert num_outputs(INFO) == 1
    with pytest.raises(DataError, match=r"two classes, not cat, dog, emu: `scaffold regenerate --"):
        num_outputs({"classes": ["cat", "dog", "emu"]})


def test_predictions_are_probabilities_of_both_classes(settings):
    logits, _ = make_logits(5)
    probabilities = make_objective(settings).predict(logits)
    second = 1 / (1 + (-logits[:, 0].double()).exp())
    expected = torch.stack([1 - second, second], dim=1)
    assert_close(probabilities, expected.float(), msg="the sigmoid is that of the second class")


def test_loss_takes_a_logit_however_sure_the_model_is(settings):
    """After a sigmoid no mistake would cost more than log(1 + e), or its logarithm be that of 0."""
    objective = make_objective(settings)
    certain, target = torch.tensor([[-1000.0], [1000.0]]), torch.tensor([0, 1])
    assert objective(certain, target)[0] == 0, "a perfect prediction must cost nothing"
    assert objective(-certain, target)[0] == 1000, "a certain mistake must cost much"
    logits, target = make_logits(7)
    loss, _ = objective(logits.bfloat16(), target)
    assert_close(loss.float(), objective(logits.bfloat16().float(), target)[0], msg="of 16 bits")


def test_the_weight_moves_with_the_objective(settings):
    assert make_objective(settings, 2.0).to("meta").pos_weight.is_meta, "make it a buffer"
