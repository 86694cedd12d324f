"""Dropout of tokens: each with its own draw, and never of what is to be predicted."""

import pytest
import torch
from torch import Generator

from package.augment import Augment

UNKNOWN = 0
INFO = {"unknown_id": UNKNOWN}
TEXT = [[*range(1, 11)]] * 400


@pytest.fixture
def apply(no_augmentation):
    """``apply(texts, token_dropout)``: token ids and targets afterwards."""

    def apply(texts, token_dropout):
        token_ids = torch.tensor(texts)
        no_augmentation.token_dropout = token_dropout
        augment, generator = Augment(no_augmentation, INFO), Generator().manual_seed(0)
        (found,), target = augment((token_ids,), token_ids + 1, generator)
        return found, target

    return apply


def test_off_changes_nothing(apply):
    assert apply(TEXT, 0.0)[0].tolist() == TEXT


def test_the_rate_is_that_of_the_setting(apply):
    """At every place, and without what neighbours have drawn."""
    dropped = apply(TEXT, 0.3)[0] == UNKNOWN
    assert dropped.float().mean().item() == pytest.approx(0.3, abs=0.03)
    assert dropped.float().mean(dim=0).min() > 0.15
    both = (dropped[:, 1:] & dropped[:, :-1]).float().mean().item()
    assert both == pytest.approx(0.09, abs=0.03)


def test_what_is_kept_is_as_it_was_and_all_is_to_be_predicted(apply):
    found, target = apply(TEXT, 0.5)
    given = torch.tensor(TEXT)
    assert torch.equal(found[found != UNKNOWN], given[found != UNKNOWN])
    assert torch.equal(target, given + 1), "the model is to predict tokens that are no text"
