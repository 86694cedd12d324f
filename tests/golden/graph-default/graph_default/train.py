"""Training and evaluation: the loop in plain PyTorch."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from .data import Batch, load_data
from .engine.checkpoint import check_resumable, load_checkpoint, save_checkpoint
from .engine.device import autocast, to_device
from .engine.progress import Progress
from .engine.provenance import recorded
from .engine.run import Run, RunError, to_plain
from .engine.signals import TIME_IS_UP, Stopped, StopSignals
from .engine.state import Mean, Settings, TrainState, explained
from .metrics import LOWER_IS_BETTER, Metrics, score
from .objective import Objective


def train_steps(
    state: TrainState, batches: Iterable[Batch]
) -> Iterator[tuple[Tensor, Tensor | int]]:
    """One optimizer step per ``accumulate`` batches; yields the mean loss and its count."""
    for module in (state.model, state.objective, state.augment):
        module.train()
    device = state.device
    # Samples are counted as augmentation leaves them, which may take some away.
    augmented = (state.augment(*to_device(batch, device), state.generator) for batch in batches)
    while group := list(islice(augmented, state.accumulate)):
        counts = [state.objective.count(target) for _, target in group]
        count = torch.as_tensor(sum(counts), device=device).clamp(min=1e-9)  # none may be left
        loss_sum = torch.zeros((), device=device)
        state.optimizer.zero_grad()
        for (inputs, target), batch_count in zip(group, counts, strict=True):
            with autocast(device, state.precision):
                loss, _ = state.objective(state.model(*inputs), target)
            state.scaler.scale(loss * (batch_count / count)).backward()
            loss_sum += loss.detach() * batch_count
        if state.clip_norm:
            state.scaler.unscale_(state.optimizer)
            clip_grad_norm_(state.model.parameters(), state.clip_norm)
        state.scaler.step(state.optimizer)
        state.scaler.update()
        state.schedule.step()
        yield loss_sum / count, count


@torch.inference_mode()
def evaluate(
    model: nn.Module, objective: Objective, batches: Iterable[Batch], metrics: Metrics | None = None
) -> dict[str, float]:
    """Mean loss and metrics (new ones) over all samples of a split, each counted once."""
    device = next(model.parameters()).device
    for module in (model, objective):
        module.eval()
    mean_loss, metrics = Mean(device), metrics or Metrics(objective.info)
    for batch in batches:
        inputs, target = to_device(batch, device)
        outputs = model(*inputs)
        mean_loss.update(*objective(outputs, target))
        metrics.update(objective.predict(outputs).cpu(), target.cpu())
    return {"loss": mean_loss.compute(), **metrics.compute()}


def monitored(metrics: dict[str, float], name: str | None) -> float:
    """What decides which epoch is best: the score, or the named metric; higher is better."""
    if name is None:
        return score(metrics)
    if name not in metrics:
        raise RunError(f"training.monitor {name} is no metric: name one of {', '.join(metrics)}")
    return -metrics[name] if name.startswith(LOWER_IS_BETTER) else metrics[name]


def train(
    settings: Settings,
    resume: Path | None = None,
    on_epoch: Callable[[dict[str, float]], None] | None = None,
) -> Path:
    """Trains with these settings; returns the run's folder, with its best and its last checkpoint.

    ``resume`` is a checkpoint to continue from, in its folder, as if uninterrupted; ``on_epoch``
    is told the record of each epoch. Raises ``Stopped`` after a signal, when all is saved.
    """
    training, init = settings.training, settings.run.init
    start = resume or init
    checkpoint = load_checkpoint(start) if start else {}
    info = checkpoint["info"] if init else None  # such as classes, scale and vocabulary
    data = load_data(settings.data, training.seed, info, relabel=True)
    steps = training.count_steps(len(data.train))
    state = TrainState(settings, data.info, training.epochs * steps, {} if resume else checkpoint)
    if training.monitor:  # a wrong name shows before the first step
        batch = islice(data.validation, 1)
        monitored(evaluate(state.model, state.objective, batch), training.monitor)
    resolved = to_plain(settings)
    known = {"settings": resolved, "info": data.info, "steps_per_epoch": steps}
    run = Run(settings.run, resolved, resume and resume.parent)
    if resume:
        check_resumable(resume, checkpoint, known)
        with explained(checkpoint, settings):
            state.load_state_dict(checkpoint)
        run.load_state_dict(checkpoint["run"], state.epoch)
        if checkpoint["settings"]["training"]["epochs"] != training.epochs:
            state.lay_schedule()
            run.epochs_without_gain = 0

    def save(name: str) -> None:
        save_checkpoint(run.folder / name, {**known, **state.state_dict(), "run": run.state_dict()})

    device, number = state.device, 0
    progress = Progress(training.epochs * steps, (state.epoch - 1) * steps + state.step)
    with progress.bar, StopSignals(training.minutes) as stop, recorded(run.folder, device):
        while state.epoch <= training.epochs and not run.is_stuck(training.patience):
            data.sampler.set_epoch(state.epoch, start=state.step * training.accumulate)
            for loss, count in train_steps(state, data.train):
                state.step += 1
                state.mean_loss.update(loss, count)
                progress.update(state.epoch, loss, settings.run.log_every)
                if number := stop.received():
                    save("last.pt")
                    if number == TIME_IS_UP:
                        break
                    raise Stopped(number, run.folder / "last.pt")
                if settings.run.save_every and state.step % settings.run.save_every == 0:
                    save("last.pt")
            with autocast(device, training.precision):
                metrics = evaluate(state.model, state.objective, data.validation)
            record = {"epoch": state.epoch, "train_loss": state.mean_loss.compute()}
            record |= {"lr": state.optimizer.param_groups[0]["lr"], **metrics}
            progress.write(record)
            whole = not number or state.step == steps
            is_best = run.finish_epoch(record, monitored(metrics, training.monitor), whole)
            if whole:
                state.begin_epoch(state.epoch + 1)
            if is_best:
                save("best.pt")
            if whole:
                save("last.pt")
            if on_epoch:
                on_epoch(record)
            if number or stop.received() == TIME_IS_UP:
                break
        run.finish(state.model, device)
    return run.folder
