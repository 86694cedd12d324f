"""Labels: what training labels say of them, and the way to rows of 1 and 0 and back."""

import math

import pytest
import torch
from torch.testing import assert_close

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


def test_labels_have_the_same_order_in_every_process():
    """Sets have another order in each: what comes out of one must be sorted."""
    found = []
    for n in range(9):
        word = type("Word", (str,), {"__hash__": lambda self, n=n: hash((n, *self.encode()))})
        values = [{word(name): 1.0 for name in names} for names in ("gfed", "", "dcba")]
        labels = [Label("a label", "films.csv:2", own) for own in values]
        found.append(describe_labels(labels)["labels"])
    assert sorted(found[0]) == [*"abcdefg"]
    assert found == [found[0]] * 9, "another order for the same labels"


def test_a_target_has_a_number_for_each_label_of_the_training():
    """Whichever others have: numbered anew, their films of war would be of love."""
    info = describe_labels(make_labels("war;love", "art", ""))
    target = encode_labels(make_labels("war", "art;love", ""), info)
    columns = dict(zip(info["labels"], target.T.tolist(), strict=True))
    assert columns == {"art": [0.0, 1.0, 0.0], "love": [0.0, 1.0, 0.0], "war": [1.0, 0.0, 0.0]}
    assert target.dtype == torch.float32


def test_what_nobody_knows_is_not_a_number():
    """As 0 it would teach the model that the label is not there."""
    info = {"labels": ["art", "love", "war"]}
    label = read_label({"art": "0", "love": " ", "war": "1"}, "films.csv:2")
    found = encode_labels([label, Label("", place="film 1")], info)
    assert_close(found, torch.tensor([[0, math.nan, 1], [math.nan] * 3]), equal_nan=True)


def test_labels_that_cannot_be_used_are_named_with_their_place():
    with pytest.raises(DataError, match=r"films\.csv:2: 'war' is 'yes', not 1, 0 or empty: fix"):
        read_label({"war": "yes", "love": "1"}, "films.csv:2")
    info = {"labels": ["love", "war"]}
    words = r"films\.csv:3 has the label 'art', which the model is not trained for, but for love"
    with pytest.raises(DataError, match=words):
        encode_labels(make_labels("war", "love;art"), info)
    with pytest.raises(DataError, match=r"films\.csv:2 and on: no training example has a label"):
        describe_labels(make_labels("", ""))


def test_another_separator_is_noticed(capsys):
    """Whole cells for labels, the model would learn one of each combination."""
    describe_labels(make_labels("war,love", "art", "love,war", "war,art"))
    assert "note: films.csv:2 and on: most labels hold ',', such as 'war,love'" in (
        capsys.readouterr().err
    )
    describe_labels(make_labels("war;love, true", "art", "love"))
    assert not capsys.readouterr().err


def test_splits_are_drawn_by_the_rarest_label_of_which_some_stay_in_training():
    """By all labels together, hardly any two examples would be in one group."""
    groups = group_labels(make_labels(*["war;love", "love", ""] * 30, "art; love"))
    assert groups == ["war", "love", "(none)"] * 30 + [""]


def test_an_example_is_shown_with_each_of_its_labels():
    assert [inspect_label(label) for label in make_labels("war;love", "")] == [
        (["love", "war"], {"labels": 2.0}),
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
