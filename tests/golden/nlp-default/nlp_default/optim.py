"""AdamW (Loshchilov and Hutter 2019)."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter, validators
from torch import nn
from torch.optim import AdamW

from .decay import parameter_groups


@dataclass
class OptimSettings:
    lr: Annotated[float, Parameter(validator=validators.Number(gt=0))]
    """Peak learning rate."""
    weight_decay: float
    """Fraction of lr by which a decayed weight shrinks in each step."""
    betas: tuple[float, float]
    """Decay of the running means of gradient and squared gradient."""

    def __post_init__(self) -> None:
        if self.betas[0] > self.betas[1]:
            raise ValueError(f"optim.betas is {self.betas}: the second is larger, as in 0.9 0.999")


def build_optimizer(settings: OptimSettings, model: nn.Module) -> AdamW:
    groups = parameter_groups(model, settings.weight_decay)
    return AdamW(groups, lr=settings.lr, betas=settings.betas)
