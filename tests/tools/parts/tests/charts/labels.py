"""What a report shows of predicted labels: each label in numbers, and which examples to look at."""

import math

import pytest
import torch
from matplotlib.axes import Axes

from package.tools.charts import describe_example, draw_overview, measure_labels, score_examples

NAN = math.nan
INFO = {"labels": ["art", "love", "war"], "threshold": 0.5}


def test_precision_and_recall_are_those_of_each_label():
    """Swapped, a label that is found too often would seem to be found too seldom."""
    probabilities = torch.tensor([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])
    target = torch.tensor([[1.0, 1.0], [0.0, 0.0], [NAN, 1.0], [0.0, NAN]])
    precision, recall, counts = measure_labels(probabilities, target, threshold=0.3)
    assert precision.tolist() == pytest.approx([1 / 3, 1])
    assert recall.tolist() == pytest.approx([1, 1 / 2])
    assert counts.tolist() == [1, 2]


def test_the_commonest_labels_are_drawn_with_their_names(tmp_path, monkeypatch):
    drawn, barh = [], Axes.barh

    def record(axes, places, values, **options):
        drawn.append((options["label"], values.tolist()))
        return barh(axes, places, values, **options)

    names = []
    monkeypatch.setattr(Axes, "barh", record)
    monkeypatch.setattr(Axes, "set_yticks", lambda axes, places, labels: names.extend(labels))
    probabilities = torch.tensor([[0.9, 0.9, 0.1], [0.9, 0.1, 0.1], [0.1, 0.1, 0.9]])
    target = torch.tensor([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    assert draw_overview(tmp_path, probabilities, target, INFO) == "labels"
    assert (tmp_path / "labels.png").exists()
    assert names == ["war (3)", "art (1)", "love (1)"]
    assert dict(drawn)["precision"] == pytest.approx([1, 1 / 2, 1])
    assert dict(drawn)["recall"] == pytest.approx([1 / 3, 1, 1])


def test_a_prediction_is_as_good_as_its_probabilities_of_what_is_true():
    probabilities = torch.tensor([[0.7, 0.3, 0.2], [0.4, 0.6, 0.9], [0.1, 0.2, 0.3]])
    target = torch.tensor([[1.0, 0.0, NAN], [1.0, 0.0, 1.0], [NAN] * 3])
    expected = [0.7, (0.4 + 0.4 + 0.9) / 3, 0.5]
    assert score_examples(probabilities, target).tolist() == pytest.approx(expected)


def test_true_labels_are_told_before_the_predicted_ones_and_the_worst_mistake():
    probabilities, target = torch.tensor([0.2, 0.6, 0.9]), torch.tensor([1.0, 0.0, NAN])
    cells, title = describe_example(probabilities, target, INFO)
    assert cells == ["art; war?", "love; war", "art", "0.200"], "nobody knows of war"
    assert title == "true art; war?\npredicted love; war"
    cells, _ = describe_example(torch.tensor([0.1, 0.4, 0.2]), torch.zeros(3), INFO)
    assert cells == ["(none)", "(none)", "love", "0.400"]
