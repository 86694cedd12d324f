"""What a report shows of predicted edges: how edges and other pairs are told apart.

Shapes: N examples.
"""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from .show import save

HEADER = ["edge", "probability"]


def score_examples(probabilities: Tensor, target: Tensor) -> Tensor:
    """A score for each of ``(N,)`` predictions, higher is better: the probability of the truth."""
    return 1 - (probabilities - target).abs()


def describe_example(
    probability: Tensor, target: Tensor, info: dict[str, Any]
) -> tuple[list[str], str]:
    """One example's cells below ``HEADER``, and the title of its picture."""
    cells = ["yes" if target == 1 else "no", f"{probability:.3f}"]
    return cells, f"edge {cells[0]}\nprobability {cells[1]}"


def draw_overview(folder: Path, probabilities: Tensor, target: Tensor, info: dict[str, Any]) -> str:
    """Draws the whole split; returns the name of the picture.

    Left the probabilities of edges and of other pairs, right which share of both lies above each.
    """
    parts = {"edges": probabilities[target == 1], "other pairs": probabilities[target == 0]}
    figure = Figure(figsize=(8, 3.2))
    left, right = figure.subplots(1, 2, gridspec_kw={"wspace": 0.3})
    for name, part in parts.items():
        left.hist(part.numpy(), bins=np.linspace(0, 1, 21), alpha=0.6, label=name)
    left.set(xlabel="probability of an edge", ylabel="pairs")
    left.legend()
    thresholds = np.concatenate([[-1.0], np.sort(probabilities.numpy())])
    shares = [(part.numpy()[:, None] > thresholds).mean(axis=0) for part in parts.values()]
    right.plot(shares[1], shares[0])
    right.plot([0, 1], [0, 1], color="silver")
    right.set(xlabel="share of other pairs above", ylabel="share of edges above")
    save(figure, folder / "ranking.png")
    return "ranking"
