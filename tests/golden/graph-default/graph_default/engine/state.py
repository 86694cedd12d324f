"""All settings, and what one training consists of: built from them, saved and restored as one."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor, nn
from torch.amp.grad_scaler import GradScaler
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from ..augment import Augment, AugmentSettings
from ..data import DataSettings
from ..model import ModelSettings, build_model
from ..objective import Objective, ObjectiveSettings, num_outputs
from ..optim import OptimSettings, build_optimizer
from ..schedule import ScheduleSettings, build_schedule
from .checkpoint import CheckpointError, random_states, restore_random_states
from .device import Precision, choose_device
from .ranges import Count, Natural, NonNegative
from .run import RunSettings


@dataclass
class TrainingSettings:
    epochs: Count
    """Passes over the training data."""
    clip_norm: NonNegative
    """Largest norm of the gradient, longer ones are shortened; 0 leaves them alone."""
    accumulate: Count = 1
    """Batches whose gradients are put together for one step of the optimizer."""
    patience: Natural = 0
    """Epochs without a better validation score after which training stops early; 0: never."""
    seed: Natural = 0
    """Decides the initial weights, the split, the order of the data and the augmentation."""
    device: str | None = None
    """cpu, cuda, mps, ...; none: the accelerator if there is one."""
    precision: Precision = "auto"
    """Of the activations in training and evaluation; auto: bf16 on CUDA devices that have it."""
    compile: bool = False
    """Compile the model with torch.compile: faster steps, after minutes of compiling."""

    def count_steps(self, batches: int) -> int:
        """Optimizer steps in an epoch; the last one may be of fewer batches."""
        return -(-batches // self.accumulate)


@dataclass(kw_only=True)
class Settings:
    data: DataSettings
    augment: AugmentSettings
    model: ModelSettings
    objective: ObjectiveSettings
    optim: OptimSettings
    schedule: ScheduleSettings
    training: TrainingSettings
    run: RunSettings


class Mean:
    """A running mean loss, in which each sample counts once, however they are batched."""

    def __init__(self, device: torch.device) -> None:
        self.totals = torch.zeros(2, device=device)  # sum of the values, and their count

    def update(self, value: Tensor, count: Tensor | int) -> None:
        """Adds the mean ``value`` of ``count`` samples; the device need not wait for it."""
        self.totals += torch.stack([value * count, torch.ones_like(value) * count])

    def compute(self) -> float:
        total, count = self.totals.tolist()
        return float(total / count)


@dataclass
class TrainState:
    """What one training consists of, built from its settings."""

    model: nn.Module
    objective: Objective
    augment: Augment
    optimizer: Optimizer
    schedule: LRScheduler
    scaler: GradScaler
    generator: Generator
    device: torch.device
    clip_norm: float
    accumulate: int
    precision: Precision
    mean_loss: Mean
    """Of the epoch so far."""
    epoch: int = 1
    step: int = 0
    """Optimizer steps done in the epoch."""

    def begin_epoch(self, epoch: int) -> None:
        self.epoch, self.step = epoch, 0
        self.mean_loss.totals.zero_()

    def state_dict(self) -> dict[str, Any]:
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "scaler": self.scaler.state_dict(),
            "random": random_states(self.generator),
            "loss": self.mean_loss.totals,
            "epoch": self.epoch,
            "step": self.step,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.scaler.load_state_dict(state["scaler"])
        restore_random_states(state["random"], self.generator)
        self.mean_loss.totals.copy_(state["loss"])
        self.epoch, self.step = state["epoch"], state["step"]


def build_state(settings: Settings, info: dict[str, Any], total_steps: int) -> TrainState:
    """All components on the device; equal settings and seed give equal weights."""
    training, seed = settings.training, settings.training.seed
    torch.manual_seed(seed)
    device = choose_device(training.device)
    model: nn.Module = build_model(settings.model, info, num_outputs(info)).to(device)
    if training.compile:
        model.compile()
    optimizer = build_optimizer(settings.optim, model)
    torch.manual_seed(seed)  # dropout does not depend on what the weights have drawn
    return TrainState(
        model=model,
        objective=Objective(settings.objective, info).to(device),
        augment=Augment(settings.augment, info).to(device),
        optimizer=optimizer,
        schedule=build_schedule(settings.schedule, optimizer, total_steps),
        scaler=GradScaler(device.type, enabled=training.precision == "fp16"),
        generator=Generator(device).manual_seed(seed),
        device=device,
        clip_norm=training.clip_norm,
        accumulate=training.accumulate,
        precision=training.precision,
        mean_loss=Mean(device),
    )


def load_model(settings: Settings, checkpoint: dict[str, Any]) -> tuple[nn.Module, Objective]:
    """Model and objective of a checkpoint, in eval mode on the device."""
    device = choose_device(settings.training.device)
    info = checkpoint["info"]
    model = build_model(settings.model, info, num_outputs(info)).to(device)
    try:
        model.load_state_dict(checkpoint["model"])
    except RuntimeError as error:
        raise CheckpointError("the checkpoint has other model settings: leave these out") from error
    return model.eval(), Objective(settings.objective, info).to(device).eval()
