"""SGD with Nesterov momentum, in torch's form,."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter, validators
from torch import nn
from torch.optim import SGD

from .decay import parameter_groups


@dataclass
class OptimSettings:
    lr: Annotated[float, Parameter(validator=validators.Number(gt=0))]
    """Peak learning rate."""
    weight_decay: float
    """Fraction of a decayed weight that is added to its gradient."""
    momentum: float
    """Decay of the running sum of gradients."""


def build_optimizer(settings: OptimSettings, model: nn.Module) -> SGD:
    groups = parameter_groups(model, settings.weight_decay)
    return SGD(groups, lr=settings.lr, momentum=settings.momentum, nesterov=True)
