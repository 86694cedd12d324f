"""What a report shows of predicted numbers: their errors, and the examples to look at.

Shapes: N examples, K columns.
"""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from .show import save

HEADER = ["true", "predicted", "error"]
SHOWN = 6  # columns that are drawn


def score_examples(predictions: Tensor, target: Tensor) -> Tensor:
    """A score for each of ``(N, K)`` predictions, higher is better: minus its mean error.

    Errors are in standard deviations of their column, for units may differ.
    """
    known = target.isfinite()
    count = known.sum(dim=0).clamp(min=1)
    centred = (target - target.where(known, 0).sum(dim=0) / count).where(known, 0)
    deviation = (centred.square().sum(dim=0) / count).sqrt()
    errors = (predictions - target).abs() / deviation.where(deviation > 0, 1)
    return -errors.where(known, 0).sum(dim=1) / known.sum(dim=1)


def describe_example(
    predictions: Tensor, target: Tensor, info: dict[str, Any]
) -> tuple[list[str], str]:
    """One example's cells below ``HEADER``, and the title of its picture."""
    columns = info["target_columns"]
    cells = [describe(row, columns) for row in (target, predictions, predictions - target)]
    return cells, f"true {cells[0]}\npredicted {cells[1]}"


def describe(numbers: Tensor, columns: list[str]) -> str:
    """The numbers that are known, by column where there are several."""
    pairs = zip(columns, numbers.tolist(), strict=True)
    known = [(column, f"{number:.4g}") for column, number in pairs if number == number]
    if len(columns) > 1:
        return ", ".join(f"{column} {number}" for column, number in known)
    return known[0][1] if known else ""


def draw_overview(folder: Path, predictions: Tensor, target: Tensor, info: dict[str, Any]) -> str:
    """Draws the whole split; returns the name of the picture."""
    columns = info["target_columns"][:SHOWN]
    figure = Figure(figsize=(9, 4 * len(columns)), layout="constrained")
    rows = figure.subplots(len(columns), 2, squeeze=False)
    for number, (left, right) in enumerate(rows):
        known = target[:, number].isfinite()
        draw_column(left, right, predictions[known, number], target[known, number])
        left.set_title(columns[number])
    save(figure, folder / "numbers.png")
    return "numbers"


def draw_column(left: Axes, right: Axes, predictions: Tensor, target: Tensor) -> None:
    """Predicted against true numbers, and their differences: what is left in a model's errors."""
    style: dict[str, Any] = {"s": 8, "alpha": 0.5, "linewidths": 0, "rasterized": True}
    left.scatter(target.numpy(), predictions.numpy(), **style)
    if len(target):
        middle = target.mean().item()
        left.axline((middle, middle), slope=1, color="grey", linewidth=1)
    left.set(xlabel="true", ylabel="predicted")
    right.scatter(predictions.numpy(), (predictions - target).numpy(), **style)
    right.axhline(0, color="grey", linewidth=1)
    right.set(xlabel="predicted", ylabel="residual: predicted - true")
    for axes in (left, right):
        axes.locator_params(axis="x", nbins=5)  # for long numbers to stand side by side
