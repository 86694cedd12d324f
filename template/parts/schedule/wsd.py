"""Linear warmup, the peak, then a line down to a floor (Hu et al. 2024), per optimizer step."""

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
    decay: ranges.FractionBelowOne
    """Fraction of the training at its end in which the learning rate falls."""
    floor: ranges.Fraction
    """Where the learning rate falls to, as a fraction of the peak."""

    def __post_init__(self) -> None:
        if self.warmup + self.decay >= 1.0:
            raise ValueError(f"schedule.decay {self.decay} and warmup must be below 1 together")


def lr_factor(step: int, total_steps: int, settings: ScheduleSettings) -> float:
    """Learning rate of a 0-based optimizer step, as a fraction of the peak."""
    warmup_steps = int(settings.warmup * total_steps)
    if step < warmup_steps:
        return (step + 1) / (warmup_steps + 1)
    share = max(0, total_steps - step) / (int(settings.decay * total_steps) + 1)
    return settings.floor + (1.0 - settings.floor) * min(1.0, share)


def build_schedule(settings: ScheduleSettings, optimizer: Optimizer, total_steps: int) -> LambdaLR:
    """``step()`` follows every optimizer step, not every epoch."""
    return LambdaLR(optimizer, lambda step: lr_factor(step, total_steps, settings))
