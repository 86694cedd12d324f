"""MAE, RMSE and R² against a library, and cases worked out by hand."""

import math

import pytest
import torch
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from package.metrics import Metrics, score

MEAN, STD = [50.0, -3.0, 0.0], [20.0, 0.5, 1.0]  # of the training
NAN = float("nan")


def make_info(columns=3):
    names = [f"column {number}" for number in range(columns)]
    return {
        "target_columns": names,
        "target_mean": MEAN[:columns],
        "target_std": STD[:columns],
    }


def count_metrics(prediction, target):
    """Of a split that comes in uneven batches."""
    metrics = Metrics(make_info(target.size(1)))
    for batch in zip(prediction.split(3), target.split(3), strict=True):
        metrics.update(*batch)
    return metrics


def compute_metrics(prediction, target):
    return count_metrics(prediction, target).compute()


def make_numbers(size=20, columns=3):
    generator = torch.Generator().manual_seed(size)
    drawn = torch.randn(2, size, columns, generator=generator)
    target = torch.tensor(MEAN[:columns]) + torch.tensor(STD[:columns]) * drawn[0]
    return target + torch.tensor(STD[:columns]) * drawn[1] / 2, target


def test_metrics_of_one_column_are_in_its_unit():
    prediction, target = make_numbers(columns=1)
    metrics = compute_metrics(prediction, target)
    expected = {
        "mae": mean_absolute_error(target, prediction),
        "rmse": root_mean_squared_error(target, prediction),
        "r2": r2_score(target, prediction),
    }
    assert {name: metrics[name] for name in expected} == pytest.approx(expected, rel=1e-5)


def test_metrics_of_several_columns_are_means_in_training_deviations():
    """Else the column with the largest numbers would be all that counts."""
    prediction, target = make_numbers()
    metrics, std = compute_metrics(prediction, target), torch.tensor(STD)
    by_column = mean_absolute_error(target, prediction, multioutput="raw_values")
    squared = root_mean_squared_error(target / std, prediction / std)
    expected = {
        "mae": mean_absolute_error(target / std, prediction / std),
        "rmse": squared,
        "r2": r2_score(target, prediction),
        **{f"mae_column {n}": by_column[n] for n in range(3)},
    }
    assert {name: metrics[name] for name in expected} == pytest.approx(expected, rel=1e-5)


def test_what_is_unknown_does_not_count():
    prediction, target = make_numbers()
    target[4:9, 0], target[11, 2] = NAN, NAN
    found = compute_metrics(prediction, target)
    for number in range(3):
        known = target[:, number].isfinite()
        expected = mean_absolute_error(target[known, number], prediction[known, number])
        assert found[f"mae_column {number}"] == pytest.approx(expected, rel=1e-5)
    expected = sum(found[f"mae_column {n}"] / STD[n] for n in range(3)) / 3
    assert found["mae"] == pytest.approx(expected)
    assert all(math.isfinite(found[name]) for name in ("rmse", "r2"))
    target[:, 1] = NAN
    found = compute_metrics(prediction, target)
    assert math.isnan(found["mae_column 1"]), "a column without numbers has no error, not 0"
    assert math.isfinite(found["mae"])
    nothing = compute_metrics(prediction, target * NAN)
    assert all(math.isnan(nothing[name]) for name in ("mae", "rmse", "r2"))


def test_each_column_is_measured_in_its_unit():
    prediction, target = make_numbers()
    target[4:9, 0] = NAN
    each = count_metrics(prediction, target).compute_each()
    for number, found in enumerate(each.values()):
        error = (prediction - target)[target[:, number].isfinite(), number]
        mae, rmse = error.abs().mean().item(), error.square().mean().sqrt().item()
        expected = {"mae": mae, "rmse": rmse, "examples": len(error)}
        assert found == pytest.approx(expected, rel=1e-5)


def test_equal_targets_have_nothing_to_explain():
    """R² would divide by their spread, which is 0, or what rounding leaves of it."""
    target = torch.full((7, 1), 50.1)
    metrics = compute_metrics(target + 2, target)
    assert math.isnan(metrics["r2"])
    assert metrics["mae"] == pytest.approx(2.0, rel=1e-5)


def test_a_perfect_prediction_has_no_error():
    _, target = make_numbers()
    metrics = compute_metrics(target, target)
    assert (metrics["mae"], metrics["rmse"], metrics["r2"]) == (0.0, 0.0, 1.0)


def test_a_prediction_that_is_no_number_is_not_left_out():
    prediction, target = make_numbers()
    prediction[2, 1] = NAN
    assert math.isnan(compute_metrics(prediction, target)["mae"])


def test_large_numbers_that_differ_little_are_told_apart():
    """Sums of squares lose what sets such numbers apart, unless they are of standardised ones."""
    info = {"target_columns": ["year"], "target_mean": [2e6], "target_std": [2.0]}
    target = 2e6 + torch.tensor([[-2.0], [0.0], [2.0], [4.0]])
    metrics = Metrics(info)
    metrics.update(target + torch.tensor([[1.0], [0.0], [0.0], [0.0]]), target)
    assert metrics.compute()["r2"] == pytest.approx(1 - 1 / 20)


def test_predictions_of_sixteen_bits_are_taken():
    prediction, target = make_numbers()
    expected = compute_metrics(prediction.bfloat16().float(), target)
    assert compute_metrics(prediction.bfloat16(), target) == pytest.approx(expected)


def test_a_better_model_has_a_higher_score():
    """By the error in training deviations: a column of small numbers counts as much as others."""
    _, target = make_numbers()
    good, bad = (compute_metrics(target + shift, target) for shift in (0.1, 0.2))
    assert score({"loss": 0.1, **good}) > score({"loss": 2.0, **bad})
    off = (torch.tensor([2.0, 0.0, 0.0]), torch.tensor([0.0, 0.5, 0.0]))  # 0.1 and 1 deviations
    small, large = (compute_metrics(target + shift, target) for shift in off)
    assert score({"loss": 0.1, **small}) > score({"loss": 2.0, **large})
