"""How numbers of nodes are scaled."""

import torch
from test_own_data import NODES, load, only, write  # noqa: F401
from torch.testing import assert_close


def test_large_numbers_keep_their_differences(load, write):
    """Dates in seconds, which float32 cannot tell apart before they are scaled."""
    write(NODES.replace("train,", "train,17000000"))
    (x, _), _ = only(load().train)
    deviation = (200 / 3) ** 0.5
    assert x.dtype == torch.float32
    assert_close(x[:3, 0], torch.tensor([-10, 10, 0]) / deviation)
