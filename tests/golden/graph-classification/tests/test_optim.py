"""Which parameters decay, and that a step is the one of the paper."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close
from torch_geometric.nn import GATConv, Linear

from graph_classification.optim import DECAYED_LAYERS, OptimSettings, build_optimizer

# Their matrices do not multiply activations. Add layers of your own here, or to optim.py.
UNDECAYED_LAYERS = (nn.EmbeddingBag, nn.LayerNorm, nn.modules.batchnorm._BatchNorm)

LAYERS = [  # a layer, and which of its parameters decay
    (nn.Linear(3, 4), {"weight"}),
    (nn.Conv2d(3, 4, 1), {"weight"}),
    (nn.LSTM(3, 4), {"weight_ih_l0", "weight_hh_l0"}),
    (nn.MultiheadAttention(4, 2), {"in_proj_weight", "out_proj.weight"}),
    (nn.Embedding(3, 4), set()),
    (nn.LayerNorm([3, 4]), set()),
    (nn.BatchNorm2d(3), set()),
    (nn.EmbeddingBag(3, 4), set()),
    (Linear(3, 4), {"weight"}),
    (GATConv(3, 4, heads=2), {"lin.weight", "att_src", "att_dst"}),
]


def decays_of(optimizer):
    return {p: group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}


@pytest.mark.parametrize(("layer", "decayed"), LAYERS, ids=lambda value: type(value).__name__)
def test_weights_of_layers_decay_and_the_rest_does_not(settings, layer, decayed):
    settings.optim.weight_decay = 0.1
    decays = decays_of(build_optimizer(settings.optim, layer))
    assert {name for name, p in layer.named_parameters() if decays[p] == 0.1} == decayed
    assert {name for name, p in layer.named_parameters() if decays[p] == 0.0} == {
        name for name, _ in layer.named_parameters()
    } - decayed


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_every_trainable_parameter_is_in_exactly_one_group(settings, model):
    frozen = next(model.parameters()).requires_grad_(False)
    groups = build_optimizer(settings.optim, model).param_groups
    optimized = [p for group in groups for p in group["params"]]
    assert len(optimized) == len(set(optimized)), "a parameter is optimized twice"
    assert set(optimized) == set(model.parameters()) - {frozen}


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_the_owner_of_every_matrix_is_known(model):
    """A layer of a kind that optim.py does not know would silently go without weight decay."""
    for path, module in model.named_modules():
        for name, parameter in module.named_parameters(recurse=False):
            if parameter.ndim >= 2:
                assert isinstance(module, DECAYED_LAYERS + UNDECAYED_LAYERS), (
                    f"{path}.{name} belongs to a {type(module).__name__}: if it multiplies "
                    "activations, add that to DECAYED_LAYERS in optim.py, else to the list above"
                )


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_without_a_gradient_a_step_only_decays(settings, model):
    optim = OptimSettings(lr=0.1, weight_decay=0.5, betas=(0.9, 0.99))
    before = [parameter.detach().clone() for parameter in model.parameters()]
    optimizer = build_optimizer(optim, model)
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    decays = decays_of(optimizer)
    for (name, parameter), old in zip(model.named_parameters(), before, strict=True):
        kept = 1 - 0.1 * decays[parameter]  # of lr times decay, whatever the gradient
        assert_close(parameter.detach(), kept * old, rtol=1e-6, atol=0, msg=name)


def test_steps_are_those_of_the_paper():
    """Loshchilov and Hutter 2019, algorithm 2, written out in float64."""
    lr, decay, (beta1, beta2) = 0.1, 0.5, (0.8, 0.9)
    layer = nn.Linear(3, 4, bias=False).double()
    weight = layer.weight.detach().clone()
    optimizer = build_optimizer(OptimSettings(lr, decay, (beta1, beta2)), layer)
    mean, square = torch.zeros_like(weight), torch.zeros_like(weight)
    for step in range(1, 4):
        gradient = torch.randn_like(weight)
        layer.weight.grad = gradient.clone()
        optimizer.step()
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient**2
        scale = (square / (1 - beta2**step)).sqrt() + 1e-8
        weight = weight - lr * (mean / (1 - beta1**step) / scale + decay * weight)
        assert_close(layer.weight.detach(), weight)
