"""What the network computes, written out. If you change a layer on purpose, change it here too."""

import pytest
import torch
from torch.testing import assert_close

from vision_default.model import BasicBlock

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_block_adds_to_its_shortcut(info, stride):
    """He et al. 2016, equation 1: with a residual of zero, the shortcut is all there is."""
    block = BasicBlock(8, 8, stride).eval()
    x = torch.randn(2, 8, 6, 6)
    branch, shortcut = block.residual(x), block.shortcut(x)
    assert_close(block(x), (branch + shortcut).relu())
    with torch.no_grad():
        for parameter in block.residual.parameters():
            parameter.zero_()
    assert_close(block(x), shortcut.relu())
    if stride == 1:
        assert_close(shortcut, x)


def test_stages_are_pooled_for_each_image_and_channel(model, make_batch):
    inputs, _ = make_batch(3)
    x = model.stages(model.stem(*inputs)).mean(dim=(2, 3))
    *_, head = model.modules()
    assert_close(model(*inputs), x @ head.weight.T + head.bias)
