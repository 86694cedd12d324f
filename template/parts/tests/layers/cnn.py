"""What the network computes, written out. If you change a layer on purpose, change it here too."""

import pytest
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


def test_stages_convolve_normalise_and_pool(model, make_batch):
    inputs, _ = make_batch(3)
    layers = list(model.modules())
    convolutions = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
    norms = [layer for layer in layers if isinstance(layer, nn.BatchNorm2d)]
    (x,) = inputs
    for number, (convolution, norm) in enumerate(zip(convolutions, norms, strict=True), start=1):
        x = F.conv2d(x, convolution.weight, padding=1)
        x = F.batch_norm(x, norm.running_mean, norm.running_var, norm.weight, norm.bias).relu()
        if number % 2 == 0 and x.size(2) >= 4:
            x = F.max_pool2d(x, 2)
    head = layers[-1]
    assert_close(model(*inputs), x.mean(dim=(2, 3)) @ head.weight.T + head.bias)
