"""What every augmentation must do, one that you add included, at a half and nearly at its fullest.

It is found by its setting; STRENGTHS in augment.py says what is off and fullest.
"""

from dataclasses import fields

import inputs
import pytest
import torch
from torch import Generator

from package.augment import Augment, AugmentSettings

# jinja: if form == "images"
pytestmark = pytest.mark.parametrize("info", ["colour"], indirect=True)
# jinja: elif edges
FORM = "edges" if "edges" in inputs.FORMS else "small"
pytestmark = pytest.mark.parametrize("info", [FORM], indirect=True)
# jinja: else
pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)
# jinja: endif
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


# jinja: if form == "graphs"
def look_at(number, given):
    x, edge_index, graph, _, *more = given
    own = graph[edge_index[0]] == number
    edges = edge_index[:, own] - (graph < number).sum()
    features = [each[own].flatten() for each in more if len(each) == len(own)]  # of edges
    return torch.cat([x[graph == number].flatten(), edges.flatten(), *features])


# jinja: elif form != "graph"
def look_at(number, given):
    return given[0][number]


# jinja: endif
# jinja: if form != "graph"
def test_every_sample_has_its_own_draw(draws, make_batch, info):
    copies = inputs.make_batch(info, [ONE] * SIZE, make_batch(SIZE)[1])
    changed = [found for found, _ in draws(*copies) if not is_like(found, copies[0])]
    for found in changed:
        first, *others = (look_at(number, found) for number in range(SIZE))
        if not all(torch.equal(other, first) for other in others):
            return
    assert not changed, "copies of one sample stay alike: the samples of a batch share one draw"


def test_a_sample_is_changed_whatever_else_is_in_its_batch(draws, make_batch):
    """What is mixed with its neighbours, or takes their mean, tells the model of them."""
    given, target = make_batch(SIZE)
    others = inputs.change_others(given, ONE)
    for (found, after), (other, _) in zip(draws(given, target), draws(others, target), strict=True):
        if is_mixed(after, target):
            pytest.skip("samples are mixed, and their classes with them")
        one, same = look_at(ONE, found), look_at(ONE, other)
        torch.testing.assert_close(same[same != 0], one[one != 0], atol=1e-5, rtol=0)


# jinja: endif
def test_it_gives_what_data_could_be(draws, make_batch, info):
    """The model, and all else behind it, rely on that."""
    _, target = batch = make_batch(SIZE)
    for found, after in draws(*batch):
        if is_mixed(after, target):
            torch.testing.assert_close(after.sum(dim=1), torch.ones(SIZE), msg="no shares of 1")
            after = target
        inputs.check((found, after), batch, info)
