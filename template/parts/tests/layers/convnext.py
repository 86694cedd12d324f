"""What the network computes, written out. If you change a layer on purpose, change it here too."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from package import model as layers
from package.model import build_model

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


def test_a_block_adds_to_its_input(info):
    """Liu et al. 2022, figure 4: a filter a channel, norm, an MLP of each pixel, and a scale."""
    block, x = layers.Block(6, 0.0), torch.randn(2, 6, 5, 7)
    assert_close(block.scale.detach(), torch.full((6,), 0.1))  # shallow at first
    nn.init.normal_(block.scale)
    norm, up, _, down = block.pointwise
    filters = block.depthwise.weight.split(1)
    y = torch.cat([F.conv2d(x[:, [c]], filters[c], padding=3) for c in range(6)], dim=1)
    y = (y + block.depthwise.bias[:, None, None]).movedim(1, 3)
    y = (y - y.mean(3, keepdim=True)) / (y.var(3, correction=0, keepdim=True) + norm.eps).sqrt()
    y = F.gelu(y @ up.weight.T + up.bias) @ down.weight.T + down.bias
    assert_close(block(x), x + (block.scale * y).movedim(3, 1))


def test_a_pixel_is_normalised_by_itself(info):
    norm, x = layers.ChannelNorm(6), torch.randn(2, 6, 5, 7)
    assert_close(norm(x)[:, :, 1:, 2:], norm(x[:, :, 1:, 2:]))


def test_blocks_are_left_out_image_by_image(info):
    """And more often the later they come; what stays counts for what is left out."""
    block, x = layers.Block(6, 0.5).train(), torch.randn(200, 6, 3, 3)
    nn.init.ones_(block.scale)
    branch = block(x) - x
    gone = (branch == 0).flatten(1).all(1)
    assert gone.float().mean().item() == pytest.approx(0.5, abs=0.15)
    assert_close(branch[~gone], 2 * (block.eval()(x) - x)[~gone])


def test_the_chance_to_be_left_out_rises(settings, info, num_outputs):
    settings.model.dropout = 0.3
    model = build_model(settings.model, info, num_outputs)
    rates = [module.p for module in model.stages.modules() if isinstance(module, nn.Dropout)]
    last = max(1, len(rates) - 1)
    assert rates == pytest.approx([0.3 * number / last for number in range(len(rates))])


def test_each_stage_but_the_first_halves_the_image_once(settings, info, num_outputs, make_batch):
    """But nothing is left of a small image if that never stops."""
    settings.model.num_stages = 5
    model = build_model(settings.model, info, num_outputs)
    inputs, _ = make_batch(2)
    size = max(2, min(info["image_size"]) // 2 ** (settings.model.num_stages - 1))
    assert model.stages(model.stem(*inputs)).shape[2:] == (size, size)


@pytest.mark.parametrize(("side", "left"), [(8, 8), (32, 32), (64, 32), (96, 24)])
def test_the_stem_leaves_enough_of_a_small_image(settings, info, num_outputs, side, left):
    model = build_model(settings.model, {**info, "image_size": (side, side)}, num_outputs)
    images = torch.randn(1, info["channels"], side, side)
    assert model.stem(images).shape[2:] == (left, left)


def test_stages_are_pooled_for_each_image_and_channel(model, make_batch):
    inputs, _ = make_batch(3)
    x = model.pool[2](model.stages(model.stem(*inputs)).mean(dim=(2, 3)))
    assert_close(model(*inputs), x @ model.head.weight.T + model.head.bias)
