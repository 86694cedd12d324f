"""Accuracy and F1 against cases worked out by hand."""

import pytest
import torch
import torch.nn.functional as F

from graph_default.metrics import Metrics, score


def count_metrics(probabilities, target):
    """Of a split that comes in batches."""
    metrics = Metrics({"classes": [*range(probabilities.size(1))]})
    for batch in zip(probabilities.split(3), target.split(3), strict=True):
        metrics.update(*batch)
    return metrics


def compute_metrics(probabilities, target):
    return count_metrics(probabilities, target).compute()


def test_metrics_of_a_hand_worked_case():
    """Four, two and one of three classes: the mean over classes is not the mean over samples."""
    target = torch.tensor([0, 0, 0, 0, 1, 1, 2])
    prediction = torch.tensor([0, 0, 0, 1, 1, 0, 2])
    metrics = compute_metrics(F.one_hot(prediction, 3).float(), target)
    assert metrics["accuracy"] == pytest.approx(5 / 7)
    f1_of_classes = [2 * 3 / (4 + 4), 2 * 1 / (2 + 2), 1.0]  # 2 hits / (targets + predictions)
    assert metrics["macro_f1"] == pytest.approx(sum(f1_of_classes) / 3)


def test_each_class_is_measured_by_itself():
    target = torch.tensor([0, 0, 0, 0, 1, 1])
    prediction = torch.tensor([0, 0, 1, 1, 1, 0])
    each = count_metrics(F.one_hot(prediction, 3).float(), target).compute_each()
    expected = {"precision": 2 / 3, "recall": 2 / 4, "f1": 4 / 7, "examples": 4}
    assert each[0] == pytest.approx(expected)
    expected = {"precision": 1 / 3, "recall": 1 / 2, "f1": 2 / 5, "examples": 2}
    assert each[1] == pytest.approx(expected)
    assert each[2]["examples"] == 0


def test_nodes_of_other_splits_do_not_count():
    target = torch.tensor([0, -100, 1, -100, 1])
    prediction = torch.tensor([0, 1, 1, 0, 0])
    metrics = compute_metrics(F.one_hot(prediction, 2).float(), target)
    assert metrics["accuracy"] == pytest.approx(2 / 3)
    assert metrics["macro_f1"] == pytest.approx((2 * 1 / (1 + 2) + 2 * 1 / (2 + 1)) / 2)


def test_a_class_that_is_never_predicted_counts_as_zero():
    metrics = compute_metrics(torch.tensor([[0.9, 0.1]] * 4), torch.tensor([0, 0, 0, 1]))
    assert metrics["accuracy"] == pytest.approx(0.75)
    assert metrics["macro_f1"] == pytest.approx((2 * 3 / (3 + 4) + 0.0) / 2)


def test_a_class_that_is_neither_there_nor_predicted_does_not_count():
    """A small split may lack one: its F1 is not 0, it has none."""
    target = torch.tensor([0, 0, 1])
    metrics = compute_metrics(F.one_hot(torch.tensor([0, 1, 1]), 5).float(), target)
    assert metrics["macro_f1"] == pytest.approx((2 * 1 / (2 + 1) + 2 * 1 / (1 + 2)) / 2)


def test_a_better_model_has_a_higher_score():
    target = torch.tensor([0, 1, 2, 0])
    good, bad = (F.one_hot(torch.tensor(p), 3).float() for p in ([0, 1, 2, 1], [1, 1, 0, 1]))
    good, bad = compute_metrics(good, target), compute_metrics(bad, target)
    assert score({"loss": 0.1, **good}) > score({"loss": 2.0, **bad})


def test_the_most_probable_class_is_predicted_however_unsure():
    """Not the first above one half: of many classes none may be."""
    probabilities = torch.tensor([[0.3, 0.3, 0.4], [0.2, 0.45, 0.35], [0.36, 0.33, 0.31]])
    assert compute_metrics(probabilities, torch.tensor([2, 1, 0]))["accuracy"] == 1.0
