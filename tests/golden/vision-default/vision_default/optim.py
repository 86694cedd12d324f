"""AdamW (Loshchilov and Hutter 2019)."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter, validators
from torch import nn
from torch.optim import AdamW

from .decay import parameter_groups
from .engine.ranges import NonNegative, Positive


@dataclass
class OptimSettings:
    lr: Annotated[Positive, Parameter(alias="--lr")]
    """Peak learning rate."""
    weight_decay: NonNegative
    """Fraction of lr by which a decayed weight shrinks in each step."""
    betas: Annotated[tuple[float, float], Parameter(validator=validators.Number(gte=0, lt=1))]
    """Decay of the running means of gradient and squared gradient."""

    def __post_init__(self) -> None:
        if self.betas[0] > self.betas[1]:
            raise ValueError(f"optim.betas is {self.betas}: the first must not exceed the second")


def build_optimizer(settings: OptimSettings, model: nn.Module) -> AdamW:
    groups = parameter_groups(model, settings.weight_decay)
    return AdamW(groups, lr=settings.lr, betas=settings.betas)
