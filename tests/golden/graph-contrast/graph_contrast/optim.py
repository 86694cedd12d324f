"""SGD with Nesterov momentum, in torch's form, that decays only what should be decayed."""

from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter, validators
from torch import nn
from torch.nn.modules.conv import _ConvNd
from torch.optim import SGD
from torch_geometric.nn import GATConv, Linear

# The weights of these layers multiply activations. Biases, norms and embeddings do not: decay would
# only shrink what they have learned, so they get none.
DECAYED_LAYERS = (
    *(nn.Linear, nn.Bilinear, _ConvNd, nn.RNNBase, nn.MultiheadAttention),
    *(Linear, GATConv),  # PyTorch Geometric's layers consist of these
)


@dataclass
class OptimSettings:
    lr: Annotated[float, Parameter(validator=validators.Number(gt=0))]
    """Peak learning rate."""
    weight_decay: float
    """Fraction of a decayed weight that is added to its gradient."""
    momentum: float
    """Decay of the running sum of gradients."""


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


def build_optimizer(settings: OptimSettings, model: nn.Module) -> SGD:
    groups = parameter_groups(model, settings.weight_decay)
    return SGD(groups, lr=settings.lr, momentum=settings.momentum, nesterov=True)
