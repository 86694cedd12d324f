"""Numbers: how they are read, what training labels say of them, and the way to tensors and back."""

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
    # jinja: if output == "node"
    is_known,
    # jinja: endif
    prediction_columns,
    read_label,
)

NAN = float("nan")


def make_labels(*rows, columns=("price", "size")):
    return [
        read_label(dict(zip(columns, row, strict=False)), f"flats.csv:{number}")
        for number, row in enumerate(rows, start=2)
    ]


def numbers_of(cells, **options):
    """Values as a list with None for NaN, which is unlike itself."""
    values = read_label(cells, "flats.csv:2", **options).values
    return {name: None if math.isnan(value) else value for name, value in values.items()}


@pytest.mark.parametrize("cell", ["3.5", " 3.5 ", "35e-1", 3.5, [3.5], ["3.5"]])
def test_a_cell_is_a_number(cell):
    assert numbers_of({"price": cell}) == {"price": 3.5}
    assert numbers_of({"price": 3}) == {"price": 3.0}
    assert numbers_of({"price": "-0.5"}) == {"price": -0.5}


@pytest.mark.parametrize("cell", ["1; 2;3", [1, 2, 3], ["1", "2", "3"], (1.0, 2.0, 3.0)])
def test_a_cell_may_hold_several_numbers(cell):
    assert numbers_of({"price": cell}) == {"price_1": 1.0, "price_2": 2.0, "price_3": 3.0}


def test_the_separator_is_a_setting():
    assert numbers_of({"price": "1|2"}, separator="|") == {"price_1": 1.0, "price_2": 2.0}
    with pytest.raises(DataError, match=r"'1;2' in column price is not a number"):
        read_label({"price": "1;2"}, "flats.csv:2", separator="|")


@pytest.mark.parametrize("cell", ["", " ", "nan", "NaN", None, NAN])
def test_an_empty_cell_is_unknown(cell):
    """And never 0, which would be a number like others."""
    assert numbers_of({"price": cell, "size": "2"}) == {"price": None, "size": 2.0}
    assert numbers_of({"price": ["1", cell]}) == {"price_1": 1.0, "price_2": None}


# jinja: if form in ["images", "texts"]
@pytest.mark.parametrize("cells", [{"price": " "}, {"price": "nan"}, {"a": "", "b": None}])
def test_an_example_without_a_number_is_named_with_its_place(cells):
    with pytest.raises(DataError, match=r"flats\.csv:7 has no number: give it one, or remove it"):
        read_label(cells, "flats.csv:7")


# jinja: else
@pytest.mark.parametrize("cells", [{"price": " "}, {"price": "nan"}, {"a": "", "b": None}])
def test_an_example_without_a_number_is_unknown(cells):
    assert read_label(cells, "flats.csv:7").text == ""


# jinja: endif
@pytest.mark.parametrize(
    "cell", ["dear", "1,5", "inf", "-inf", "1e31", -2e30, 1e400, 10**400, "0x10", True, ["1", "b"]]
)
def test_what_is_no_number_is_named_with_place_and_column(cell):
    what = r"^flats\.csv:9: '.*' in column price(_2)? is not a number below 1e\+30: write a n"
    with pytest.raises(DataError, match=what) as caught:
        read_label({"price": cell}, "flats.csv:9")
    assert "\n" not in str(caught.value)
    with pytest.raises(DataError, match="in column size is not a number"):
        read_label({"price": 1, "size": cell}, "flats.csv:9")


def test_a_label_is_told_in_words():
    assert read_label({"price": "3.50"}, "flats.csv:2").text == "3.5"
    assert read_label({"price": "3.5", "size": ""}, "flats.csv:2").text == "price 3.5, size nan"


def test_mean_and_deviation_are_those_of_the_known_training_numbers():
    """Of each column alone: an unknown number is neither 0 nor the mean."""
    info = describe_labels(make_labels((1, 0.1), (2, ""), (6, 0.3)))
    assert info["target_columns"] == ["price", "size"]
    assert info["target_mean"] == pytest.approx([3.0, 0.2])
    assert info["target_std"] == pytest.approx([math.sqrt(14 / 3), 0.1])


def test_columns_stay_in_their_order():
    rows = [(number, 2 * number, 3 * number) for number in range(1, 4)]
    info = describe_labels(make_labels(*rows, columns=("size", "age", "price")))
    assert info["target_columns"] == ["size", "age", "price"]
    assert info["target_mean"] == pytest.approx([2.0, 4.0, 6.0])


def test_a_constant_column_divides_by_one():
    """Its deviation is 0, or nearly: 0.1 is none of the numbers that a computer has."""
    info = describe_labels(make_labels(*[(0.1, number) for number in range(7)]))
    assert info["target_std"][0] == 1.0
    assert info["target_mean"][0] == pytest.approx(0.1)


def test_numbers_that_teach_nothing_are_explained():
    with pytest.raises(DataError, match=r"csv:2 and on: all training numbers are 0\.1: add other"):
        describe_labels(make_labels((0.1,), (0.1,), (0.1,)))
    with pytest.raises(DataError, match=r"csv:2 and on: no training example has a .* column size"):
        describe_labels(make_labels((1, ""), (2, ""), (3, "")))


def test_a_target_is_in_the_unit_of_its_label():
    """The loss standardises it: what is done twice, or undone once, is wrong by the deviation."""
    info = describe_labels(make_labels((1, 10), (2, 20), (6, 30)))
    target = encode_labels(make_labels((5, 1000), ("", 7)), info)
    assert target.dtype == torch.float32
    assert target[0].tolist() == [5.0, 1000.0]
    assert target[1].isnan().tolist() == [True, False]
    assert encode_labels(make_labels((4, 8)), info).shape == (1, 2), "a row for each label"
    one = describe_labels(make_labels((1,), (2,)))
    assert encode_labels(make_labels((3,), (4,)), one).tolist() == [[3.0], [4.0]]
    unknown = encode_labels([Label("", place="")], info)
    assert unknown.shape == (1, 2)
    assert unknown.isnan().all()


def test_every_example_has_the_same_numbers():
    rows = [read_label({"box": cell}, f"boxes.csv:{n}") for n, cell in enumerate(("1;2", "3;5"), 2)]
    info = describe_labels(rows)
    assert info["target_columns"] == ["box_1", "box_2"]
    other = read_label({"box": "1;2;3"}, "boxes.csv:8")
    with pytest.raises(DataError, match=r"csv:8 has box_1, box_2, box_3, where .* have box_1, box"):
        encode_labels([*rows, other], info)
    swapped = read_label({"box_2": "1", "box_1": "2"}, "boxes.csv:8")
    with pytest.raises(DataError, match=r"csv:8 has box_2, box_1, where .* have box_1, box_2"):
        encode_labels([swapped], info)
    one = describe_labels(make_labels((1,), (2,)))
    assert encode_labels([read_label({"cost": "3"}, "more.csv:2")], one).tolist() == [[3.0]]


# jinja: if output == "node"
def test_a_node_without_a_number_is_unknown():
    info = describe_labels(make_labels((1, 10), (2, 20)))
    labels = [*make_labels((1, 10), ("", 7)), Label("", place="")]
    assert is_known(encode_labels(labels, info)).tolist() == [True, True, False]


# jinja: endif


@pytest.mark.parametrize("count", [1, 5, 30, 199])
def test_few_examples_are_one_group(count):
    """Else a group would be too small to hold out a fraction of it."""
    assert len(set(group_labels(make_labels(*[(n, 0) for n in range(count)])))) == 1


def test_splits_are_drawn_by_the_size_of_the_first_number():
    numbers = [(37 * n) % 600 for n in range(600)]
    groups = group_labels(make_labels(*[(number, -number) for number in numbers]))
    members = [[n for n, g in zip(numbers, groups, strict=True) if g == name] for name in {*groups}]
    assert sorted(map(len, members)) == [100] * 6
    assert sorted(max(own) - min(own) for own in members) == [99] * 6, "groups overlap"


def test_numbers_that_are_unknown_or_equal_make_no_small_group():
    rows = [("" if number == 4 else number % 2, 1) for number in range(400)]
    groups = group_labels(make_labels(*rows))
    assert sorted(groups.count(name) for name in {*groups}) == [100] * 4


def test_a_label_is_shown_by_its_numbers():
    (label,) = make_labels((3, ""))
    assert inspect_label(label) == (["price"], {"price": 3.0})
    assert inspect_label(Label("", place="")) == (["(none)"], {})


def test_predictions_are_told_by_column():
    info = describe_labels(make_labels((1, 10), (2, 20), columns=("size", "price")))
    record = describe_prediction(torch.tensor([1234.5678, -0.00012345678]), info)
    assert record == {"predicted_size": 1234.57, "predicted_price": -0.000123457}
    assert prediction_columns(info) == [*record]
