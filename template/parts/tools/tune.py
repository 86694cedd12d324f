"""Short trials that find the settings which depend on model, data and machine."""

import itertools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import torch
from cyclopts.types import PositiveFloat
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..data import Batch, Data, load_data
from ..engine.config import AllSettings
from ..engine.device import to_device
from ..engine.run import RunError
# jinja: if pretrained
from ..engine.starting import load_start
# jinja: endif
from ..engine.state import TrainState
from ..train import train_steps

Values = NDArray[np.float64]

SMOOTHING = 0.8  # weight of the past in the running mean of the losses
MEASURED = 4  # batches, on which the loss is measured after each step
SKIPPED = 10  # first points, of which the running mean has seen too few
RISEN = 1.05  # times the lowest mean so far: the search for the steepest descent ends here
DIVERGED = 4.0  # times the lowest loss so far: no more steps are made


def find_lr(
    *,
    settings: AllSettings,
    lowest: PositiveFloat = 1e-7,
    highest: PositiveFloat = 10.0,
    steps: int = 250,
) -> None:
    """Suggest a peak learning rate: half the rate at which the loss falls fastest (Smith 2017).

    Half, because training stays at its peak for longer than the one step that was tried.

    Parameters
    ----------
    lowest
        Rate of the first step.
    highest
        Rate of the last step, unless the loss diverges before.
    steps
        Optimizer steps from one to the other.
    """
    if lowest >= highest or steps <= 2 * SKIPPED:
        raise RunError(f"find-lr needs lowest < highest, and more than {2 * SKIPPED} steps")
    # jinja: if pretrained
    start = load_start(settings.run)
    data = load_data(settings.data, settings.training.seed, start.get("info"), relabel=True)
    state = TrainState(settings, data.info, steps, start)
    # jinja: else
    data = load_data(settings.data, settings.training.seed)
    state = TrainState(settings, data.info, total_steps=steps)
    # jinja: endif
    rates = np.geomspace(lowest, highest, steps)
    measured = list(itertools.islice(data.train, MEASURED))
    losses = trace_losses(state, measured, endless(data), rates / settings.optim.lr)
    rates, smooth = rates[: len(losses)], smooth_losses(losses)
    file = settings.run.folder / f"{datetime.now():%Y%m%d-%H%M%S}-find-lr.png"
    lr = rates[find_steepest(rates, smooth)] / 2
    plot_losses(file, rates, losses, smooth, lr)
    print(f"the loss by learning rate: {file}")
    print(f"suggested: --optim.lr {lr:.2g} (now it is {settings.optim.lr:g})")


def endless(data: Data) -> Iterator[Batch]:
    """The training batches of epoch after epoch."""
    for epoch in itertools.count(1):
        data.sampler.set_epoch(epoch)
        yield from data.train


def trace_losses(
    state: TrainState, measured: list[Batch], batches: Iterator[Batch], factors: Values
) -> Values:
    """Trains a step at each ``factor`` of the peak rate; the losses after them, until they diverge.

    All losses are of the same ``measured`` batches, without augmentation and under the same
    dropout, so that only the rate makes a difference.
    """
    measured = [to_device(batch, state.device) for batch in measured]
    training = train_steps(state, batches)
    losses: list[float] = []
    for step, factor in enumerate(factors, start=1):
        for group in state.optimizer.param_groups:
            group["lr"] = group["initial_lr"] * factor
        next(training)
        with torch.random.fork_rng(), torch.no_grad():
            torch.manual_seed(0)
            found = [state.objective(state.model(*each), target) for each, target in measured]
            loss = sum(loss * count for loss, count in found) / sum(n for _, n in found)
        if not (loss.isfinite() and loss < DIVERGED * min([loss, *losses])):
            break
        losses.append(loss.item())
        if step % 50 == 0:
            print(f"step {step} of {len(factors)}: loss {losses[-1]:.4g}", flush=True)
    return np.array(losses)


def smooth_losses(losses: Values) -> Values:
    """Means of the losses so far, in which each weighs ``SMOOTHING`` times as much as the next."""
    weights = SMOOTHING ** np.arange(len(losses))[::-1]
    ends = range(1, len(losses) + 1)
    return np.array([np.average(losses[:end], weights=weights[-end:]) for end in ends])


def find_steepest(rates: Values, smooth: Values) -> int:
    """The point of steepest descent, both axes logarithmic, before the loss rises."""
    lowest = SKIPPED
    for point in range(SKIPPED, len(smooth)):
        if smooth[point] < smooth[lowest]:
            lowest = point
        elif smooth[point] > RISEN * smooth[lowest]:
            break
    if len(smooth) <= SKIPPED or smooth[lowest] > 0.995 * smooth[0]:
        raise RunError("the loss falls at no rate: try more --steps or a lower --lowest")
    slopes = np.gradient(np.log(smooth + np.finfo(float).tiny), np.log(rates))
    return SKIPPED + int(slopes[SKIPPED : lowest + 1].argmin())


# jinja: if form != "graph"
FIRST_EXAMPLES = 2000  # among which the largest batch is looked for


def find_batch_size(*, settings: AllSettings, memory: PositiveFloat = 4.0) -> None:
    """Find the largest batch that fits into memory, and the learning rate that goes with it.

    Parameters
    ----------
    memory
        GiB for the activations, on a CPU only, where nothing else ends the search in time.
    """
    before = settings.data.batch_size
    # jinja: if pretrained
    start = load_start(settings.run)
    data = load_data(settings.data, settings.training.seed, start.get("info"), relabel=True)
    # jinja: else
    data = load_data(settings.data, settings.training.seed)
    # jinja: endif
    limit = len(data.train.dataset)  # type: ignore[arg-type]
    good, bad, size = 1, limit + 1, 2
    while bad - good > max(1, good // 16):
        settings.data.batch_size = size
        if fits(settings, data, memory):
            good = size
        else:
            bad = size
        size = min(2 * good, limit) if bad > limit else (good + bad) // 2
    if good == 1:
        raise RunError("not even two examples fit into memory: choose a smaller model")
    # A tenth less: the largest batch need not be among those that were tried.
    size = limit if good == limit else good - good // 10
    # jinja: if optimizer == "sgd"
    lr = settings.optim.lr * size / before  # in proportion (Goyal et al. 2017)
    # jinja: else
    lr = settings.optim.lr * (size / before) ** 0.5  # for Adam by the root (Malladi et al. 2022)
    # jinja: endif
    print(f"suggested: --data.batch_size {size} --optim.lr {lr:.2g}")


def fits(settings: AllSettings, data: Data, memory: float) -> bool:
    """Whether the largest of the first batches can be trained on."""
    size, kept = settings.data.batch_size, dict[int, int]()

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        if storage.device.type == "cpu" and sum(kept.values()) > memory * 2**30:
            raise torch.OutOfMemoryError(f"more memory than the {memory:g} GiB of --memory")
        return tensor

    batches = load_data(settings.data, settings.training.seed, data.info).train
    first = itertools.islice(batches, max(1, FIRST_EXAMPLES // size))
    batch = max(first, key=lambda batch: sum(tensor.numel() for tensor in batch[0]))
    try:
        state = TrainState(settings, data.info, total_steps=2)
        for _ in range(2):  # the state of the optimizer comes with the first step
            kept.clear()
            with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
                list(train_steps(state, [batch]))
    except RuntimeError as error:
        if "memory" not in str(error):  # not every device has an exception of its own for it
            raise
        print(f"batch size {size} does not fit: {str(error).splitlines()[0]}")
        return False
    print(f"batch size {size} fits")
    return True


# jinja: endif
def plot_losses(file: Path, rates: Values, losses: Values, smooth: Values, lr: float) -> None:
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    axes.loglog(rates, losses, color="silver", label="loss")
    axes.loglog(rates, smooth, label="moving average")
    axes.axvline(lr, color="C1", label=f"suggested: {lr:.2g}")
    axes.set(xlabel="learning rate", ylabel="loss")
    axes.legend()
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=150)
