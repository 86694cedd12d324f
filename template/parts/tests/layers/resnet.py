"""What the network computes, written out. If you change a layer on purpose, change it here too."""

import pytest
import torch
from torch.testing import assert_close

from package import model as layers
from package.model import build_model

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_block_adds_to_its_shortcut(info, stride):
    """He et al. 2016, equation 1: with a residual of zero, the shortcut is all there is."""
    block = layers.BasicBlock(8, 8, stride).eval()
    x = torch.randn(2, 8, 6, 6)
    branch, shortcut = block.residual(x), block.shortcut(x)
    assert_close(block(x), (branch + shortcut).relu())
    with torch.no_grad():
        for parameter in block.residual.parameters():
            parameter.zero_()
    assert_close(block(x), shortcut.relu())
    if stride == 1:
        assert_close(shortcut, x)


def test_each_stage_but_the_first_halves_the_image_once(settings, info, num_outputs, make_batch):
    """A stage whose blocks all do would leave a single pixel of a small image."""
    settings.model.blocks_per_stage = 2
    model = build_model(settings.model, info, num_outputs)
    inputs, _ = make_batch(2)
    size = max(2, min(info["image_size"]) // 2 ** (settings.model.num_stages - 1))
    assert model.stages(model.stem(*inputs)).shape[2:] == (size, size)


def test_stages_are_pooled_for_each_image_and_channel(model, make_batch):
    inputs, _ = make_batch(3)
    x = model.stages(model.stem(*inputs)).mean(dim=(2, 3))
    *_, head = model.modules()
    assert_close(model(*inputs), x @ head.weight.T + head.bias)
