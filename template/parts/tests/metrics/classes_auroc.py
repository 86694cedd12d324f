"""Accuracy and AUROC against cases worked out by hand."""

import math

import pytest
import torch
import torch.nn.functional as F

from package.metrics import Metrics, score


def compute_metrics(probabilities, target):
    """Of a split that comes in batches."""
    metrics = Metrics({"classes": [*range(probabilities.size(1))]})
    for batch in zip(probabilities.split(3), target.split(3), strict=True):
        metrics.update(*batch)
    return metrics.compute()


def test_metrics_of_a_hand_worked_case():
    """Of the six pairs of a positive and a negative graph, five are in order."""
    positive = torch.tensor([0.9, 0.6, 0.3, 0.2, 0.4])
    target = torch.tensor([1, 1, 0, 0, 1])
    metrics = compute_metrics(torch.stack([1 - positive, positive], dim=1), target)
    assert metrics["accuracy"] == pytest.approx(4 / 5)
    assert metrics["auroc"] == pytest.approx(6 / 6)
    metrics = compute_metrics(torch.stack([1 - positive, positive], dim=1), 1 - target)
    assert metrics["auroc"] == pytest.approx(0.0)
    swapped = torch.tensor([1, 1, 1, 0, 0])
    metrics = compute_metrics(torch.stack([1 - positive, positive], dim=1), swapped)
    assert metrics["auroc"] == pytest.approx(5 / 6)


def test_several_classes_are_compared_in_pairs_and_missing_ones_left_out():
    target = torch.tensor([0, 1, 3, 0, 1, 3])
    perfect = F.one_hot(target, 5).float()
    assert compute_metrics(perfect, target)["auroc"] == pytest.approx(1.0)
    constant = torch.full((6, 5), 0.2)
    assert compute_metrics(constant, target)["auroc"] == pytest.approx(0.5)


def test_each_class_is_measured_by_itself():
    metrics = Metrics({"classes": ["a", "b"]})
    metrics.update(torch.tensor([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]), torch.tensor([0, 1, 1]))
    each = metrics.compute_each()
    assert each["a"] == pytest.approx({"precision": 1 / 2, "recall": 1, "f1": 2 / 3, "examples": 1})
    assert each["b"] == pytest.approx({"precision": 1, "recall": 1 / 2, "f1": 2 / 3, "examples": 2})


def test_one_class_alone_has_no_auroc():
    metrics = compute_metrics(torch.tensor([[0.9, 0.1]] * 4), torch.zeros(4).long())
    assert metrics["accuracy"] == 1.0
    assert math.isnan(metrics["auroc"])


def test_a_better_model_has_a_higher_score():
    target = torch.tensor([0, 1, 2, 0])
    good, bad = (F.one_hot(torch.tensor(p), 3).float() for p in ([0, 1, 2, 1], [1, 1, 0, 1]))
    good, bad = compute_metrics(good, target), compute_metrics(bad, target)
    assert score({"loss": 0.1, **good}) > score({"loss": 2.0, **bad})


def test_the_area_is_the_mean_over_pairs_of_classes():
    """Hand and Till 2001, equation 7, by counting: the classes have different sizes."""
    generator = torch.Generator().manual_seed(0)
    target = torch.tensor([0] * 2 + [1] * 5 + [2] * 9)
    probabilities = (F.one_hot(target) + torch.randn(16, 3, generator=generator)).softmax(dim=1)
    areas = []
    for one, other in ((0, 1), (0, 2), (1, 2)):
        for positive, negative in ((one, other), (other, one)):
            first = probabilities[target == positive, positive]
            second = probabilities[target == negative, positive]
            areas.append((first[:, None] > second).double().mean().item())
    expected = sum(areas) / len(areas)
    assert compute_metrics(probabilities, target)["auroc"] == pytest.approx(expected)


def test_the_most_probable_class_is_predicted_however_unsure():
    """Not the first above one half: of many classes none may be."""
    probabilities = torch.tensor([[0.3, 0.3, 0.4], [0.2, 0.45, 0.35], [0.36, 0.33, 0.31]])
    assert compute_metrics(probabilities, torch.tensor([2, 1, 0]))["accuracy"] == 1.0
