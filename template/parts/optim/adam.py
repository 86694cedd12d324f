"""Adam (Kingma and Ba 2015), without weight decay."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter, validators
from torch import nn
from torch.optim import Adam

from .engine.ranges import Positive


@dataclass
class OptimSettings:
    lr: Annotated[Positive, Parameter(alias="--lr")]
    """Peak learning rate."""
    betas: Annotated[tuple[float, float], Parameter(validator=validators.Number(gte=0, lt=1))]
    """Decay of the running means of gradient and squared gradient."""

    def __post_init__(self) -> None:
        if self.betas[0] > self.betas[1]:
            raise ValueError(f"optim.betas is {self.betas}: the first must not exceed the second")


def build_optimizer(settings: OptimSettings, model: nn.Module) -> Adam:
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return Adam(parameters, lr=settings.lr, betas=settings.betas)
