"""Adam (Kingma and Ba 2015), whose decay is added to the gradient of the weights that decay."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter, validators
from torch import nn
from torch.optim import Adam

from .decay import parameter_groups
from .engine.ranges import NonNegative, Positive


@dataclass
class OptimSettings:
    lr: Annotated[Positive, Parameter(alias="--lr")]
    """Peak learning rate."""
    weight_decay: NonNegative
    """Fraction of a decayed weight that is added to its gradient, which Adam then scales."""
    betas: Annotated[tuple[float, float], Parameter(validator=validators.Number(gte=0, lt=1))]
    """Decay of the running means of gradient and squared gradient."""

    def __post_init__(self) -> None:
        if self.betas[0] > self.betas[1]:
            raise ValueError(f"optim.betas is {self.betas}: the first must not exceed the second")


def build_optimizer(settings: OptimSettings, model: nn.Module) -> Adam:
    groups = parameter_groups(model, settings.weight_decay)
    return Adam(groups, lr=settings.lr, betas=settings.betas)
