"""A step of the optimizer, written out. If you change it on purpose, change it here too."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from package.optim import build_optimizer


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_without_a_gradient_a_step_changes_nothing(settings, model):
    before = [parameter.detach().clone() for parameter in model.parameters()]
    next(p for p in model.parameters() if p.requires_grad).requires_grad_(False)
    optimizer = build_optimizer(settings.optim, model)
    optimized = [p for group in optimizer.param_groups for p in group["params"]]
    assert {*optimized} == {p for p in model.parameters() if p.requires_grad}
    for parameter in optimized:
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for (name, parameter), old in zip(model.named_parameters(), before, strict=True):
        assert_close(parameter.detach(), old, rtol=0, atol=0, msg=name)


def test_steps_are_those_of_the_paper(settings):
    """Kingma and Ba 2015, algorithm 1, written out in float64."""
    lr, (beta1, beta2) = 0.1, (0.8, 0.9)
    layer = nn.Linear(3, 4, bias=False).double()
    weight = layer.weight.detach().clone()
    optim = settings.optim
    optim.lr, optim.betas = lr, (beta1, beta2)
    optimizer = build_optimizer(optim, layer)
    mean, square = torch.zeros_like(weight), torch.zeros_like(weight)
    for step in range(1, 4):
        gradient = torch.randn_like(weight)
        layer.weight.grad = gradient.clone()
        optimizer.step()
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient**2
        scale = (square / (1 - beta2**step)).sqrt() + 1e-8
        weight = weight - lr * mean / (1 - beta1**step) / scale
        assert_close(layer.weight.detach(), weight)
