"""What a report shows of predicted classes: the confusion matrix, and which examples to look at.

Shapes: N examples, K classes.
"""

from pathlib import Path
from typing import Any

import torch
from matplotlib import pyplot
from torch import Tensor

from .show import save

HEADER = ["class", "probability", "predicted", "probability"]
LABELLED = 25  # classes, beyond which their names in the confusion matrix would overlap


def rate(probabilities: Tensor, target: Tensor) -> Tensor:
    """How good each of ``(N, K)`` predictions is: the probability of the true class."""
    return probabilities[range(len(target)), target]


def compare(probabilities: Tensor, target: Tensor, info: dict[str, Any]) -> tuple[list[str], str]:
    """One example's cells below ``HEADER``, and the title of its picture."""
    true, predicted = int(target), int(probabilities.argmax())
    cells = []
    for index in (true, predicted):
        cells += [info["classes"][index], f"{probabilities[index]:.3f}"]
    return cells, "{}: {}\n{}: {}".format(*cells)


def draw_overview(folder: Path, probabilities: Tensor, target: Tensor, info: dict[str, Any]) -> str:
    """The whole split in one picture, and the name of its file."""
    predicted = probabilities.argmax(dim=1)
    draw_confusion(folder / "confusion.png", predicted, target, info["classes"])
    return "confusion"


def draw_confusion(path: Path, predicted: Tensor, target: Tensor, classes: list[str]) -> None:
    """Shares of each class, a row, that were predicted as each, a column."""
    counts = torch.zeros(len(classes), len(classes))
    counts.index_put_((target, predicted), torch.ones(len(target)), accumulate=True)
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    figure, axes = pyplot.subplots(figsize=(size := 3 + 0.35 * min(len(classes), LABELLED), size))
    axes.imshow(shares.numpy(), vmin=0, vmax=1, cmap="Blues")
    axes.set(xlabel="predicted", ylabel="class")
    if len(classes) <= LABELLED:
        axes.set_xticks(range(len(classes)), classes, rotation=90)
        axes.set_yticks(range(len(classes)), classes)
        for row, column in counts.nonzero().tolist():
            colour = "white" if shares[row, column] > 0.5 else "black"
            text = f"{int(counts[row, column])}"
            axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
    save(figure, path)
