"""What every augmentation must do, one that you add included, at a half and nearly at its fullest.

It is found by its setting; STRENGTHS in augment.py says what is off and fullest.
"""

from dataclasses import fields

import inputs
import pytest
import torch
from torch import Generator

from graph_default.augment import Augment, AugmentSettings

FORM = "edges" if "edges" in inputs.FORMS else "small"
pytestmark = pytest.mark.parametrize("info", [FORM], indirect=True)
SIZE, ONE = 6, 3  # of a batch, and the sample in its middle that is looked at


@pytest.fixture(params=[field.name for field in fields(AugmentSettings)])
def draws(request, info, augmentation, make_batch):
    """``draws(given, target)``: inputs and target as the setting changes them, for five seeds."""
    settings = [augmentation(share, request.param) for share in (0.5, 0.95)]
    if settings[0] == augmentation(0.0):
        pytest.skip("this is no strength, but a name")

    def draw(given, target, is_on=True):
        for augment in (Augment(each, info).train(is_on) for each in settings):
            for seed in range(5):
                torch.rand(1)  # what is drawn elsewhere must not matter
                yield augment(given, target, Generator().manual_seed(seed))

    return draw


def is_same(some, others):
    return len(some) == len(others) and all(map(torch.equal, some, others))


def is_mixed(after, before):
    """Where samples are, their targets become a share of each class."""
    return after.dim() > before.dim()


def is_like(some, others):
    """But for what rounding does to numbers that are scaled there and back."""
    pairs = [*zip(some, others, strict=True)]
    return all(a.shape == b.shape and torch.allclose(a, b, atol=1e-4) for a, b in pairs)


def test_it_changes_inputs_by_the_generator_alone_and_nothing_in_eval_mode(draws, make_batch):
    before, target = make_batch(SIZE)
    given = [tensor.clone() for tensor in before]
    first, *others = changed = [found for found, _ in draws(given, target)]
    assert is_same(given, before), "it changes the data themselves, not a copy"
    message = "it changes nothing alone: if it only goes with another, let its STRENGTHS be equal"
    assert not all(is_like(each, before) for each in changed), message
    assert not all(is_same(each, first) for each in others[:4]), "it draws nothing"
    for (again, _), each in zip(draws(given, target), changed, strict=True):
        assert is_same(again, each), "it draws from another generator than the one it is given"
    for found, after in draws(given, target, is_on=False):
        assert is_same(found, before), "it works in eval mode"
        assert not is_mixed(after, target), "it changes targets in eval mode"


def test_it_gives_what_data_could_be(draws, make_batch, info):
    """The model, and all else behind it, rely on that."""
    _, target = batch = make_batch(SIZE)
    for found, after in draws(*batch):
        if is_mixed(after, target):
            torch.testing.assert_close(after.sum(dim=1), torch.ones(SIZE), msg="no shares of 1")
            after = target
        inputs.check((found, after), batch, info)
