"""What a report shows of predicted classes: the confusion matrix, and the examples to look at.

Shapes: N examples, K classes.
"""

from pathlib import Path
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from .show import save

HEADER = ["true class", "probability", "predicted class", "probability"]
LABELLED = 25  # classes, beyond which their names in the confusion matrix would overlap


def score_examples(probabilities: Tensor, target: Tensor) -> Tensor:
    """A score for each of ``(N, K)`` predictions, higher is better: that of the true class."""
    return probabilities[range(len(target)), target]


def describe_example(
    probabilities: Tensor, target: Tensor, info: dict[str, Any]
) -> tuple[list[str], str]:
    """One example's cells below ``HEADER``, and the title of its picture."""
    true, predicted = int(target), int(probabilities.argmax())
    true_cells = [info["classes"][true], f"{probabilities[true]:.3f}"]
    predicted_cells = [info["classes"][predicted], f"{probabilities[predicted]:.3f}"]
    title = f"true {': '.join(true_cells)}\npredicted {': '.join(predicted_cells)}"
    return [*true_cells, *predicted_cells], title


def draw_overview(folder: Path, probabilities: Tensor, target: Tensor, info: dict[str, Any]) -> str:
    """Draws the whole split; returns the name of the picture.

    Rows are true classes, columns predicted ones; colours are fractions of a row.
    """
    classes, predicted = info["classes"], probabilities.argmax(dim=1)
    counts = torch.zeros(len(classes), len(classes))
    counts.index_put_((target, predicted), torch.ones(len(target)), accumulate=True)
    fractions = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    size = 3 + 0.35 * min(len(classes), LABELLED)
    figure = Figure(figsize=(size, size))
    axes = figure.subplots()
    axes.imshow(fractions.numpy(), vmin=0, vmax=1, cmap="Blues")
    axes.set(xlabel="predicted class", ylabel="true class")
    if len(classes) <= LABELLED:
        axes.set_xticks(range(len(classes)), classes, rotation=90)
        axes.set_yticks(range(len(classes)), classes)
        for row, column in counts.nonzero().tolist():
            colour = "white" if fractions[row, column] > 0.5 else "black"
            text = f"{int(counts[row, column])}"
            axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
    save(figure, folder / "confusion.png")
    return "confusion"
