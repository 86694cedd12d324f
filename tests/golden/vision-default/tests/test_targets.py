"""Classes: what training labels say of them, and the way from a label to a number and back."""

import pytest
import torch

from vision_default.engine.labels import DataError, Label
from vision_default.targets import (
    describe_labels,
    describe_prediction,
    encode_labels,
    group_labels,
    inspect_label,
    prediction_columns,
    read_label,
)


def make_labels(*texts):
    return [Label(text, place=f"pets.csv:{row}") for row, text in enumerate(texts, start=2)]


def test_classes_have_the_same_order_in_every_process():
    """Sets have another order in each: what comes out of one must be sorted."""
    found = []
    for n in range(9):
        word = type("Word", (str,), {"__hash__": lambda self, n=n: hash((n, *self.encode()))})
        labels = make_labels(*map(word, "gfedcbagfedcba"))
        found.append(describe_labels(labels)["classes"])
    assert sorted(found[0]) == [*"abcdefg"]
    assert found == [found[0]] * 9, "another order for the same labels"


def test_a_label_is_the_number_of_its_class():
    """Of the training labels, whichever the others are: numbered anew, its dogs would be cats."""
    info = describe_labels(make_labels("dog", "cat", "dog"))
    for texts in (["dog", "cat"], ["dog"]):
        target = encode_labels(make_labels(*texts), info)
        assert target.dtype == torch.int64
        assert [info["classes"][number] for number in target] == texts


def test_a_label_that_cannot_be_used_is_named_with_its_place():
    with pytest.raises(DataError, match=r"pets\.csv:2 has no label: give it one"):
        read_label({"species": " "}, "pets.csv:2")
    assert read_label({"species": " cat "}, "pets.csv:2") == Label("cat", "pets.csv:2")
    assert read_label({"species": 0}, "pets.csv:2").text == "0"
    info = {"classes": ["cat", "dog"]}
    words = r"csv:3 has the label 'wolf', which the model is not trained for, but for cat, dog"
    with pytest.raises(DataError, match=words):
        encode_labels(make_labels("dog", "wolf"), info)
    with pytest.raises(DataError, match=r"pets\.csv:2 and on: all training labels are 'cat'"):
        describe_labels(make_labels("cat", "cat"))


def test_others_labels_than_those_of_the_model_are_all_named():
    """Whose data are right may have come to `evaluate` with another checkpoint."""
    labels, info = make_labels("cat", "wolf", "fox", "wolf"), {"classes": ["cat", "dog"]}
    words = r"pets\.csv:3 has the label 'wolf' \(others: fox\), which the model is not trained for"
    with pytest.raises(DataError, match=words):
        encode_labels(labels, info)


@pytest.mark.parametrize("check", [describe_labels, group_labels])
def test_labels_that_are_no_classes_are_told_from_classes(check):
    numbers = [f"{n / 7:.3f}" for n in range(30)]
    with pytest.raises(DataError, match=r"2 and on: 30 of 30 .*'0\.000': all are numbers, for"):
        check(make_labels(*numbers))
    with pytest.raises(DataError, match=r"20 of 22 labels occur only once, such as 'film 0'"):
        check(make_labels(*(f"film {n}" for n in range(20)), "good", "good"))
    check(make_labels(*"1234512345"))  # stars


def test_splits_are_drawn_by_class():
    groups = group_labels(make_labels("cat", "dog", "cat"))
    assert groups[0] == groups[2] != groups[1]


def test_a_label_is_shown_as_its_class():
    assert [inspect_label(label) for label in make_labels("cat", "")] == [
        (["cat"], {}),
        (["(none)"], {}),
    ]


def test_the_most_probable_class_is_told_with_all_probabilities():
    info = {"classes": ["cat", "dog", "emu"]}
    record = describe_prediction(torch.tensor([0.3, 0.45678, 0.24322]), info)
    values = {"predicted_class": "dog", "probability": 0.4568}
    values |= {"probability_cat": 0.3, "probability_dog": 0.4568, "probability_emu": 0.2432}
    assert record == values
    assert prediction_columns(info) == [*values]
