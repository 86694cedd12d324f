"""The loss against its definition in float64, and numbers that give a wrong pairing away."""

import pytest
import torch
from torch.testing import assert_close

from package.engine.labels import DataError
from package.objective import Objective, ObjectiveSettings, num_outputs

INFO = {"classes": ["cat", "dog"]}  # the logit is that of the dog


def make_logits(size):
    generator = torch.Generator().manual_seed(size)
    logits = 3 * torch.randn(size, 1, generator=generator)
    return logits, torch.arange(1, size + 1) % 2  # dogs and cats in turn


def by_definition(logits, target, weight=1.0):
    """Mean of -log p of the true class, in which those of the second class have a weight."""
    p = 1 / (1 + (-logits[:, 0].double()).exp())
    return -(weight * target * p.log() + (1 - target) * (1 - p).log()).mean().float()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("weight", [None, 0.25, 3.0])
def test_loss_is_the_binary_cross_entropy(size, weight):
    objective = Objective(ObjectiveSettings(pos_weight=weight), INFO)
    logits, target = make_logits(size)
    loss, count = objective.train()(logits, target)
    message = "the loss is not the mean of -log p, with pos_weight for the second class alone"
    assert_close(loss, by_definition(logits, target, weight or 1.0), msg=message)
    assert count == size, "the mean is over all samples, whatever their weights"
    loss, _ = objective.eval()(logits, target)
    message = "pos_weight is for training: with it, losses of two settings cannot be compared"
    assert_close(loss, by_definition(logits, target), msg=message)


def test_the_model_gives_one_logit_for_exactly_two_classes():
    assert num_outputs(INFO) == 1
    with pytest.raises(DataError, match=r"two classes, not cat, dog, emu: `scaffold regenerate --"):
        num_outputs({"classes": ["cat", "dog", "emu"]})


def test_predictions_are_probabilities_of_both_classes():
    logits, _ = make_logits(5)
    probabilities = Objective(ObjectiveSettings(pos_weight=None), INFO).predict(logits)
    second = 1 / (1 + (-logits[:, 0].double()).exp())
    expected = torch.stack([1 - second, second], dim=1)
    assert_close(probabilities, expected.float(), msg="the sigmoid is that of the second class")


def test_loss_takes_a_logit_however_sure_the_model_is():
    """After a sigmoid no mistake would cost more than log(1 + e), or its logarithm be that of 0."""
    objective = Objective(ObjectiveSettings(pos_weight=None), INFO)
    certain, target = torch.tensor([[-1000.0], [1000.0]]), torch.tensor([0, 1])
    assert objective(certain, target)[0] == 0, "a perfect prediction must cost nothing"
    assert objective(-certain, target)[0] == 1000, "a certain mistake must cost much"


def test_the_loss_of_a_logit_of_16_bits_is_exact():
    objective = Objective(ObjectiveSettings(pos_weight=None), INFO)
    logits, target = make_logits(7)
    rounded = logits.bfloat16()
    assert_close(objective(rounded, target)[0].float(), by_definition(rounded, target))


def test_the_weight_moves_with_the_objective():
    """A plain tensor stays where it was made; a buffer does not."""
    objective = Objective(ObjectiveSettings(pos_weight=2.0), INFO).to("meta")
    assert objective.pos_weight.is_meta
