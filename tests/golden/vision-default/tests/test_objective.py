"""What any loss of classes must do: take logits, count what is known, and fit `predict`."""

from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from vision_default.engine.labels import DataError
from vision_default.objective import Objective, num_outputs

WEIGHTS = [1.0, 2.0, 0.5, 4.0]
K = len(WEIGHTS)  # classes; unlike the batch sizes
INFO = {"classes": [f"class {number}" for number in range(K)]}


def make_objective(settings, smoothing=0.0, weights=None):
    changes = {"label_smoothing": smoothing, "class_weights": weights}
    return Objective(replace(settings.objective, **changes), INFO)


def make_logits(size):
    generator = torch.Generator().manual_seed(size)
    logits = 3 * torch.randn(size, K, generator=generator)
    return logits, torch.randint(K, (size,), generator=generator)


def test_loss_takes_logits(settings):
    """A constant added to all logits changes nothing; a softmax would keep the loss above 0."""
    objective = make_objective(settings)
    logits, target = make_logits(5)
    assert_close(objective(logits + 20, target)[0], objective(logits, target)[0])
    certain, target = 1000 * torch.eye(K), torch.arange(K)
    assert objective(certain, target)[0] < 1e-6, "a perfect prediction must cost nothing"
    cost = objective(certain, target.roll(1))[0].item()
    assert cost == pytest.approx(1000), "a certain mistake must cost much, and not be inf"


def test_predictions_are_probabilities_of_the_classes(settings):
    assert num_outputs(INFO) == K, "the model gives a logit for each class"
    logits, _ = make_logits(5)
    probabilities = make_objective(settings).predict(logits)
    exponentials = logits.double().exp()
    expected = exponentials / exponentials.sum(dim=1, keepdim=True)
    assert_close(probabilities, expected.float(), msg="softmax must run over the classes, dim 1")


def test_weights_are_one_for_each_class(settings):
    with pytest.raises(DataError, match=r"3 numbers for 4 classes: .* class 0, cl") as caught:
        make_objective(settings, weights=WEIGHTS[:3])
    assert "\n" not in str(caught.value)


def test_weights_move_with_the_objective(settings):
    """A plain tensor stays where it was made. The loop counts targets before it moves them."""
    objective = make_objective(settings, weights=WEIGHTS).to("meta")
    assert objective.weights.is_meta
    assert objective.train().count(torch.arange(K)).is_meta
