"""Linear warmup, then half a cosine to a floor (Loshchilov and Hutter 2017), per optimizer step."""

import math
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
    floor: ranges.Fraction
    """Last learning rate, as a fraction of the peak."""


def lr_factor(step: int, total_steps: int, settings: ScheduleSettings) -> float:
    """Learning rate of a 0-based optimizer step, as a fraction of the peak."""
    warmup_steps = int(settings.warmup * total_steps)
    if step < warmup_steps:
        return (step + 1) / (warmup_steps + 1)
    progress = min(1.0, (step - warmup_steps) / max(1, total_steps - warmup_steps - 1))
    return settings.floor + (1.0 - settings.floor) * (1.0 + math.cos(math.pi * progress)) / 2.0


def build_schedule(settings: ScheduleSettings, optimizer: Optimizer, total_steps: int) -> LambdaLR:
    """``step()`` follows every optimizer step, not every epoch."""
    return LambdaLR(optimizer, lambda step: lr_factor(step, total_steps, settings))
