"""Masks: what training masks say of the classes, and the way from a value to a class and back."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

from package.engine.labels import DataError
from package.engine.masks import paint
from package.targets import (
    describe_labels,
    describe_prediction,
    encode_labels,
    group_labels,
    inspect_label,
    prediction_columns,
    read_label,
)

SIZE = {"image_size": (2, 3)}


def make_labels(*masks, **options):
    """Of masks that are rows of values."""
    images = [Image.fromarray(np.uint8(mask)) for mask in masks]
    return [read_label({"mask": mask}, f"mask {n}", **options) for n, mask in enumerate(images)]


def test_classes_are_the_values_of_the_training_masks_but_void():
    info = describe_labels(make_labels([[0, 7, 255]], [[0, 4, 7]]))
    assert (info["classes"], info["values"], info["void"]) == (["0", "4", "7"], [0, 4, 7], 255)
    info = describe_labels(make_labels([[0, 7, 255]], [[0, 4, 7]], void=7))
    assert info["values"] == [0, 4, 255]


def test_names_are_those_of_the_setting_or_of_its_file(tmp_path):
    mask = [[0, 1, 255]]
    info = describe_labels(make_labels(mask, names=("sky", "road", "tree")))
    assert (info["classes"], info["values"]) == (["sky", "road", "tree"], [0, 1, 2])
    (tmp_path / "names.txt").write_text("sky\nroad\n\ntree \n")
    assert describe_labels(make_labels(mask, names=(f"{tmp_path}/names.txt",))) == info
    for names in (("sky",), ("sky", "sky")):
        with pytest.raises(DataError, match=r"data\.classes: give two names or more, each once"):
            describe_labels(make_labels(mask, names=names))


def test_a_target_is_the_number_of_the_class_of_each_pixel():
    """Of the training masks: numbered anew, in a split without sky road would be sky."""
    info = describe_labels(make_labels([[0, 7, 4]])) | SIZE
    targets = encode_labels(make_labels([[7, 7, 4], [255, 0, 7]], [[4, 4, 4]] * 2), info)
    assert len(targets) == 2
    assert targets[0].dtype == torch.int64
    assert targets[0].tolist() == [[2, 2, 1], [255, 0, 2]]
    assert targets[1].tolist() == [[1, 1, 1]] * 2


def test_the_value_of_void_may_be_another():
    info = describe_labels(make_labels([[0, 1, 11]], void=11)) | SIZE
    assert encode_labels(make_labels([[0, 11, 1]] * 2), info)[0].tolist() == [[0, 255, 1]] * 2


def test_a_mask_is_scaled_without_new_values():
    """A mean of class 0 and class 4 would be class 2."""
    info = describe_labels(make_labels([[0, 2, 4]])) | {"image_size": (8, 8)}
    mask = np.kron(4 * (np.indices((5, 5)).sum(axis=0) % 2), np.ones((3, 3)))
    target = encode_labels(make_labels(mask), info)[0]
    assert target.shape == (8, 8)
    assert target.unique().tolist() == [0, 2]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (9, "mask 0 holds the value 9, which is none of the 2 classes, 0, 1: name it in data.cla"),
        (255, ""),
    ],
)
def test_a_value_that_is_no_class_is_named_with_its_place(value, words):
    info = describe_labels(make_labels([[0, 1]])) | SIZE
    targets = encode_labels(make_labels([[0, value, 1]] * 2), info)
    if not words:
        assert targets[0].max() == 255
        return
    with pytest.raises(DataError, match=words) as caught:
        targets[0]
    assert "--data.void 9" in str(caught.value)


def test_masks_without_two_classes_are_refused():
    with pytest.raises(DataError, match=r"mask 0 and on: .* than two classes .0.: .* if 255 is a"):
        describe_labels(make_labels([[0, 255]], [[0, 0]]))


def test_a_mask_in_a_table_is_relative_to_it():
    label = read_label({"mask": "masks/1.png"}, "data/pairs.csv:2")
    assert label.mask.source == Path("data/masks/1.png")
    with pytest.raises(DataError, match=r"pairs\.csv:2 has no mask: give it one"):
        read_label({"mask": ""}, "data/pairs.csv:2")


def test_colours_are_those_of_the_masks_or_the_usual_ones():
    mask = Image.fromarray(np.uint8([[0, 1, 2]]))
    assert describe_labels([read_label({"mask": mask}, "a")])["palette"][:3] == [
        [0, 0, 0],
        [128, 0, 0],
        [0, 128, 0],
    ]
    mask.putpalette([9, 8, 7, 6, 5, 4, 3, 2, 1])
    palette = describe_labels([read_label({"mask": mask}, "a")])["palette"]
    assert (palette[:3], len(palette)) == ([[9, 8, 7], [6, 5, 4], [3, 2, 1]], 256)


def test_void_is_painted_in_no_colour():
    info = {"values": [2, 0], "palette": [[0, 255, 0], [0, 0, 0], [255, 0, 0]]}
    painted = paint(torch.full((1, 3, 1), 0.5), torch.tensor([[0, 1, 255]]), info)
    expected = torch.tensor([[[0.8, 0.2, 0.2], [0.2, 0.8, 0.2], [0.5, 0.5, 0.5]]])
    assert_close(painted, expected)


def test_what_is_shown_of_a_mask_is_the_share_of_each_class():
    info = describe_labels(make_labels([[0, 7, 4]], names=None)) | SIZE
    label = encode_labels(make_labels([[7, 7, 7], [255, 0, 7]]), info).count(0)
    assert label.text == "0 17%; 7 67%; void 17%"
    names, numbers = inspect_label(label)
    assert names == ["0", "7"]
    assert numbers == pytest.approx({"void %": 100 / 6})


def test_splits_are_drawn_from_all_masks_alike():
    assert len({*group_labels(make_labels([[0, 1]], [[1, 1]]))}) == 1


def test_the_share_of_each_class_is_told():
    info = {"classes": ["sky", "road"]}
    probabilities = torch.tensor([[[0.9, 0.2], [0.4, 0.3]], [[0.1, 0.8], [0.6, 0.7]]])
    record = describe_prediction(probabilities, info)
    assert record == {"predicted_share_sky": 0.25, "predicted_share_road": 0.75}
    assert prediction_columns(info) == [*record]
