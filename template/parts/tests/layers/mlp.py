"""What the network computes, written out. If you change a layer on purpose, change it here too."""

import pytest
from torch.testing import assert_close

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


def test_hidden_layers_are_linear_maps_with_a_relu(model, make_batch):
    """Without an activation between them all layers are one linear map."""
    inputs, _ = make_batch(3)
    parameters = list(model.parameters())
    layers = list(zip(parameters[::2], parameters[1::2], strict=True))
    x = inputs[0].flatten(1)
    for number, (weight, bias) in enumerate(layers):
        x = x @ weight.T + bias
        if number < len(layers) - 1:
            x = x.clamp(min=0)
    assert_close(model(*inputs), x)
