"""Labels: how files hold them, and the way to rows of 1 and 0 and back."""

import math

import pytest
import torch

from package.engine.labels import DataError, Label
from package.targets import (
    describe_labels,
    describe_prediction,
    encode_labels,
    group_labels,
    inspect_label,
    prediction_columns,
    read_label,
)


def make_labels(*cells):
    """Of one column."""
    return [read_label({"tags": cell}, f"films.csv:{row}") for row, cell in enumerate(cells, 2)]


def test_labels_in_one_cell_are_separated():
    for cell in ("war; love", " love ;war", ["war", "love"], ("love", "war"), "war;;love;"):
        label = read_label({"tags": cell}, "films.csv:2")
        assert label == Label("love; war", "films.csv:2", {"war": 1.0, "love": 1.0})
    assert read_label({"tags": "a|b;c"}, "", separator="|").values == {"a": 1.0, "b;c": 1.0}
    assert read_label({"tags": [3, 7]}, "").values == {"3": 1.0, "7": 1.0}
    assert read_label({"tags": 0}, "").values == {"0": 1.0}


@pytest.mark.parametrize("cell", ["", "  ", [], ";"])
def test_an_empty_cell_is_an_example_without_labels(cell):
    """That is known of it, and trained: to leave it out would leave only those with labels."""
    label = read_label({"tags": cell}, "films.csv:2")
    assert label.values == {}
    assert encode_labels([label], {"labels": ["love", "war"]}).tolist() == [[0.0, 0.0]]


def test_columns_of_labels_hold_1_0_or_nothing():
    cells = {"war": "1", "love": "0", "old": " ", "new": 1, "long": 0.0, "odd": True, "bad": None}
    label = read_label(cells, "films.csv:2")
    assert label.text == "new; odd; war"
    assert {name for name, value in label.values.items() if math.isnan(value)} == {"old", "bad"}
    info = {"labels": ["bad", "long", "love", "new", "odd", "old", "war"]}
    expected = torch.tensor([[math.nan, 0, 0, 1, 1, math.nan, 1]])
    torch.testing.assert_close(encode_labels([label], info), expected, equal_nan=True)


def test_what_nobody_knows_of_an_example_is_not_a_number():
    """As 0 it would teach the model that the labels are not there."""
    (row,) = encode_labels([Label("", place="graph 1")], {"labels": ["love", "war"]})
    assert row.isnan().tolist() == [True, True]


def test_labels_have_the_same_order_in_every_process():
    """Sets have another order in each: what comes out of one must be sorted."""
    names = [*"gfedcba"]
    assert describe_labels(make_labels(names, ";".join(names), "")) == {"labels": sorted(names)}


def test_a_target_has_a_number_for_each_label_of_the_training():
    """Whichever others have: numbered anew, their films of war would be of love."""
    info = describe_labels(make_labels("war;love", "art", ""))
    target = encode_labels(make_labels("war", "art;love", ""), info)
    assert target.tolist() == [[0.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    assert target.dtype == torch.float32
    assert encode_labels([], info).shape == (0, 3)


def test_labels_that_cannot_be_used_are_named_with_their_place():
    with pytest.raises(DataError, match=r"films\.csv:2: 'war' is 'yes', not 1, 0 or empty: fix"):
        read_label({"war": "yes", "love": "1"}, "films.csv:2")
    with pytest.raises(DataError, match=r"films\.csv:2: 'war' is 2, not 1, 0 or empty: fix"):
        read_label({"war": 2, "love": "1"}, "films.csv:2")
    with pytest.raises(DataError, match=r"films\.csv:2 has no labels: give it some, or an empty"):
        read_label({"tags": None}, "films.csv:2")
    with pytest.raises(DataError, match=r"films\.csv:2 has no known label: fill in 1 or 0, or"):
        read_label({"war": " ", "love": None}, "films.csv:2")
    info = describe_labels(make_labels("war", "love"))
    with pytest.raises(DataError, match=r"films\.csv:3 has the label 'art', which no training"):
        encode_labels(make_labels("war", "love;art"), info)
    with pytest.raises(DataError, match=r"films\.csv:2 and on: no training example has a label"):
        describe_labels(make_labels("", ""))


def test_splits_are_drawn_by_the_rarest_label():
    """By all labels together, hardly any two examples would be in one group."""
    groups = group_labels(make_labels(*["war;love", "love", ""] * 30, *["love"] * 30))
    assert groups[:2] == ["", ""]
    assert groups[6:9] == ["war", "love", "(none)"]
    assert {*groups[90:]} == {"love"}


def test_some_of_each_label_stay_in_training():
    """Else a rare one may be in the test split alone, and nothing is learned of it."""
    cells = ["love", "war", "love", "", "love;war", "love", "art", *["love"] * 50]
    groups = group_labels(make_labels(*cells))
    kept = [cell for cell, group in zip(cells, groups, strict=True) if not group]
    assert kept == ["love", "war", "love", "love;war", "art"]
    assert {*groups} == {"", "love"}, "a group of few cannot be held out by fractions"


def test_an_example_is_shown_with_each_of_its_labels():
    assert [inspect_label(label) for label in make_labels("war;love", "")] == [
        (["war", "love"], {"labels": 2.0}),
        (["(none)"], {"labels": 0.0}),
    ]


def test_labels_that_reach_the_threshold_are_predicted():
    """One by one: they do not compete, and there may be none."""
    info = {"labels": ["art", "love", "war"], "threshold": 0.3}
    record = describe_prediction(torch.tensor([0.29, 0.45678, 0.9]), info)
    values = {"predicted_labels": "love;war"}
    values |= {"probability_art": 0.29, "probability_love": 0.4568, "probability_war": 0.9}
    assert record == values
    assert prediction_columns(info) == [*values]
    assert describe_prediction(torch.tensor([0.1] * 3), info)["predicted_labels"] == ""
