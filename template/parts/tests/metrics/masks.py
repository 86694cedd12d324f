"""Intersection over union against a library, on uneven batches, and cases worked out by hand."""

import math

import pytest
import torch
import torch.nn.functional as F
from sklearn.metrics import accuracy_score, jaccard_score, precision_score, recall_score

from package.metrics import Metrics, score

NAMES = ["sky", "road", "tree", "car", "sign"]
K = len(NAMES)


def as_probabilities(prediction):
    """``(B, K, H, W)``, in which the predicted class is the most probable one."""
    noise = torch.rand(*prediction.shape, K, generator=torch.Generator().manual_seed(0))
    return (noise + F.one_hot(prediction, K)).softmax(dim=3).movedim(3, 1)


def count_metrics(prediction, target):
    """Of a split that comes in batches."""
    metrics = Metrics({"classes": NAMES})
    for batch in zip(as_probabilities(prediction).split(3), target.split(3), strict=True):
        metrics.update(*batch)
    return metrics


def compute_metrics(prediction, target):
    return count_metrics(prediction, target).compute()


def make_split(size, void=0.2):
    """Predictions and masks; what is rare in one image is common in another."""
    generator = torch.Generator().manual_seed(size)
    shape = (size, 5, 4)
    target = torch.rand(shape, generator=generator) * torch.arange(1, size + 1)[:, None, None]
    target = target.long() % K
    others = torch.randint(K, shape, generator=generator)
    prediction = torch.where(torch.rand(shape, generator=generator) < 0.6, target, others)
    return prediction, target.masked_fill(torch.rand(shape, generator=generator) < void, 255)


@pytest.mark.parametrize("size", [3, 7, 8, 20])
def test_metrics_are_those_of_a_library(size):
    """Of all pixels of the split: a mean over images or batches would be of other numbers."""
    prediction, target = make_split(size)
    known = target != 255
    true, found = target[known], prediction[known]
    metrics = count_metrics(prediction, target)
    measured, each = metrics.compute(), metrics.compute_each()
    expected = jaccard_score(true, found, average="macro")
    assert measured["mean_iou"] == pytest.approx(expected)
    assert measured["pixel_accuracy"] == pytest.approx(accuracy_score(true, found))
    options = {"average": None, "labels": range(K), "zero_division": math.nan}
    for key, library in (("precision", precision_score), ("recall", recall_score)):
        expected = library(true, found, **options).tolist()
        values = [each[name][key] for name in NAMES]
        assert values == pytest.approx(expected, nan_ok=True), key
    assert [each[name]["pixels"] for name in NAMES] == true.bincount(minlength=K).tolist()


def test_void_does_not_count_whatever_is_predicted_there():
    prediction, target = make_split(7)
    other = torch.where(target == 255, (prediction + 1) % K, prediction)
    assert compute_metrics(prediction, target) == compute_metrics(other, target)
    assert compute_metrics(torch.where(target == 255, 0, target), target)["mean_iou"] == 1.0


def test_metrics_of_a_hand_worked_case():
    """Four, three and one pixels: the mean over classes is not the mean over pixels."""
    target = torch.tensor([[[0, 0, 0, 0], [1, 1, 1, 2]]])
    prediction = torch.tensor([[[0, 0, 0, 1], [1, 1, 0, 2]]])
    metrics = compute_metrics(prediction, target)
    assert metrics["mean_iou"] == pytest.approx((3 / 5 + 2 / 4 + 1) / 3)
    assert metrics["pixel_accuracy"] == pytest.approx(6 / 8)


def test_a_class_that_is_neither_there_nor_predicted_does_not_count():
    """A small split may lack one: its IoU is not 0, it has none; one predicted in vain has 0."""
    target = torch.tensor([[[0, 0, 1, 1]]])
    metrics = count_metrics(torch.tensor([[[0, 0, 1, 0]]]), target)
    assert metrics.compute()["mean_iou"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert math.isnan(metrics.compute_each()["car"]["iou"])
    in_vain = compute_metrics(torch.tensor([[[0, 0, 1, 3]]]), target)["mean_iou"]
    assert in_vain == pytest.approx((1 + 1 / 2 + 0) / 3)


def test_where_all_is_void_there_is_nothing_to_say():
    metrics = count_metrics(torch.zeros(2, 3, 3, dtype=torch.int64), torch.full((2, 3, 3), 255))
    assert all(math.isnan(value) for value in metrics.compute().values())
    assert metrics.compute_each()["sky"]["pixels"] == 0


def test_a_better_model_has_a_higher_score():
    _, target = make_split(7)
    good, bad = (torch.where(torch.rand(target.shape) < p, target % K, 0) for p in (0.9, 0.2))
    good, bad = compute_metrics(good, target), compute_metrics(bad, target)
    assert score({"loss": 0.1, **good}) > score({"loss": 2.0, **bad})
