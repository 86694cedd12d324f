"""Training and evaluation: the loop in plain PyTorch."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.utils.data import DataLoader
from tqdm import tqdm

from .data import Batch, load_data
from .engine import parallel
from .engine.checkpoint import check_resumable, load_checkpoint, save_checkpoint
from .engine.device import autocast, to_device
from .engine.provenance import recorded
from .engine.run import Run, Stopped, stop_signals, to_plain
from .engine.state import Settings, TrainState, build_state
from .metrics import Metrics, score
from .objective import Objective


def train_steps(
    state: TrainState, batches: Iterable[Batch]
) -> Iterator[tuple[Tensor, Tensor | int]]:
    """One optimizer step per ``accumulate`` batches; yields the mean loss and its count."""
    for module in (state.parallel_model, state.objective, state.augment):
        module.train()
    device, remaining = state.generator.device, iter(batches)
    while group := list(islice(remaining, state.accumulate)):
        counts = [state.objective.count(target.to(device)) for _, target in group]
        number = sum(counts)
        mean_number = parallel.mean(number, device)  # as processes take the mean of gradients
        state.optimizer.zero_grad()
        total = torch.zeros((), device=device)
        for index, (batch, count) in enumerate(zip(group, counts, strict=True), start=1):
            inputs, target = state.augment(*to_device(batch, device), state.generator)
            parallel.average_gradients(state.parallel_model, wanted=index == len(group))
            with autocast(device, state.precision):
                loss, _ = state.objective(state.parallel_model(*inputs), target)
            state.scaler.scale(loss * (count / mean_number)).backward()
            total += loss.detach() * count
        if state.clip_norm:
            state.scaler.unscale_(state.optimizer)
            clip_grad_norm_(state.model.parameters(), state.clip_norm)
        state.scaler.step(state.optimizer)
        state.scaler.update()
        state.schedule.step()
        yield total / number, number


@torch.inference_mode()
def evaluate(
    model: nn.Module,
    objective: Objective,
    metrics: Metrics,
    batches: DataLoader[Any] | Sequence[Batch],
) -> dict[str, float]:
    """Mean loss and metrics, which begin anew, over all examples of a split, each counted once."""
    device = next(model.parameters()).device
    for module in (model, objective):
        module.eval()
    totals = torch.zeros(2, device=device)  # sum of the losses, and their count
    for batch, counts in parallel.in_lockstep(batches):
        inputs, target = to_device(batch, device)
        outputs = model(*inputs)
        if counts:
            loss, count = objective(outputs, target)
            totals += torch.stack([loss * count, torch.ones_like(loss) * count])
            metrics.update(objective.predict(outputs).cpu(), target.cpu())
    total, number = parallel.add_up(totals)
    metrics.state = parallel.merge(metrics.state)
    return {"loss": (total / number).item(), **metrics.compute()}


def train(
    settings: Settings,
    resume: Path | None = None,
    on_epoch: Callable[[int, dict[str, float]], None] | None = None,
) -> Path:
    """Trains by the settings; returns the run's folder, with its best and its last checkpoint.

    ``resume`` is a checkpoint to go on from as if nothing had happened, in its folder. ``on_epoch``
    is told the metrics of each epoch. Raises ``Stopped`` after a signal, when all is saved.
    """
    training, is_main = settings.training, parallel.rank() == 0
    data = load_data(settings.data, training.seed, share=parallel.share())
    steps = training.count_steps(len(data.train))
    state = build_state(settings, data.info, total_steps=training.epochs * steps)
    plain = to_plain(settings)
    known = {"settings": plain, "info": data.info, "steps_per_epoch": steps}
    run = Run(settings.run, plain, resume and resume.parent, writes=is_main)
    if resume:
        checkpoint = load_checkpoint(resume)
        check_resumable(resume, checkpoint, known)
        state.load_state_dict(checkpoint)
        run.load_state_dict(checkpoint["run"], state.epoch)

    def save(*names: str) -> None:
        checkpoint = {**known, **state.state_dict(), "run": run.state_dict()}
        for name in names if is_main else ():
            save_checkpoint(run.folder / name, checkpoint)

    device, done = state.generator.device, (state.epoch - 1) * steps + state.step
    hidden = not is_main or None  # None: where there is no terminal
    bar = tqdm(total=training.epochs * steps, initial=done, unit="step", disable=hidden)
    with bar, stop_signals() as signals, recorded(run.folder, device, is_main):
        while state.epoch <= training.epochs and not run.is_stuck(training.patience):
            data.sampler.set_epoch(state.epoch, start=state.step * training.accumulate)
            for loss, count in train_steps(state, data.train):
                state.step += 1
                state.totals += torch.stack([loss * count, torch.ones_like(loss) * count])
                bar.update()
                # Reading a value makes the device wait, so it is not done in every step.
                look = state.step % settings.run.log_every == 0
                if look and not bar.disable:
                    bar.set_postfix(epoch=state.epoch, loss=f"{loss.item():.4f}")
                if parallel.any_process(bool(signals), device, ask=look):
                    save("last.pt")
                    raise Stopped(signals, run.folder / "last.pt")
                if settings.run.save_every and state.step % settings.run.save_every == 0:
                    save("last.pt")
            total, number = parallel.add_up(state.totals).tolist()
            with autocast(device, training.precision):
                metrics = evaluate(
                    state.model, state.objective, Metrics(data.info), data.validation
                )
            rate = state.optimizer.param_groups[0]["lr"]
            record = {"epoch": state.epoch, "train_loss": total / number, "lr": rate, **metrics}
            if is_main:
                bar.write("  ".join(f"{name} {value:.4g}" for name, value in record.items()))
            is_best = run.finish_epoch(record, score(metrics))
            state.begin_epoch(state.epoch + 1)
            save(*(["best.pt"] if is_best else []), "last.pt")
            if on_epoch:
                on_epoch(state.epoch - 1, record)
        run.finish()
    return run.folder
