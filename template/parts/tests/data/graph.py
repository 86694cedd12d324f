"""One graph: the same in every split, whose targets are its own."""

# jinja: if not encodings
from dataclasses import replace

import pytest
# jinja: endif
import torch

# jinja: if not encodings
from package.data import load_data
# jinja: endif
from package.targets import is_known


# jinja: if not encodings
@pytest.fixture
def data(short_settings):
    """The few examples, of which a batch has the whole graph."""
    return load_data(replace(short_settings.data, neighbours=None), seed=0)


# jinja: endif
def only(loader):
    (batch,) = loader
    return batch


def test_every_labelled_node_is_in_exactly_one_split(data):
    batches = [only(loader) for loader in (data.train, data.validation, data.test)]
    inputs, _ = batches[0]
    for same, _ in batches:
        assert all(map(torch.equal, same, inputs))
    counted = torch.stack([is_known(target) for _, target in batches])
    wrong = "a node is in two splits, or in none"
    assert counted.sum(dim=0).tolist() == [1] * len(inputs[0]), wrong


def test_an_epoch_is_one_step_whatever_was_drawn_before(data):
    assert len(data.train) == 1
    state = torch.get_rng_state()
    data.sampler.set_epoch(3)
    list(data.train)
    assert torch.equal(torch.get_rng_state(), state)
