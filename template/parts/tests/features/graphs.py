"""How numbers of nodes are scaled, and how many graphs are held out."""

import math

import pytest
import torch
from test_data import data_settings  # noqa: F401
from test_own_data import examples_of, load, write  # noqa: F401
from torch.testing import assert_close

from package.data import load_data


def test_large_numbers_keep_their_differences(load, write):
    """Dates in seconds, which float32 cannot tell apart before they are scaled."""
    write(node_labels=None, node_attributes="\n".join(str(1_700_000_061 + n) for n in range(24)))
    data = load()
    x = torch.cat([x for x, _, _ in data.train.dataset])
    assert_close(x.mean(dim=0), torch.zeros(1), atol=1e-5, rtol=0)


def test_a_number_that_never_varies_is_only_centred(load, write):
    """Divided by a deviation that is nearly 0, another one in new data would be enormous."""
    write(node_labels=None, node_attributes="\n".join(["0.1, 0.3, 0.7"] * 24))
    info = load().info
    write(node_labels=None, node_attributes="\n".join(["0.3, 0.5, 0.9"] * 24))
    for x, _, _ in examples_of(load(info)):
        assert_close(x, torch.full_like(x, 0.2))


@pytest.mark.parametrize("held_out", [0.1, 0.3])
def test_as_many_are_held_out_as_asked_for(data_settings, held_out):
    data_settings.held_out = held_out
    data = load_data(data_settings, seed=0)
    assert len(data.test.dataset) == math.ceil(held_out * 48)
    assert len(data.validation.dataset) == math.ceil(held_out * (48 - len(data.test.dataset)))
