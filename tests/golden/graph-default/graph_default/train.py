"""Training and evaluation: all components built from their settings, the loop in plain PyTorch."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import torch
from cyclopts import Parameter, validators
from torch import Generator, Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from tqdm import tqdm

from .augment import Augment, AugmentSettings
from .data import Batch, DataSettings, load_data
from .device import choose_device, to_device
from .metrics import compute_metrics, score
from .model import ModelSettings, build_model
from .objective import Objective, ObjectiveSettings
from .optim import OptimSettings, build_optimizer
from .run import Run, RunError, RunSettings, to_plain
from .schedule import ScheduleSettings, build_schedule


@dataclass
class TrainingSettings:
    epochs: Annotated[int, Parameter(validator=validators.Number(gte=1))]
    """Passes over the training data."""
    clip_norm: Annotated[float, Parameter(validator=validators.Number(gte=0))]
    """Largest norm of the gradient, longer ones are shortened; 0 leaves them alone."""
    seed: int = 0
    """Decides the initial weights, the split, the order of the data and the augmentation."""
    device: str | None = None
    """cpu, cuda, mps, ...; none: the accelerator if there is one."""


@dataclass
class Settings:
    data: DataSettings
    augment: AugmentSettings
    model: ModelSettings
    objective: ObjectiveSettings
    optim: OptimSettings
    schedule: ScheduleSettings
    training: TrainingSettings
    run: RunSettings


@dataclass
class TrainState:
    """What one training consists of, built from its settings."""

    model: nn.Module
    objective: Objective
    augment: Augment
    optimizer: Optimizer
    schedule: LRScheduler
    generator: Generator
    clip_norm: float


def build_state(settings: Settings, info: dict[str, Any], total_steps: int) -> TrainState:
    """All components on the device; equal settings and seed give equal weights."""
    torch.manual_seed(settings.training.seed)
    device = choose_device(settings.training.device)
    model = build_model(settings.model, info).to(device)
    optimizer = build_optimizer(settings.optim, model)
    return TrainState(
        model=model,
        objective=Objective(settings.objective).to(device),
        augment=Augment(settings.augment, info).to(device),
        optimizer=optimizer,
        schedule=build_schedule(settings.schedule, optimizer, total_steps),
        generator=Generator(device).manual_seed(settings.training.seed),
        clip_norm=settings.training.clip_norm,
    )


def train_steps(
    state: TrainState, batches: Iterable[Batch]
) -> Iterator[tuple[Tensor, Tensor | int]]:
    """One optimizer step per batch; yields its mean loss and the count it is a mean of."""
    for module in (state.model, state.objective, state.augment):
        module.train()
    for batch in batches:
        inputs, target = to_device(batch, state.generator.device)
        inputs, target = state.augment(inputs, target, state.generator)
        state.optimizer.zero_grad()
        loss, count = state.objective(state.model(*inputs), target)
        loss.backward()
        if state.clip_norm:
            clip_grad_norm_(state.model.parameters(), state.clip_norm)
        state.optimizer.step()
        state.schedule.step()
        yield loss.detach(), count


@torch.inference_mode()
def evaluate(model: nn.Module, objective: Objective, batches: Iterable[Batch]) -> dict[str, float]:
    """Mean loss and metrics over all examples of a split."""
    device = next(model.parameters()).device
    for module in (model, objective):
        module.eval()
    total, number = torch.zeros(2, device=device)
    predictions, targets = [], []
    for batch in batches:
        inputs, target = to_device(batch, device)
        outputs = model(*inputs)
        loss, count = objective(outputs, target)
        total, number = total + loss * count, number + count
        predictions.append(objective.predict(outputs).cpu())
        targets.append(target.cpu())
    metrics = compute_metrics(torch.cat(predictions), torch.cat(targets))
    return {"loss": (total / number).item(), **metrics}


def train(
    settings: Settings, on_epoch: Callable[[int, dict[str, float]], None] | None = None
) -> Path:
    """Trains by the settings; returns the run's folder, with its best and its last checkpoint.

    After each epoch ``on_epoch`` is called with its number, from 1, and its metrics.
    """
    data = load_data(settings.data, settings.training.seed)
    total_steps = settings.training.epochs * len(data.train)
    state = build_state(settings, data.info, total_steps)
    run = Run(settings.run, to_plain(settings), data.info)
    with tqdm(total=total_steps, unit="step", disable=None) as bar:
        for epoch in range(1, settings.training.epochs + 1):
            data.sampler.set_epoch(epoch)
            total, number = torch.zeros(2, device=state.generator.device)
            for step, (loss, count) in enumerate(train_steps(state, data.train)):
                total, number = total + loss * count, number + count
                bar.update()
                # Reading a value makes the device wait, so it is not done in every step.
                if not bar.disable and step % settings.run.log_every == 0:
                    bar.set_postfix(epoch=epoch, loss=f"{loss.item():.4f}")
            metrics = evaluate(state.model, state.objective, data.validation)
            record = {"epoch": epoch, "train_loss": (total / number).item(), **metrics}
            bar.write("  ".join(f"{name} {value:.4g}" for name, value in record.items()))
            run.finish_epoch(record, state.model, score(metrics))
            if on_epoch is not None:
                on_epoch(epoch, metrics)
    return run.folder


def load_model(settings: Settings, checkpoint: dict[str, Any]) -> tuple[nn.Module, Objective]:
    """Model and objective of a checkpoint, in eval mode on the device."""
    device = choose_device(settings.training.device)
    model = build_model(settings.model, checkpoint["info"]).to(device)
    try:
        model.load_state_dict(checkpoint["model"])
    except RuntimeError as error:
        raise RunError("the checkpoint has other model settings: leave these out") from error
    return model.eval(), Objective(settings.objective).to(device).eval()
