"""What goes into training: pictures of learning rate and augmentation, a table of layers."""

import math
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Generator, Tensor, nn

from ..augment import Augment
from ..data import load_data
from ..engine.config import AllSettings
from ..engine.device import to_device
# jinja: if pretrained
from ..engine.starting import load_start
# jinja: endif
from ..engine.state import Settings, TrainState
from ..schedule import lr_factor
from .examples import count_examples
from .pictures import COLUMNS, HEIGHT, draw_example

EXAMPLES = 4  # to augment


def save(figure: Figure, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, bbox_inches="tight")
    return path


def show_schedule(*, settings: AllSettings) -> None:
    """Draw the learning rate of every step of the training."""
    # jinja: if pretrained
    start = load_start(settings.run)
    data = load_data(settings.data, settings.training.seed, start.get("info"), relabel=True)
    # jinja: else
    data = load_data(settings.data, settings.training.seed)
    # jinja: endif
    figure = Figure(figsize=(7, 3))
    steps = settings.training.count_steps(len(data.train))
    draw_schedule(figure.subplots(), settings, steps)
    print(save(figure, settings.run.folder / "schedule.png"))


def draw_schedule(axes: Axes, settings: Settings, steps_per_epoch: int) -> None:
    total = settings.training.epochs * steps_per_epoch
    rates = [settings.optim.lr * lr_factor(n, total, settings.schedule) for n in range(total)]
    axes.plot([step / steps_per_epoch for step in range(total)], rates)
    axes.set(xlabel="epoch", ylabel="learning rate", ylim=(0, None))


def show_augmentations(*, settings: AllSettings) -> None:
    """Draw training examples as they are, and as augmentation changes them."""
    # jinja: if pretrained
    start = load_start(settings.run)
    data = load_data(settings.data, settings.training.seed, start.get("info"), relabel=True)
    # jinja: else
    data = load_data(settings.data, settings.training.seed)
    # jinja: endif
    generator = Generator().manual_seed(settings.training.seed)
    augment = Augment(settings.augment, data.info).to(generator.device)
    change = partial(augment, generator=generator)
    figure, rows = make_grid(EXAMPLES * COLUMNS)
    last = count_examples(data.train) - 1
    for row, number in zip(rows, np.linspace(0, last, EXAMPLES, dtype=int), strict=True):
        draw_example(row[0], data.train, int(number), data.info, change=None)
        row[0].set_title("original", fontsize=8)
        for axes in row[1:]:
            draw_example(axes, data.train, int(number), data.info, change=change)
    print(save(figure, settings.run.folder / "augmentations.png"))


def make_grid(num_examples: int) -> tuple[Figure, Any]:
    rows = math.ceil(num_examples / COLUMNS)
    figure = Figure(figsize=(12, rows * HEIGHT * 12 / COLUMNS))
    no_axis = {"xticks": [], "yticks": [], "frame_on": False}
    axes = figure.subplots(rows, COLUMNS, squeeze=False, subplot_kw=no_axis)
    return figure, axes


def show_model(*, settings: AllSettings) -> None:
    """Print the layers of the model, their outputs for a batch, parameters and decay."""
    # jinja: if pretrained
    start = load_start(settings.run)
    data = load_data(settings.data, settings.training.seed, start.get("info"), relabel=True)
    state = TrainState(settings, data.info, 1, start)
    # jinja: else
    data = load_data(settings.data, settings.training.seed)
    state = TrainState(settings, data.info, total_steps=1)
    # jinja: endif
    model = state.model.eval()
    shapes: dict[nn.Module, str] = {}

    def record_shape(module: nn.Module, _: Any, output: Any) -> None:
        shapes[module] = "x".join(map(str, output.shape)) if isinstance(output, Tensor) else ""

    for module in model.modules():
        module.register_forward_hook(record_shape)
    inputs, _ = to_device(next(iter(data.validation)), next(model.parameters()).device)
    with torch.inference_mode():
        model(*inputs)
    groups = [group for group in state.optimizer.param_groups if group["weight_decay"] > 0]
    decayed = {parameter for group in groups for parameter in group["params"]}
    print(f"{'layer':<32}{'kind':<24}{'output':<20}{'parameters':>12}{'decayed':>12}")
    counted: set[nn.Parameter] = set()  # a weight may be shared, as by an embedding and a head
    for name, module in model.named_modules():
        is_leaf = not list(module.children())
        own = [p for p in module.parameters(recurse=is_leaf) if p not in counted]
        counted.update(own)
        if own or is_leaf:
            kind, shape = type(module).__name__, shapes.get(module, "")
            num_decayed = count(decayed & set(own))
            print(f"{name:<32}{kind:<24}{shape:<20}{count(own):>12,}{num_decayed:>12,}")
    print(f"{'all':<76}{count(model.parameters()):>12,}{count(decayed):>12,}")


def count(parameters: Iterable[nn.Parameter]) -> int:
    return sum(parameter.numel() for parameter in parameters)
