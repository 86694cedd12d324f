"""What the network computes, written out. If you change a layer on purpose, change it here too."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from package import model as layers
from package.model import build_model

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


def test_each_level_halves_the_image_and_doubles_the_channels(settings, info, num_outputs):
    """And rounds up, so that of 7 rows 4 are left."""
    settings.model.width, settings.model.depth = 8, 2
    model = build_model(settings.model, info, num_outputs).eval()
    shapes = []
    for convs in (model.stem, *model.down):
        convs.register_forward_hook(lambda module, _, output: shapes.append(output.shape[1:]))
    model(torch.randn(1, info["channels"], 13, 6))
    assert [tuple(shape) for shape in shapes] == [(8, 13, 6), (16, 7, 3), (32, 4, 2)]


@pytest.mark.parametrize("kind", ["batch", "group"])
def test_the_way_up_joins_what_the_way_down_has_seen(settings, info, num_outputs, kind):
    settings.model.norm, settings.model.depth = kind, 1
    model = build_model(settings.model, info, num_outputs).eval()
    images = torch.randn(2, info["channels"], 7, 5)
    above = model.stem(images)
    below = model.down[0](F.max_pool2d(above, 2, ceil_mode=True))
    (up,) = model.up
    wide = F.interpolate(up.narrow(below), size=(7, 5), mode="bilinear")
    assert_close(model(images), model.head(up.convs(torch.cat([above, wide], dim=1))))


def test_the_norm_is_the_one_of_the_setting(settings, info, num_outputs):
    for kind, norm in (("batch", nn.BatchNorm2d), ("group", nn.GroupNorm)):
        settings.model.norm = kind
        modules = [*build_model(settings.model, info, num_outputs).modules()]
        assert sum(isinstance(module, norm) for module in modules) == 4 * settings.model.depth + 2


def test_group_norm_takes_any_width(info):
    for channels in (1, 3, 12, 32, 100):
        norm = layers.make_norm("group", channels)
        assert norm(torch.randn(2, channels, 3, 3)).shape == (2, channels, 3, 3)
