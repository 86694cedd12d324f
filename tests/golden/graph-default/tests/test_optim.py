"""A step of the optimizer, written out. If you change it on purpose, change it here too."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from graph_default.optim import build_optimizer


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_without_a_gradient_a_step_only_decays(settings, model):
    settings.optim.lr, settings.optim.weight_decay = 0.01, 0.5
    before = [parameter.detach().clone() for parameter in model.parameters()]
    optimizer = build_optimizer(settings.optim, model)
    decays = {p: group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    for parameter in decays:
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for (name, parameter), old in zip(model.named_parameters(), before, strict=True):
        gradient = decays.get(parameter, 0.0) * old
        moved = 0.01 * gradient / (gradient.abs() + 1e-8)  # the first step has the rate's length
        assert_close(parameter.detach(), old - moved, rtol=0, atol=1e-6, msg=name)


def test_steps_are_those_of_the_paper(settings):
    """Kingma and Ba 2015, algorithm 1, of a loss with a penalty, written out in float64."""
    lr, decay, (beta1, beta2) = 0.1, 0.5, (0.8, 0.9)
    layer = nn.Linear(3, 4, bias=False).double()
    weight = layer.weight.detach().clone()
    optim = settings.optim
    optim.lr, optim.weight_decay, optim.betas = lr, decay, (beta1, beta2)
    optimizer = build_optimizer(optim, layer)
    mean, square = torch.zeros_like(weight), torch.zeros_like(weight)
    for step in range(1, 4):
        gradient = torch.randn_like(weight)
        layer.weight.grad = gradient - decay * weight  # which is added again
        optimizer.step()
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient**2
        scale = (square / (1 - beta2**step)).sqrt() + 1e-8
        weight = weight - lr * mean / (1 - beta1**step) / scale
        assert_close(layer.weight.detach(), weight)
