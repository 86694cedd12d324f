"""Rankings against counting, on uneven batches."""

import math

import pytest
import torch

from package.metrics import Metrics, score


def count_metrics(probabilities, target, hits_at=2):
    """Of a split that comes in batches, the last one of a single pair."""
    metrics = Metrics({"hits_at": hits_at})
    for batch in zip(probabilities.split(3), target.split(3), strict=True):
        metrics.update(*batch)
    return metrics


def compute_metrics(probabilities, target, hits_at=2):
    return count_metrics(probabilities, target, hits_at).compute()


def make_ranking(seed):
    generator = torch.Generator().manual_seed(seed)
    target = torch.tensor([1.0] * 5 + [0.0] * 8)
    probabilities = (target + 1.5 * torch.randn(13, generator=generator)).sigmoid()
    order = torch.randperm(13, generator=generator)
    return probabilities[order], target[order]


def test_metrics_of_a_hand_worked_case():
    """Edges are first, third and fourth of seven."""
    probabilities = torch.tensor([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3])
    target = torch.tensor([1.0, 0, 1, 1, 0, 0, 0])
    metrics = compute_metrics(probabilities, target)
    assert metrics["ap"] == pytest.approx((1 / 1 + 2 / 3 + 3 / 4) / 3)
    assert metrics["auroc"] == pytest.approx((4 + 3 + 3) / 12)
    assert metrics["hits_at_2"] == 1.0, "only one other pair is above any of them"
    assert compute_metrics(probabilities, target, 1)["hits_at_1"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("seed", range(5))
def test_every_edge_is_compared_with_every_other_pair(seed):
    """Of all batches, the last one too: not a mean over them, and not of the last alone."""
    probabilities, target = make_ranking(seed)
    edges, others = probabilities[target == 1], probabilities[target == 0]
    metrics = compute_metrics(probabilities, target)
    assert metrics["auroc"] == pytest.approx((edges[:, None] > others).double().mean().item())
    ranked = target[probabilities.argsort(descending=True)]
    precision = ranked.cumsum(0) / torch.arange(1, 14)
    assert metrics["ap"] == pytest.approx(precision[ranked == 1].mean().item())
    hits = ((others >= edges[:, None]).sum(dim=1) < 2).double().mean().item()
    assert metrics["hits_at_2"] == pytest.approx(hits)


def test_ties_are_no_hits_and_half_a_win():
    """A model that says the same of all pairs knows nothing."""
    metrics = compute_metrics(torch.full((10,), 0.5), torch.tensor([1.0, 0] * 5))
    assert [metrics[name] for name in ("ap", "auroc", "hits_at_2")] == [0.5, 0.5, 0.0]


def test_sixteen_bits_are_taken():
    probabilities, target = make_ranking(0)
    assert 0 < compute_metrics(probabilities.bfloat16(), target)["ap"] <= 1


def test_what_cannot_be_said_is_not_a_number():
    assert all(map(math.isnan, compute_metrics(torch.rand(4), torch.ones(4)).values()))
    few = compute_metrics(torch.rand(4), torch.tensor([1.0, 0, 1, 0]), hits_at=3)
    assert math.isnan(few["hits_at_3"]), "with fewer than K other pairs every edge would be a hit"
    each = count_metrics(torch.rand(4), torch.ones(4)).compute_each()
    assert [row["examples"] for row in each.values()] == [4, 0]


def test_edges_and_other_pairs_are_measured_by_themselves():
    probabilities, target = torch.tensor([0.9, 0.1, 0.7, 0.3, 0.8]), torch.tensor([1.0, 0, 1, 0, 1])
    each = count_metrics(probabilities, target).compute_each()
    assert each["edge"]["median"] == pytest.approx(0.8)
    assert each["no edge"]["median"] == pytest.approx(0.2)
    assert [row["examples"] for row in each.values()] == [3, 2]


def test_a_better_model_has_a_higher_score():
    target = torch.tensor([1.0, 1, 0, 0])
    good, bad = torch.tensor([0.9, 0.8, 0.2, 0.1]), torch.tensor([0.1, 0.8, 0.2, 0.9])
    good, bad = compute_metrics(good, target), compute_metrics(bad, target)
    assert score({"loss": 0.1, **good}) > score({"loss": 2.0, **bad})
