"""Which parameters decay: the weights of layers, told by their owner, under any optimizer."""

import pytest
from torch import nn

from nlp_default.decay import DECAYED_LAYERS
from nlp_default.optim import build_optimizer

# Their matrices do not multiply activations. Add layers of your own here, or to decay.py.
UNDECAYED_LAYERS = (nn.Embedding, nn.LayerNorm, nn.GroupNorm, nn.modules.batchnorm._BatchNorm)

LAYERS = [  # a layer, and which of its parameters decay
    (nn.Linear(3, 4), {"weight"}),
    (nn.Conv2d(3, 4, 1), {"weight"}),
    (nn.LSTM(3, 4), {"weight_ih_l0", "weight_hh_l0"}),
    (nn.MultiheadAttention(4, 2), {"in_proj_weight", "out_proj.weight"}),
    (nn.Embedding(3, 4), set()),
    (nn.LayerNorm([3, 4]), set()),
    (nn.BatchNorm2d(3), set()),
]


def decays_of(optimizer):
    return {p: group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}


@pytest.mark.parametrize(("layer", "decayed"), LAYERS, ids=lambda value: type(value).__name__)
def test_weights_of_layers_decay_and_the_rest_does_not(settings, layer, decayed):
    settings.optim.weight_decay = 0.1
    decays = decays_of(build_optimizer(settings.optim, layer))
    for name, parameter in layer.named_parameters():
        assert decays[parameter] == (0.1 if name in decayed else 0.0), name


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_every_trainable_parameter_is_in_exactly_one_group(settings, model):
    next(p for p in model.parameters() if p.requires_grad).requires_grad_(False)
    groups = build_optimizer(settings.optim, model).param_groups
    optimized = [p for group in groups for p in group["params"]]
    assert len(optimized) == len(set(optimized)), "a parameter is optimized twice"
    assert set(optimized) == {p for p in model.parameters() if p.requires_grad}


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_the_owner_of_every_matrix_is_known(model):
    """A layer of a kind that decay.py does not know would silently go without weight decay."""
    for path, module in model.named_modules():
        for name, parameter in module.named_parameters(recurse=False):
            if parameter.ndim >= 2 and len(parameter) > 1:  # unlike a class token (1, 1, D)
                assert isinstance(module, DECAYED_LAYERS + UNDECAYED_LAYERS), (
                    f"{path}.{name} belongs to a {type(module).__name__}: if it multiplies "
                    "activations, add that to DECAYED_LAYERS in decay.py, else to the list above"
                )
