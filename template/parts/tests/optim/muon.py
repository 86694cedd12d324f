"""A step of the optimizer, written out. If you change it on purpose, change it here too."""

from copy import deepcopy

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from package.optim import build_optimizer


@pytest.fixture
def optim(settings):
    optim = settings.optim
    optim.lr, optim.weight_decay, optim.momentum, optim.betas = 0.1, 0.5, 0.8, (0.8, 0.9)
    return optim


def matrices_of(optimizer):
    return {p for group in optimizer.param_groups for p in group["params"] if "momentum" in group}


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_without_a_gradient_a_step_only_decays(optim, model):
    before = [parameter.detach().clone() for parameter in model.parameters()]
    optimizer = build_optimizer(optim, model)
    assert {group["lr"] for group in optimizer.param_groups} == {0.1}, "a group has its own rate"
    decays = {p: group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    for parameter in decays:
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for (name, parameter), old in zip(model.named_parameters(), before, strict=True):
        kept = 1 - 0.1 * decays.get(parameter, 0.0)  # of lr times decay, whatever the gradient
        assert_close(parameter.detach(), kept * old, rtol=1e-6, atol=0, msg=name)


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_hidden_matrices_are_for_muon_but_no_head_norm_or_embedding(optim, model, num_outputs):
    found = matrices_of(build_optimizer(optim, model))
    assert found, "no matrix of the model is for Muon, and all is for AdamW"
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if parameter in found:
                assert parameter.ndim > 1, f"{name} of {module} is no matrix"
                assert len(parameter) != num_outputs, f"{name} of {module} belongs to the head"
                assert not isinstance(module, nn.Embedding | nn.EmbeddingBag), "rows, not a matrix"


def test_filters_that_read_the_input_are_for_adamw(optim):
    first, second = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3)
    found = matrices_of(build_optimizer(optim, nn.Sequential(first, second, nn.Linear(5, 6))))
    assert found == {second.weight}


def test_steps_of_matrices_are_those_of_torch(optim):
    """torch.optim.Muon takes no filters, and computes with 16 bits, hence the tolerance."""
    layers = [nn.Linear(16, 40), nn.Linear(40, 24, bias=False), nn.Conv1d(24, 8, 3, bias=False)]
    head = nn.Linear(8, 5)
    optimizer = build_optimizer(optim, nn.Sequential(*layers, head))
    weights = [layer.weight for layer in layers]
    expected = [weight.detach().flatten(1).clone() for weight in weights]
    reference = torch.optim.Muon(
        expected, lr=0.1, weight_decay=0.5, momentum=0.8, adjust_lr_fn="match_rms_adamw"
    )
    for _ in range(3):
        for weight, other in zip(weights, expected, strict=True):
            weight.grad = torch.randn_like(weight)
            other.grad = weight.grad.flatten(1).clone()
        optimizer.step()
        reference.step()
    for weight, other in zip(weights, expected, strict=True):
        apart = (weight.detach().flatten(1) - other).norm() / other.norm()
        assert apart < 0.01, f"weights of {tuple(weight.shape)} are {apart:.1%} from torch's"


def test_steps_of_all_else_are_those_of_torchs_adamw(optim):
    model = nn.Sequential(nn.Embedding(7, 6), nn.Linear(6, 6), nn.LayerNorm(6), nn.Linear(6, 5))
    other = deepcopy(model)
    optimizer = build_optimizer(optim, model)
    hidden = matrices_of(optimizer)
    assert hidden == {model[1].weight}
    decayed = [other[3].weight]
    rest = [p for p in other.parameters() if p is not decayed[0] and p is not other[1].weight]
    groups = [{"params": decayed, "weight_decay": 0.5}, {"params": rest, "weight_decay": 0.0}]
    reference = torch.optim.AdamW(groups, lr=0.1, betas=(0.8, 0.9))
    for _ in range(3):
        for own, theirs in zip(model.parameters(), other.parameters(), strict=True):
            own.grad = torch.randn_like(own)
            theirs.grad = own.grad.clone()
        optimizer.step()
        reference.step()
    for own, theirs in zip(model.parameters(), other.parameters(), strict=True):
        if own not in hidden:
            assert_close(own, theirs)


@pytest.mark.parametrize("shape", [(6, 20), (20, 6), (6, 5, 4)])
def test_an_update_is_equally_long_in_all_directions(optim, shape):
    """The singular values of what a step adds are near 1, times the length of one of AdamW."""
    optim.weight_decay = 0.0
    weight = nn.Parameter(torch.zeros(shape))
    first, layer = nn.Linear(3, 3), nn.Linear(1, 1)
    layer.weight = weight
    optimizer = build_optimizer(optim, nn.Sequential(first, layer, nn.Linear(2, 2)))
    scale = torch.linspace(0.1, 10, len(weight)).view(-1, *[1] * (weight.ndim - 1))
    weight.grad = scale * torch.randn(shape)
    optimizer.step()
    step, gradient = weight.detach().flatten(1), weight.grad.flatten(1)
    lengths = torch.linalg.svdvals(step) / (0.1 * 0.2 * max(step.shape) ** 0.5)
    assert 0.6 < lengths.min() <= lengths.max() < 1.3
    left, _, right = torch.linalg.svd(gradient, full_matrices=False)
    turned = -(left.T @ step @ right.T)
    assert_close(turned, turned.diag().diag(), atol=1e-3, rtol=0, msg="not along the gradient's")
