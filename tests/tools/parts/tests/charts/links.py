"""What a report shows of predicted edges: how both kinds of pairs are told apart, and one alone."""

import pytest
import torch
from matplotlib.axes import Axes

from package.tools.charts import describe_example, draw_overview, score_examples


def test_shares_of_both_kinds_above_each_threshold_are_drawn(tmp_path, monkeypatch):
    """Swapped, a model that ranks badly would seem to rank well."""
    drawn, plot = [], Axes.plot

    def record(axes, x, y, **options):
        drawn.append(([*map(float, x)], [*map(float, y)]))
        return plot(axes, x, y, **options)

    monkeypatch.setattr(Axes, "plot", record)
    probabilities, target = torch.tensor([0.9, 0.6, 0.4, 0.1]), torch.tensor([1.0, 0.0, 1.0, 0.0])
    name = draw_overview(tmp_path, probabilities, target, {})
    assert (tmp_path / f"{name}.png").exists()
    others, edges = drawn[0]
    assert (others[0], edges[0]) == (1.0, 1.0)
    assert (others[-1], edges[-1]) == (0.0, 0.0)
    assert [*zip(others, edges, strict=True)][1:4] == [(0.5, 1.0), (0.5, 0.5), (0.0, 0.5)]


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_split_may_have_one_kind_alone(tmp_path, value):
    assert draw_overview(tmp_path, torch.rand(3), torch.full((3,), value), {})


def test_a_prediction_is_as_good_as_what_it_says_of_the_truth():
    scores = score_examples(torch.tensor([0.9, 0.9, 0.2]), torch.tensor([1.0, 0.0, 0.0]))
    assert scores.tolist() == pytest.approx([0.9, 0.1, 0.8])


def test_an_example_is_told_with_its_probability():
    cells, title = describe_example(torch.tensor(0.25), torch.tensor(0.0), {})
    assert cells == ["no", "0.250"]
    assert title == "edge no\nprobability 0.250"
