"""What a report shows of tagged words: each kind in numbers, and the texts to look at.

Shapes: T tokens of a text, K tags.
"""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from torch import Tensor

from .show import save

HEADER = ["true tags", "predicted tags"]
SHOWN = 40  # kinds, beyond which the commonest are drawn


def score_example(probabilities: Tensor, target: Tensor) -> float:
    """A score of a text's ``(T, K)`` predictions, higher is better: that of its most wrong word."""
    known = target >= 0
    return probabilities[known].take_along_dim(target[known][:, None], dim=1).min().item()


def describe_example(
    probabilities: Tensor, target: Tensor, info: dict[str, Any]
) -> tuple[list[str], list[str]]:
    """True and predicted tags of the words of a text."""
    known = target >= 0
    numbers = target[known].tolist(), probabilities[known].argmax(dim=1).tolist()
    true, predicted = ([info["tags"][number] for number in tags] for tags in numbers)
    return true, predicted


def draw_overview(folder: Path, each: dict[str, dict[str, float]]) -> str:
    """Draws the whole split, of which ``compute_each`` told; returns the name of the picture."""
    commonest = sorted(each, key=lambda kind: -each[kind]["examples"])[:SHOWN]
    figure = Figure(figsize=(3 + 0.5 * len(commonest), 3.2))
    axes = figure.subplots()
    for number, name in enumerate(("precision", "recall", "f1")):
        places = [place + 0.27 * (number - 1) for place in range(len(commonest))]
        axes.bar(places, [each[kind][name] for kind in commonest], width=0.27, label=name)
    labels = [f"{kind} ({each[kind]['examples']:.0f})" for kind in commonest]
    axes.set_xticks(range(len(commonest)), labels, rotation=45, ha="right", fontsize=8)
    axes.set(ylim=(0, 1))
    axes.legend(loc="lower right", fontsize=7)
    save(figure, folder / "kinds.png")
    return "kinds"
