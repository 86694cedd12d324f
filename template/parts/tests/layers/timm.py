"""What the network computes, written out. If you change a layer on purpose, change it here too."""

import pytest
import timm
import torch
from torch.testing import assert_close

from package.model import build_model

pytestmark = pytest.mark.parametrize("info", ["small", "colour", "odd"], indirect=True)


def test_the_model_is_that_of_timm_and_nothing_else(settings, info, num_outputs, make_batch):
    model = build_model(settings.model, info, num_outputs).eval()
    backbone = info["backbone"]
    same = timm.create_model(
        backbone["architecture"], **backbone["arguments"], num_classes=num_outputs
    )
    names = {name.removeprefix("backbone."): value for name, value in model.state_dict().items()}
    same.load_state_dict(names)
    inputs, _ = make_batch(3)
    assert_close(model(*inputs), same.eval()(*inputs))


def test_only_the_head_is_made_small(settings, info, num_outputs):
    """Large random outputs would pull at all layers before the head has learned anything."""
    states = []
    for scale in (1.0, 0.5):
        settings.model.head_scale = scale
        torch.manual_seed(0)
        states.append(build_model(settings.model, info, num_outputs).state_dict())
    changed = [name for name in states[0] if not torch.equal(states[0][name], states[1][name])]
    assert changed, "model.head_scale has no effect"
    for name in changed:
        assert len(states[0][name]) == num_outputs, f"{name} is not of the head"
        assert_close(states[1][name], 0.5 * states[0][name])
