"""How files hold any number of labels, and that rare ones stay in training."""

import math
from dataclasses import replace

import inputs
import pytest

from package.data import load_data
from package.engine.label_sets import group_labels, read_label
from package.engine.labels import DataError, Label
from package.targets import describe_labels, inspect_label


def read(cell, separator=";"):
    """What one column holds."""
    return read_label({"tags": cell}, "films.csv:2", separator)


def test_labels_in_one_cell_are_separated():
    for cell in ("war; love", " love ;war", ["war", "love"], ("love", "war"), "war;;love;"):
        assert read(cell) == Label("love; war", "films.csv:2", {"war": 1.0, "love": 1.0})
    assert read("a|b;c", "|").values == {"a": 1.0, "b;c": 1.0}
    assert read([3, 7]).values == {"3": 1.0, "7": 1.0}
    assert read(0).values == {"0": 1.0}


@pytest.mark.parametrize("cell", ["", "  ", [], ";"])
def test_an_empty_cell_is_an_example_without_labels(cell):
    """That is known of it: to leave it out would leave only those with labels."""
    assert read(cell) == Label("(none)", "films.csv:2", {})


def test_columns_of_labels_hold_1_0_or_nothing():
    cells = {"war": "1", "love": "0", "old": " ", "new": 1, "long": 0.0, "odd": True, "bad": None}
    label = read_label({**cells, "sad": math.nan}, "films.csv:2", ";")
    assert label.text == "new; odd; war"
    unknown = {name for name, value in label.values.items() if math.isnan(value)}
    assert unknown == {"old", "bad", "sad"}
    present = {name for name, value in label.values.items() if value == 1}
    assert present == {"new", "odd", "war"}, "what is not named is 0"
    assert read_label({"war": 0, "love": 0}, "films.csv:2", ";").text == "(none)"
    some = read_label({"war": 0, "love": ""}, "films.csv:2", ";")
    assert inspect_label(some)[0] == ["(unknown)"], "nobody knows that there is no label"


def test_cells_that_cannot_be_labels_are_named():
    with pytest.raises(DataError, match=r"films\.csv:2: 'war' is 2, not 1, 0 or empty: fix"):
        read_label({"war": 2, "love": "1"}, "films.csv:2", ";")
    with pytest.raises(DataError, match=r"films\.csv:2 has no labels: give it some, or an empty"):
        read(None)
    with pytest.raises(DataError, match=r"films\.csv:2 has no known label: fill in 1 or 0, or"):
        read_label({"war": " ", "love": None}, "films.csv:2", ";")
    for cell in ([["war"]], [{"war": 1}], {"war": 1}):
        with pytest.raises(DataError, match=r"films\.csv:2 has the labels .*: write words, or a l"):
            read(cell)
    with pytest.raises(DataError, match=r"films\.csv:2 has no labels: give it some"):
        read(math.nan)
    with pytest.raises(DataError, match=r"data\.label_separator is empty: give it a character"):
        read("war", "")
    with pytest.raises(DataError, match=r"data\.columns names no column of labels: add one"):
        read_label({}, "films.csv:2", ";")


@pytest.mark.parametrize("cell", [0, ""])
def test_a_column_of_labels_that_training_never_has_is_named(cell):
    """Else the model would not have it, and nobody would be told."""
    cells = {"war": 1, "love": cell}
    labels = [read_label(cells, f"films.csv:{n}", ";") for n in (2, 3)]
    with pytest.raises(DataError, match=r"films\.csv:2 and on: .*label 'love': add some, or leave"):
        describe_labels(labels)


def test_some_of_each_rare_label_stay_in_training_and_small_groups_are_drawn_together():
    cells = ["love", "war", "love", "", "love;war", "love", "art", *["love"] * 50]
    groups = group_labels([read(cell) for cell in cells])
    kept = [cell for cell, group in zip(cells, groups, strict=True) if not group]
    assert kept == ["war", "love;war", "art"]
    assert {*groups} == {"", "love"}, "a group of few cannot be held out by fractions"
    assert group_labels([]) == []


def test_a_rare_label_is_never_held_out(short_settings, tmp_path):
    """In the test split alone nothing would be learned of it, and its row would be an error."""
    rare = {n: f"rare {n}" for n in range(0, 60, 12)}
    labels = [f"all;{rare[n]}" if n in rare else "all" for n in range(60)]
    path = inputs.write_examples(tmp_path, labels, seed=0)
    for seed in range(5):
        data = load_data(replace(short_settings.data, path=path, split_seed=seed), seed=0)
        assert data.info["labels"] == ["all", *sorted(rare.values())]
        assert min(len(data.validation.dataset), len(data.test.dataset)) > 5
