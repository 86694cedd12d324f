"""All settings, and what one training consists of: built from them, saved and restored as one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import torch
from cyclopts import Parameter
from torch import Generator, Tensor, nn
from torch.amp.grad_scaler import GradScaler

from ..augment import Augment, AugmentSettings
from ..data import DataSettings
from ..model import ModelSettings, build_model
from ..objective import Objective, ObjectiveSettings, num_outputs
from ..optim import OptimSettings, build_optimizer
from ..schedule import ScheduleSettings, build_schedule
from ..targets import prediction_columns
from .checkpoint import CheckpointError, random_states, restore_random_states
from .device import Precision, choose_device
from .ranges import Count, Natural, NonNegative
from .run import RunSettings, to_plain


@dataclass
class TrainingSettings:
    epochs: Annotated[Count, Parameter(alias="--epochs")]
    """Passes over the training data."""
    clip_norm: NonNegative
    """Largest norm of the gradient, longer ones are shortened; 0 leaves them alone."""
    accumulate: Count = 1
    """Batches whose gradients are put together for one step of the optimizer."""
    patience: Natural = 0
    """Epochs without a better validation score after which training stops early; 0: never."""
    monitor: str | None = None
    """Metric that decides which epoch is the best, or loss; none: the score of metrics.py."""
    minutes: NonNegative = 0.0
    """Time after which training ends in good order, to be resumed if need be; 0: no limit."""
    seed: Annotated[Natural, Parameter(alias="--seed")] = 0
    """Decides the initial weights, the order of the data, dropout and augmentation."""
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


class TrainState:
    """What one training consists of."""

    def __init__(
        self,
        settings: Settings,
        info: dict[str, Any],
        total_steps: int,
        init: dict[str, Any] | None = None,
    ) -> None:
        """All components on the device; equal settings and seed give equal weights.

        ``init`` is a checkpoint whose weights they begin with.
        """
        training, seed = settings.training, settings.training.seed
        torch.manual_seed(seed)
        device = choose_device(training.device)
        model: nn.Module = build_model(settings.model, info, num_outputs(info)).to(device)
        if init:
            with explained(init, settings):
                model.load_state_dict(take_weights(model, init, settings, info))
        if training.compile:
            model.compile()
        self.optimizer = build_optimizer(settings.optim, model)
        torch.manual_seed(seed)  # dropout does not depend on what the weights have drawn
        self.model, self.device = model, device
        self.objective = Objective(settings.objective, info).to(device)
        self.augment = Augment(settings.augment, info).to(device)
        self.schedule = build_schedule(settings.schedule, self.optimizer, total_steps)
        self.scaler = GradScaler(device.type, enabled=training.precision == "fp16")
        self.generator = Generator(device).manual_seed(seed)
        self.clip_norm, self.accumulate = training.clip_norm, training.accumulate
        self.precision = training.precision
        self.mean_loss = Mean(device)  # of the epoch so far
        self.epoch, self.step = 1, 0  # steps of the optimizer done in the epoch

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

    def lay_schedule(self) -> None:
        """The rate of the current step, after another total of steps than before."""
        group = self.optimizer.param_groups[0]
        before = group["lr"]
        self.schedule.last_epoch -= 1
        self.schedule.step()
        if group["lr"] > before:
            rise = f"from {before:.3g} to {group['lr']:.3g}"
            print(f"with more epochs the learning rate rises again, {rise}", file=sys.stderr)


def load_model(settings: Settings, checkpoint: dict[str, Any]) -> tuple[nn.Module, Objective]:
    """Model and objective of a checkpoint, in eval mode on the device."""
    device = choose_device(settings.training.device)
    info = checkpoint["info"]
    model = build_model(settings.model, info, num_outputs(info)).to(device)
    with explained(checkpoint, settings):
        model.load_state_dict(checkpoint["model"])
    return model.eval(), Objective(settings.objective, info).to(device).eval()


def take_weights(
    model: nn.Module, init: dict[str, Any], settings: Settings, info: dict[str, Any]
) -> dict[str, Any]:
    """Those of a checkpoint, with the head of the new model if that has other targets."""
    own, weights, head = model.state_dict(), init["model"], find_head(settings, info)
    fits = all(name in weights and weights[name].shape == own[name].shape for name in head)
    if fits and prediction_columns(init["info"]) == prediction_columns(info):
        return weights
    print(f"the head begins anew, for other targets: {', '.join(head)}", file=sys.stderr)
    return {**weights, **{name: own[name] for name in head}}


def find_head(settings: Settings, info: dict[str, Any]) -> list[str]:
    """Names of the weights whose shapes depend on the number of outputs."""
    sizes = num_outputs(info), num_outputs(info) + 1
    with torch.device("meta"):  # without memory, and without random numbers
        built = [build_model(settings.model, info, size).to("meta") for size in sizes]
    one, other = (model.state_dict() for model in built)
    return [name for name in one if one[name].shape != other[name].shape]


@contextmanager
def explained(checkpoint: dict[str, Any], settings: Settings) -> Iterator[None]:
    """Of what does not fit, a CheckpointError says which setting differs, or what torch says."""
    try:
        yield
    except (KeyError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[-1].strip().rstrip(".")
        before = checkpoint.get("settings", {}).get("model", {})
        for key, now in to_plain(settings.model).items():
            if before and before.get(key) != now:
                reason = f"model.{key} was {before.get(key, 'not a setting yet')}"
        what = f"the checkpoint is of another model or optimizer ({reason})"
        raise CheckpointError(f"{what}: go back to that, or train again") from error
