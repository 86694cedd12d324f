"""Which weights decay, whatever the optimizer."""

from typing import Any

from torch import nn
from torch.nn.modules.conv import _ConvNd
from torch_geometric.nn import GATConv, Linear

# The weight matrices and kernels of these layers decay; biases, the scales of norms and embeddings
# do not, as is common practice.
# PyTorch Geometric: Linear is in its layers, GATConv has weights of its own.
DECAYED_LAYERS = (
    nn.Linear,
    nn.Bilinear,
    _ConvNd,
    nn.RNNBase,
    nn.MultiheadAttention,
    Linear,
    GATConv,
)


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Every trainable parameter once: with decay, or without."""
    decayed = {
        parameter
        for module in model.modules()
        if isinstance(module, DECAYED_LAYERS)
        for name, parameter in module.named_parameters(recurse=False)
        if "bias" not in name
    }
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return [
        {"params": [p for p in parameters if p in decayed], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p not in decayed], "weight_decay": 0.0},
    ]
