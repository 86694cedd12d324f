"""A step of the optimizer, written out. If you change it on purpose, change it here too."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from package.optim import build_optimizer


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_without_a_gradient_a_step_only_decays(settings, model):
    optim = settings.optim
    optim.lr, optim.weight_decay, optim.momentum = 0.1, 0.5, 0.9
    before = [parameter.detach().clone() for parameter in model.parameters()]
    optimizer = build_optimizer(optim, model)
    assert {group["lr"] for group in optimizer.param_groups} == {0.1}, "a group has its own rate"
    decays = {p: group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    for parameter in decays:
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for (name, parameter), old in zip(model.named_parameters(), before, strict=True):
        kept = 1 - 0.1 * decays.get(parameter, 0.0) * 1.9  # momentum looks ahead: 1 + 0.9
        assert_close(parameter.detach(), kept * old, rtol=1e-6, atol=0, msg=name)


def test_steps_are_those_of_nesterov_momentum(settings):
    """Sutskever et al. 2013 in the form that needs no second gradient, written out in float64."""
    lr, decay, momentum = 0.1, 0.5, 0.8
    layer = nn.Linear(3, 4, bias=False).double()
    weight = layer.weight.detach().clone()
    optim = settings.optim
    optim.lr, optim.weight_decay, optim.momentum = lr, decay, momentum
    optimizer = build_optimizer(optim, layer)
    velocity = torch.zeros_like(weight)
    for _ in range(3):
        gradient = torch.randn_like(weight)
        layer.weight.grad = gradient.clone()
        optimizer.step()
        gradient = gradient + decay * weight
        velocity = momentum * velocity + gradient
        weight = weight - lr * (gradient + momentum * velocity)
        assert_close(layer.weight.detach(), weight)
