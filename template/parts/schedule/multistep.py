"""Linear warmup, then drops by a constant factor (He et al. 2016), per optimizer step."""

from dataclasses import dataclass

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

from .engine import ranges


@dataclass
class ScheduleSettings:
    # jinja: if needs_warmup
    warmup: ranges.Warmup
    # jinja: else
    warmup: ranges.FractionBelowOne
    # jinja: endif
    """Fraction of the training in which the learning rate rises to its peak."""
    milestones: list[ranges.FractionBetween]
    """Fractions of the training after which the learning rate drops."""
    gamma: ranges.Fraction
    """What the learning rate is multiplied by at each milestone."""

    def __post_init__(self) -> None:
        if not all(self.warmup < milestone < 1.0 for milestone in self.milestones):
            raise ValueError(f"schedule.milestones {self.milestones} must lie between warmup and 1")


def lr_factor(step: int, total_steps: int, settings: ScheduleSettings) -> float:
    """Learning rate of a 0-based optimizer step, as a fraction of the peak."""
    warmup_steps = int(settings.warmup * total_steps)
    if step < warmup_steps:
        return (step + 1) / (warmup_steps + 1)
    drops = sum(step >= milestone * total_steps for milestone in settings.milestones)
    return settings.gamma**drops


def build_schedule(settings: ScheduleSettings, optimizer: Optimizer, total_steps: int) -> LambdaLR:
    """``step()`` follows every optimizer step, not every epoch."""
    return LambdaLR(optimizer, lambda step: lr_factor(step, total_steps, settings))
