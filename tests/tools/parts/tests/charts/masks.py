"""What a report shows of predicted masks: the overlap of each class, the images to look at."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from package.data import load_data
from package.engine.masks import VOID
from package.tools.charts import describe_example, draw_overview, draw_panels, score_examples

INFO = {
    "classes": ["sky", "road", "car"],
    "values": [0, 1, 2],
    "palette": [[0, 0, 0], [255, 0, 0], [0, 0, 255]],
}


def as_probabilities(prediction):
    return F.one_hot(prediction, 3).movedim(-1, -3).float()


def test_a_bar_is_drawn_for_each_class_in_its_colour(tmp_path, monkeypatch):
    drawn, barh = [], Axes.barh

    def record(axes, places, values, **options):
        drawn.append((values, options))
        return barh(axes, places, values, **options)

    monkeypatch.setattr(Axes, "barh", record)
    each = {"sky": (0.9, 60), "road": (0.5, 30), "car": (0.1, 10)}
    each = {name: {"iou": iou, "pixels": pixels} for name, (iou, pixels) in each.items()}
    name = draw_overview(tmp_path, {"car": each["car"], **each}, INFO)
    assert (tmp_path / f"{name}.png").exists()
    ((values, options),) = drawn
    assert values == [0.9, 0.5, 0.1], "the commonest comes first"
    assert options["color"] == [[0, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_a_prediction_is_as_good_as_its_mean_iou():
    """And what was mistaken most often is told, the true class before the predicted one."""
    target = torch.tensor([[[0, 0, 0, 0], [1, 1, 2, VOID]], [[0, 0, 0, 0], [1, 1, 2, 2]]])
    prediction = torch.tensor([[[0, 0, 0, 0], [2, 2, 2, 0]], [[0, 0, 0, 0], [1, 1, 2, 2]]])
    scores = score_examples(as_probabilities(prediction), target)
    assert scores.tolist() == pytest.approx([(1 + 0 + 1 / 3) / 3, 1.0])
    cells, title = describe_example(as_probabilities(prediction[0]), target[0], INFO)
    assert cells == ["0.444", "0.714", "road", "car"]
    assert title == "predicted, mean IoU 0.444"
    assert describe_example(as_probabilities(prediction[1]), target[1], INFO)[0][2:] == ["", ""]
    nothing = torch.full_like(target[:1], VOID)
    assert score_examples(as_probabilities(prediction[:1]), nothing).tolist() == [1.0]


def test_an_image_stands_beside_its_mask_and_what_was_predicted(short_settings):
    data = load_data(short_settings.data, seed=0)
    _, (target,) = data.validation.collate_fn([data.validation.dataset[0]])
    prediction = torch.zeros(len(data.info["classes"]), *target.shape)
    prediction[-1] = 1.0
    panels = Figure().subplots(1, 3)
    draw_panels(panels, ("a", "b", "c"), data.validation, 0, prediction, data.info)
    plain, true, predicted = (np.asarray(axes.images[0].get_array()) for axes in panels)
    assert plain.shape == true.shape == predicted.shape == (*target.shape, 3)
    assert (plain[..., 0] == plain[..., 1]).all(), "the image is painted over"
    is_void = (target == VOID).numpy()
    assert (true[is_void] == plain[is_void]).all()
    colour = np.array(data.info["palette"][data.info["values"][-1]]) / 255
    assert predicted == pytest.approx(plain + 0.6 * (colour - plain), abs=1e-5)
    assert [axes.get_title() for axes in panels] == ["a", "b", "c"]
