"""SGD with Nesterov momentum, in torch's form."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter
from torch import nn
from torch.optim import SGD

from .decay import parameter_groups
from .engine.ranges import FractionBelowOne, NonNegative, Positive


@dataclass
class OptimSettings:
    lr: Annotated[Positive, Parameter(alias="--lr")]
    """Peak learning rate."""
    weight_decay: NonNegative
    """Fraction of a decayed weight that is added to its gradient."""
    momentum: FractionBelowOne
    """Decay of the running sum of gradients."""


def build_optimizer(settings: OptimSettings, model: nn.Module) -> SGD:
    groups = parameter_groups(model, settings.weight_decay)
    return SGD(groups, lr=settings.lr, momentum=settings.momentum, nesterov=settings.momentum > 0)
