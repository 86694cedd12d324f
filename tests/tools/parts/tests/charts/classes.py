"""What a report shows of predicted classes: the confusion matrix, and which examples to look at."""

import numpy as np
import pytest
import torch
from matplotlib.axes import Axes

from package.tools.charts import describe_example, draw_overview, score_examples


def test_a_row_of_the_confusion_matrix_is_a_class(tmp_path, monkeypatch):
    """Swapped, what is said of one class would be true of the other."""
    drawn, imshow = [], Axes.imshow

    def record(axes, shares, **options):
        drawn.append(shares)
        return imshow(axes, shares, **options)

    monkeypatch.setattr(Axes, "imshow", record)
    probabilities = torch.tensor([[0.4, 0.6], [0.3, 0.7], [0.1, 0.9], [0.8, 0.2]])
    name = draw_overview(tmp_path, probabilities, torch.tensor([0, 0, 1, 0]), {"classes": [*"ab"]})
    assert (tmp_path / f"{name}.png").exists()
    assert drawn[0] == pytest.approx(np.array([[1 / 3, 2 / 3], [0, 1]]))


def test_a_prediction_is_as_good_as_the_probability_of_the_true_class():
    """And both are told, the true class before the predicted one."""
    probabilities, target = torch.tensor([[0.7, 0.3], [0.4, 0.6]]), torch.tensor([1, 1])
    assert score_examples(probabilities, target).tolist() == pytest.approx([0.3, 0.6])
    cells, title = describe_example(probabilities[0], target[0], {"classes": ["cat", "dog"]})
    assert cells == ["dog", "0.300", "cat", "0.700"]
    assert title == "true dog: 0.300\npredicted cat: 0.700"
