"""What a report shows of tagged words: each kind in numbers, and which texts to look at."""

import math

import pytest
import torch
from matplotlib.axes import Axes

from package.tools.charts import describe_example, draw_overview, score_example

INFO = {"tags": ["O", "B-a", "I-a"]}
NONE = -100


def test_a_text_is_as_good_as_its_most_wrong_word():
    probabilities = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.3, 0.6, 0.1]])
    target = torch.tensor([0, NONE, 1])
    assert score_example(probabilities, target) == pytest.approx(0.6)
    assert describe_example(probabilities, target, INFO) == (["O", "B-a"], ["O", "B-a"])
    target = torch.tensor([1, 2, NONE])
    assert score_example(probabilities, target) == pytest.approx(0.2)
    assert describe_example(probabilities, target, INFO) == (["B-a", "I-a"], ["O", "I-a"])


def test_the_commonest_kinds_are_drawn_with_their_names(tmp_path, monkeypatch):
    drawn, names, bar = {}, [], Axes.bar

    def record(axes, places, values, **options):
        drawn[options["label"]] = values
        return bar(axes, places, values, **options)

    monkeypatch.setattr(Axes, "bar", record)
    monkeypatch.setattr(
        Axes, "set_xticks", lambda axes, places, labels, **options: names.extend(labels)
    )
    each = {
        "rare": {"precision": math.nan, "recall": 0.0, "f1": 0.0, "examples": 1},
        "common": {"precision": 0.5, "recall": 1.0, "f1": 2 / 3, "examples": 7},
    }
    assert draw_overview(tmp_path, each) == "kinds"
    assert (tmp_path / "kinds.png").exists()
    assert names == ["common (7)", "rare (1)"]
    assert drawn["recall"] == [1.0, 0.0]
