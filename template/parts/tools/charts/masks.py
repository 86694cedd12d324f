"""What a report shows of predicted masks: the overlap of each class, and the images to look at.

Shapes: N examples, K classes, H height, W width.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor
from torch.utils.data import DataLoader

from ..engine.masks import VOID
from .pictures import draw_example
from .show import save

HEADER = ["mean IoU", "right pixels", "most often mistaken", "for"]
SHOWN = 40  # classes, beyond which the commonest are drawn


def count_pixels(probabilities: Tensor, target: Tensor) -> Tensor:
    """The confusion matrix ``(K, K)`` of an image, whose rows are true classes."""
    size, counted = len(probabilities), target != VOID
    cells = size * target[counted] + probabilities.argmax(dim=0)[counted]
    return cells.bincount(minlength=size * size).view(size, size)


def measure_image(confusion: Tensor) -> tuple[float, float]:
    """Mean IoU of the classes that an image shows or was said to, and its share of right pixels."""
    hits, sums = confusion.diagonal(), confusion.sum(dim=0) + confusion.sum(dim=1)
    found = sums > 0
    if not found.any():  # all is void
        return 1.0, 1.0
    iou = hits[found] / (sums - hits)[found]
    return iou.mean().item(), (hits.sum() / confusion.sum()).item()


def score_examples(probabilities: Tensor, target: Tensor) -> Tensor:
    """A score for each of ``(N, K, H, W)`` predictions, higher is better: its mean IoU."""
    pairs = zip(probabilities, target, strict=True)
    return torch.tensor([measure_image(count_pixels(*pair))[0] for pair in pairs])


def describe_example(
    probabilities: Tensor, target: Tensor, info: dict[str, Any]
) -> tuple[list[str], str]:
    """One example's cells below ``HEADER``, and the title of its picture."""
    confusion = count_pixels(probabilities, target)
    mean_iou, accuracy = measure_image(confusion)
    wrong = confusion - confusion.diagonal().diag()
    names = ["", ""]
    if wrong.any():
        pair = divmod(int(wrong.argmax()), len(confusion))
        names = [info["classes"][number] for number in pair]
    return [f"{mean_iou:.3f}", f"{accuracy:.3f}", *names], f"predicted, mean IoU {mean_iou:.3f}"


def draw_overview(folder: Path, each: dict[str, dict[str, float]], info: dict[str, Any]) -> str:
    """Draws the whole split; returns the name of the picture."""
    order = sorted(each, key=lambda name: -each[name]["pixels"])[:SHOWN]
    total = max(1.0, sum(row["pixels"] for row in each.values()))
    names = [f"{name} ({each[name]['pixels'] / total:.1%})" for name in order]
    palette = dict(zip(info["classes"], (info["palette"][v] for v in info["values"]), strict=True))
    figure = Figure(figsize=(7, 1.2 + 0.25 * len(order)))
    axes = figure.subplots()
    colours = [[channel / 255 for channel in palette[name]] for name in order]
    values = [each[name]["iou"] for name in order]
    axes.barh(range(len(order)), values, color=colours, edgecolor="grey")
    axes.set_yticks(range(len(order)), names)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="intersection over union, by class and its share of the pixels")
    save(figure, folder / "classes.png")
    return "classes"


def draw_panels(
    panels: Sequence[Axes],
    titles: tuple[str, str, str],
    loader: DataLoader[Any],
    number: int,
    probabilities: Tensor,
    info: dict[str, Any],
) -> None:
    """Draws an image without a mask, with its own, and with the predicted one."""
    predicted = probabilities.argmax(dim=0)[None]
    shown = (torch.full_like(predicted, VOID), None, predicted)
    for axes, title, classes in zip(panels, titles, shown, strict=True):

        def change(
            inputs: tuple[Tensor, ...], target: Tensor, classes: Tensor | None = classes
        ) -> tuple[tuple[Tensor, ...], Tensor]:
            return inputs, target if classes is None else classes

        draw_example(axes, loader, number, info, change)
        axes.set_title(title, fontsize=8)
