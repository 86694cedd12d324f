"""What a report shows of predicted numbers: their errors, and which examples to look at."""

from itertools import pairwise

import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from package.tools.charts import describe_example, draw_column, draw_overview, score_examples

NAN = float("nan")
INFO = {"target_columns": ["price", "size"], "target_mean": [0.0, 0.0], "target_std": [1.0, 1.0]}


def test_predictions_are_drawn_over_true_numbers_and_errors_over_predictions(tmp_path, monkeypatch):
    """Swapped, a model that predicts too little would seem to predict too much."""
    drawn, scatter = [], Axes.scatter

    def record(axes, x, y, **options):
        drawn.append((x.tolist(), y.tolist(), axes.get_title()))
        return scatter(axes, x, y, **options)

    monkeypatch.setattr(Axes, "scatter", record)
    predictions = torch.tensor([[1.0, 10.0], [2.0, 20.0], [4.0, 30.0]])
    target = torch.tensor([[1.5, NAN], [2.0, 22.0], [3.0, NAN]])
    name = draw_overview(tmp_path, predictions, target, INFO)
    assert (tmp_path / f"{name}.png").exists()
    points = [(x, y) for x, y, _ in drawn]
    assert points == [
        ([1.5, 2.0, 3.0], [1.0, 2.0, 4.0]),
        ([1.0, 2.0, 4.0], [-0.5, 0.0, 1.0]),
        ([22.0], [20.0]),
        ([20.0], [-2.0]),
    ]


def test_a_split_may_have_no_number_of_a_column(tmp_path):
    target = torch.tensor([[1.5, NAN], [2.0, NAN]])
    assert draw_overview(tmp_path, torch.ones(2, 2), target, INFO)


def test_a_prediction_is_as_good_as_its_error_is_small():
    """In deviations of each column: else only the one with the largest numbers would count."""
    target = torch.tensor([[0.0, 0.0], [2.0, 2000.0], [1.0, NAN], [1.0, 1000.0]])
    predictions = target + torch.tensor([[2.0, 0.0], [0.0, 1000.0], [0.3, 7.0], [0.0, 0.0]])
    price, size = 0.5**0.5, (2 / 3) ** 0.5 * 1000  # deviations of what is known
    expected = [-2 / price / 2, -1000 / size / 2, -0.3 / price, 0]
    scores = score_examples(predictions, target).tolist()
    assert scores == pytest.approx(expected, rel=1e-4), "not the mean error of what is known"
    same = score_examples(torch.tensor([[3.0], [1.0]]), torch.tensor([[1.0], [1.0]]))
    assert same.tolist() == [-2.0, 0.0], "equal targets divide by their deviation"


def test_both_numbers_and_their_difference_are_told():
    one = {**INFO, "target_columns": ["price"]}
    cells, title = describe_example(torch.tensor([1.25]), torch.tensor([1.5]), one)
    assert cells == ["1.5", "1.25", "-0.25"]
    assert title == "true 1.5\npredicted 1.25"
    cells, _ = describe_example(torch.tensor([1.0, 3.0]), torch.tensor([1.5, NAN]), INFO)
    assert cells == ["price 1.5", "price 1, size 3", "price -0.5"]


def test_the_worst_is_worse_than_the_best():
    target = torch.arange(20.0)[:, None]
    errors = torch.linspace(0, 5, 20)[:, None]
    assert score_examples(target - errors, target).tolist() == pytest.approx(
        sorted(score_examples(target + errors, target).tolist(), reverse=True)
    )


def test_long_numbers_stand_side_by_side():
    """As in a report, whose pictures are of this size."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    target = torch.linspace(251_000, 401_000, 50)
    left, right = figure.subplots(1, 2)
    draw_column(left, right, target + 7, target)
    FigureCanvasAgg(figure).draw()
    for axes in (left, right):
        boxes = [tick.get_window_extent() for tick in axes.get_xticklabels() if tick.get_text()]
        assert len(boxes) > 2
        for one, other in pairwise(boxes):
            assert one.x1 < other.x0, "the numbers of an axis are drawn over each other"
