"""Targets: the token that follows, exactly one later, and none behind the end."""

import torch

from package.targets import prediction_columns, shift

NONE = -100  # what the loss leaves out


def test_the_target_of_a_token_is_the_next_one():
    """A token that is its own target is learned at once, and teaches nothing."""
    blocks = torch.arange(10, 22).reshape(2, 6)
    inputs, target = shift(blocks)
    assert inputs.tolist() == [[10, 11, 12, 13, 14], [16, 17, 18, 19, 20]]
    assert target.tolist() == [[11, 12, 13, 14, 15], [17, 18, 19, 20, 21]]
    assert inputs.dtype == target.dtype == torch.int64


def test_nothing_is_to_be_predicted_behind_the_end():
    inputs, target = shift(torch.tensor([[5, 6, -1, -1], [7, 8, 9, 0]]))
    assert target.tolist() == [[6, NONE, NONE], [8, 9, 0]]
    assert inputs[0, :2].tolist() == [5, 6]
    assert inputs[1].tolist() == [7, 8, 9]
    assert inputs.min() >= 0, "there is no such token"


def test_a_head_is_kept_if_the_tokens_are_the_same():
    assert prediction_columns({"vocabulary": [*"abc"]}) == [*"abc"]
