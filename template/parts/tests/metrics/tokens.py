"""Perplexity and bits per byte against cases worked out by hand."""

import math

import pytest
import torch

from package.metrics import Metrics, score

INFO = {"context": 5, "token_bytes": [1, 1, 2, 4]}
NONE = -100  # no token


def predict(*probabilities):
    """Log-probabilities that give the right token, which is the first, these probabilities."""
    rows = [[p, (1 - p) / 2, (1 - p) / 4, (1 - p) / 4] for p in probabilities]
    return torch.tensor(rows, dtype=torch.float64).log()


def count(*batches):
    metrics = Metrics(INFO)
    for log_probabilities, target in batches:
        metrics.update(log_probabilities, torch.tensor(target))
    return metrics


def test_perplexity_of_a_hand_worked_case():
    """exp of the mean cost: (2 * 4 * 8 * 2) to the power of a quarter."""
    batch = torch.stack([predict(1 / 2, 1 / 4), predict(1 / 8, 1 / 2)])
    found = count((batch, [[0, 0], [0, 0]])).compute()
    assert found["perplexity"] == pytest.approx(128 ** (1 / 4))
    assert found["bits_per_byte"] == pytest.approx(7 / 4)


def test_every_token_counts_once_however_they_are_batched():
    """A mean over batches would count the tokens of a small one too much."""
    probabilities = [0.5, 0.25, 0.125, 0.9, 0.3, 0.05]
    batches = [
        (
            torch.stack([predict(*probabilities[:2]), predict(*probabilities[2:4])]),
            [[0, 0], [0, 0]],
        ),
        (torch.stack([predict(*probabilities[4:], 0.77)]), [[0, 0, NONE]]),
    ]
    expected = -sum(math.log(p) for p in probabilities) / 6
    assert math.log(count(*batches).compute()["perplexity"]) == pytest.approx(expected)


def test_what_is_no_token_counts_nowhere():
    batch = torch.stack([predict(0.5, 0.001, 0.25)])
    found = count((batch, [[0, NONE, 0]])).compute()
    assert found["perplexity"] == pytest.approx(8**0.5)
    assert found["bits_per_byte"] == pytest.approx(3 / 2), "its bytes are counted"


def test_bits_per_byte_are_of_the_bytes_that_tokens_stand_for():
    """Else a vocabulary of long tokens looks bad, or one of short ones good."""
    probabilities = torch.full((1, 3, 4), 0.25).log()
    found = count((probabilities, [[1, 2, 3]])).compute()
    assert found["bits_per_byte"] == pytest.approx(3 * 2 / (1 + 2 + 4))
    assert found["perplexity"] == pytest.approx(4)


def test_each_place_is_measured_by_itself():
    batch = torch.stack([predict(1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 2)] * 2)
    each = count((batch, [[0] * 5, [0, 0, 0, NONE, NONE]])).compute_each()
    assert [*each] == ["token 1", "token 2 to 3", "token 4 to 5"]
    losses = [found["loss"] / math.log(2) for found in each.values()]
    assert losses == pytest.approx([1, 5 / 2, 5 / 2])
    assert [found["examples"] for found in each.values()] == [2, 4, 2]


def test_a_better_model_has_a_higher_score():
    good, bad = (count((predict(p)[None], [[0]])).compute() for p in (0.9, 0.2))
    assert score({"loss": 0.1, **good}) > score({"loss": 2.0, **bad})


def test_where_nothing_is_known_nothing_is_said():
    metrics = Metrics(INFO).compute()
    assert all(math.isnan(value) for value in metrics.values())


def test_the_cost_of_a_hopeless_model_is_a_number():
    batch = torch.tensor([[[-5000.0, 0.0, -9.0, -9.0]]])
    assert math.isfinite(count((batch, [[0]])).compute()["perplexity"])
