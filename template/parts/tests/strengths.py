"""What every augmentation must do, those that you add included.

Each setting by itself, at a half and nearly at its fullest (STRENGTHS in augment.py), with several
seeds, as one draw may be to leave all as it is.
"""

from dataclasses import fields

import pytest
import torch
from torch import Generator

from package.augment import Augment, AugmentSettings

SIZE, ONE = 6, 3  # samples, and the one that is looked at: there are others before and behind it
# jinja: if form == "images"
pytestmark = pytest.mark.parametrize("info", ["colour"], indirect=True)


# jinja: else
pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


# jinja: endif
@pytest.fixture(params=[field.name for field in fields(AugmentSettings)])
def draws(request, info, augmentation):
    """``draws(inputs, target)``: inputs and target as the setting changes them, for each seed."""
    settings = [augmentation(share, request.param) for share in (0.5, 0.95)]
    if settings[0] == augmentation(0.0):
        pytest.skip("this is no strength, but a name")
    changes = [Augment(each, info) for each in settings]

    def draw(inputs, target, is_on=True):
        for augment in changes:
            augment.train(is_on)
            for seed in range(5):
                torch.rand(1)  # what is drawn elsewhere must not matter
                yield augment(inputs, target, Generator().manual_seed(seed))

    return draw


def is_same(some, others):
    return len(some) == len(others) and all(map(torch.equal, some, others))


def test_it_changes_inputs_by_the_generator_alone_and_nothing_in_eval_mode(draws, make_batch):
    inputs, target = make_batch(SIZE)
    before = [tensor.clone() for tensor in inputs]
    first, *others = changed = [found for found, _ in draws(inputs, target)]
    assert is_same(inputs, before), "it changes the data themselves, not a copy"
    assert not all(is_same(each, before) for each in changed), "it changes nothing"
    assert not all(is_same(each, first) for each in others[:4]), "it draws nothing"
    for (again, _), each in zip(draws(inputs, target), changed, strict=True):
        assert is_same(again, each), "it draws from another generator than the one it is given"
    for found, _ in draws(inputs, target, is_on=False):
        assert is_same(found, before), "it works in eval mode"


# jinja: if form == "images"
def with_other_neighbours(inputs):
    (images,) = inputs
    return (images.where(torch.arange(SIZE)[:, None, None, None] == ONE, -images),)


def look_at_one(inputs):
    return inputs[0][ONE]


# jinja: elif form == "texts"
def with_other_neighbours(inputs):
    token_ids, mask = inputs
    others = token_ids.where(token_ids < 2, 2 + token_ids.max() - token_ids)  # 0 and 1 are special
    return token_ids.where(torch.arange(SIZE)[:, None] == ONE, others), mask


def look_at_one(inputs):
    token_ids, mask = inputs
    return token_ids[ONE][mask[ONE]]


# jinja: elif form == "graphs"
def with_other_neighbours(inputs):
    x, edge_index, graph, sizes = inputs
    return x.where(graph[:, None] == ONE, -x), edge_index, graph, sizes


def look_at_one(inputs):
    x, edge_index, graph, _ = inputs
    edges = edge_index[:, graph[edge_index[0]] == ONE] - (graph < ONE).sum()
    return torch.cat([x[graph == ONE].flatten(), edges.flatten()])


# jinja: endif
# jinja: if form != "graph"
def test_a_sample_is_changed_whatever_else_is_in_its_batch(draws, make_batch):
    """What is mixed with its neighbours, or takes their mean, tells the model of them."""
    inputs, target = make_batch(SIZE)
    others = with_other_neighbours(inputs)
    for (found, _), (same, _) in zip(draws(inputs, target), draws(others, target), strict=True):
        one, same_one = look_at_one(found), look_at_one(same)
        torch.testing.assert_close(same_one, one, atol=1e-5, rtol=0)


# jinja: endif
def test_it_gives_what_data_could_be(draws, make_batch, info):
    """The model, and all else behind it, rely on that."""
    inputs, target = make_batch(SIZE)
    # jinja: if form == "images"
    for (images,), same_target in draws(inputs, target):
        assert torch.equal(same_target, target), "images have other labels"
        assert (images.dtype, images.shape) == (inputs[0].dtype, inputs[0].shape)
        assert images.isfinite().all()
    # jinja: elif form == "texts"
    for (token_ids, mask), same_target in draws(inputs, target):
        assert torch.equal(same_target, target), "texts have other labels"
        assert (token_ids.dtype, token_ids.shape) == (torch.int64, mask.shape)
        assert mask.any(dim=1).all(), "nothing is left of a text"
        assert not (mask[:, 1:] > mask[:, :-1]).any(), "padding stands before or among tokens"
        assert not token_ids[~mask].any(), "padding has become a token"
        assert token_ids[mask].min() > 0, "a token has become padding"
        assert token_ids.max() < info["vocabulary_size"], "there is no such token"
    # jinja: elif form == "graphs"
    for (x, edge_index, graph, sizes), same_target in draws(inputs, target):
        assert torch.equal(same_target, target), "graphs have other labels"
        assert torch.equal(graph, torch.arange(SIZE).repeat_interleave(sizes)), "sizes are wrong"
        assert (x.dtype, len(x)) == (inputs[0].dtype, len(graph)), "nodes are lost"
        assert x.isfinite().all()
        assert set(edge_index.flatten().tolist()) <= {*range(len(x))}, "edges of no node"
        assert torch.equal(*graph[edge_index]), "an edge joins two graphs"
    # jinja: else
    target = torch.arange(len(target))  # which shows what nodes are left
    for (x, edge_index), left in draws(inputs, target):
        assert (x.dtype, len(x)) == (inputs[0].dtype, len(left)), "nodes or targets are lost"
        assert x.isfinite().all()
        assert set(edge_index.flatten().tolist()) <= {*range(len(x))}, "edges of no node"
    # jinja: endif
