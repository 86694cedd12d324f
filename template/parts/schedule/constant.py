"""Linear warmup, then the peak to the end, per optimizer step."""

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


def lr_factor(step: int, total_steps: int, settings: ScheduleSettings) -> float:
    """Learning rate of a 0-based optimizer step, as a fraction of the peak."""
    warmup_steps = int(settings.warmup * total_steps)
    return min(1.0, (step + 1) / (warmup_steps + 1))


def build_schedule(settings: ScheduleSettings, optimizer: Optimizer, total_steps: int) -> LambdaLR:
    """``step()`` follows every optimizer step, not every epoch."""
    return LambdaLR(optimizer, lambda step: lr_factor(step, total_steps, settings))
