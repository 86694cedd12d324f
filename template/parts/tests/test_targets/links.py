"""Targets: 1 for a pair with an edge, 0 for another, and the probability that is told."""

import torch

from package.engine.labels import Label
from package.targets import describe_prediction, encode_pairs, inspect_label, prediction_columns


def test_edges_come_first_and_others_count_as_none():
    target = encode_pairs(3, 2)
    assert target.tolist() == [1, 1, 1, 0, 0]
    assert target.dtype == torch.float32
    assert encode_pairs(2, 0).tolist() == [1, 1], "as many labels as pairs were drawn, none more"


def test_the_probability_of_an_edge_is_told():
    record = describe_prediction(torch.tensor(0.45678), {})
    assert record == {"probability": 0.4568}
    assert prediction_columns({}) == [*record]


def test_a_label_is_shown_as_it_is():
    assert inspect_label(Label("edge", "a")) == (["edge"], {})
