"""Mean average precision and F1 against scikit-learn and their definition."""

import math

import pytest
import torch
from sklearn.metrics import average_precision_score, f1_score, precision_recall_fscore_support

from package.metrics import Metrics, score

INFO = {"threshold": 0.4, "labels": ["a", "b", "c", "d"]}
NAN = math.nan


def count_metrics(probabilities, target, info=INFO):
    """Of a split that comes in batches."""
    metrics = Metrics(info)
    for batch in zip(probabilities.split(3), target.split(3), strict=True):
        metrics.update(*batch)
    return metrics


def compute_metrics(probabilities, target, info=INFO):
    return count_metrics(probabilities, target, info).compute()


def make_split(size, labels=4, known=1.0):
    """Probabilities with many ties, and targets."""
    generator = torch.Generator().manual_seed(size)
    probabilities = torch.rand(size, labels, generator=generator).mul(10).round() / 10
    target = (torch.rand(size, labels, generator=generator) < 0.4).float()
    unknown = torch.rand(size, labels, generator=generator) > known
    return probabilities, target.masked_fill(unknown, NAN)


@pytest.mark.parametrize("size", [7, 8, 20])
def test_metrics_are_those_of_a_library(size):
    """Of the whole split: a mean over batches would be of other numbers."""
    probabilities, target = make_split(size)
    metrics = compute_metrics(probabilities, target)
    expected = average_precision_score(target, probabilities, average="macro")
    assert metrics["map"] == pytest.approx(expected)
    expected = f1_score(target, probabilities >= 0.4, average="micro")
    assert metrics["micro_f1"] == pytest.approx(expected)


def test_what_is_unknown_is_left_out():
    """As 0 it would count as an error of whoever predicts it."""
    probabilities, target = make_split(30, known=0.6)
    metrics = compute_metrics(probabilities, target)
    known = ~target.isnan()
    expected = [
        average_precision_score(target[rows, label], probabilities[rows, label])
        for label, rows in enumerate(known.T)
    ]
    assert metrics["map"] == pytest.approx(sum(expected) / len(expected))
    expected = f1_score(target[known], probabilities[known] >= 0.4)
    assert metrics["micro_f1"] == pytest.approx(expected)


def test_a_label_that_a_split_does_not_have_does_not_count():
    """It has no average precision; as 0 it would hide what the model knows of the others."""
    probabilities, target = make_split(20)
    target[:, 1], target[:10, 2], target[10:, 2] = 0.0, NAN, 0.0
    metrics = compute_metrics(probabilities, target)
    kept = [0, 3]
    expected = average_precision_score(target[:, kept], probabilities[:, kept], average="macro")
    assert metrics["map"] == pytest.approx(expected)


def test_each_label_is_measured_by_itself():
    probabilities, target = make_split(30, known=0.6)
    target[:, 1] = 0.0
    metrics = count_metrics(probabilities, target)
    each, rows = metrics.compute_each(), ~target[:, 0].isnan()
    expected = average_precision_score(target[rows, 0], probabilities[rows, 0])
    assert each["a"]["average_precision"] == pytest.approx(expected)
    assert each["a"]["examples"] == target[rows, 0].sum()
    predicted = probabilities[rows, 0] >= INFO["threshold"]
    scores = precision_recall_fscore_support(target[rows, 0], predicted, average="binary")
    assert [each["a"][name] for name in ("precision", "recall", "f1")] == pytest.approx(scores[:3])
    assert each["b"]["examples"] == 0
    known = [value["average_precision"] for label, value in each.items() if label != "b"]
    assert metrics.compute()["map"] == pytest.approx(sum(known) / 3)


def test_where_nothing_is_known_there_is_nothing_to_say():
    for target in (torch.full((5, 4), NAN), torch.zeros(5, 4)):
        metrics = compute_metrics(torch.full((5, 4), 0.1), target)
        assert all(math.isnan(metrics[name]) for name in ("map", "micro_f1"))
    assert math.isnan(compute_metrics(torch.full((5, 4), NAN), torch.ones(5, 4))["map"])


def test_a_better_model_has_a_higher_score():
    _, target = make_split(20)
    good, bad = (target * strength + 0.3 * make_split(20)[0] for strength in (0.5, 0.1))
    good, bad = compute_metrics(good, target), compute_metrics(bad, target)
    assert score({"loss": 0.1, **good}) > score({"loss": 2.0, **bad})


def test_the_threshold_decides_what_is_predicted():
    """That of the settings, which is not always one half."""
    probabilities, target = torch.tensor([[0.3], [0.2]]), torch.tensor([[1.0], [0.0]])
    for threshold, f1 in ((0.1, 2 / 3), (0.3, 1.0), (0.5, 0.0)):
        metrics = compute_metrics(probabilities, target, {"threshold": threshold, "labels": ["a"]})
        assert metrics["micro_f1"] == pytest.approx(f1)
