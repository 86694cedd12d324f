"""What a report shows of predicted labels: each label in numbers, and the examples to look at.

Shapes: N examples, K labels.
"""

from pathlib import Path
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from .show import save

HEADER = ["true labels", "predicted labels", "most wrong", "probability"]
SHOWN = 40  # labels, beyond which the commonest are drawn


def score_examples(probabilities: Tensor, target: Tensor) -> Tensor:
    """A score for each of ``(N, K)`` predictions, higher is better: the mean of what is right."""
    right = torch.where(target == 1, probabilities, 1 - probabilities)
    # Where nothing is known the example is neither good nor bad.
    return right.where(target.isfinite(), float("nan")).nanmean(dim=1).nan_to_num(0.5)


def describe_example(
    probabilities: Tensor, target: Tensor, info: dict[str, Any]
) -> tuple[list[str], str]:
    """One example's cells below ``HEADER``, and the title of its picture."""
    names = info["labels"]
    is_predicted = (probabilities >= info["threshold"]).tolist()
    present = [
        f"{name}?" if value != value else name  # nobody knows
        for name, value in zip(names, target.tolist(), strict=True)
        if value != 0
    ]
    found = [name for name, is_found in zip(names, is_predicted, strict=True) if is_found]
    true, predicted = ("; ".join(labels) or "(none)" for labels in (present, found))
    worst = int((probabilities - target).abs().nan_to_num(-1).argmax())
    title = f"true {true}\npredicted {predicted}"
    return [true, predicted, names[worst], f"{probabilities[worst]:.3f}"], title


def draw_overview(folder: Path, probabilities: Tensor, target: Tensor, info: dict[str, Any]) -> str:
    """Draws the whole split; returns the name of the picture."""
    precision, recall, counts = measure_labels(probabilities, target, info["threshold"])
    order = counts.argsort(descending=True, stable=True)[:SHOWN].tolist()
    names = [f"{info['labels'][label]} ({int(counts[label])})" for label in order]
    figure = Figure(figsize=(7, 1.2 + 0.3 * len(order)))
    axes = figure.subplots()
    places = torch.arange(len(order))
    for values, name, shift in ((precision, "precision", -0.2), (recall, "recall", 0.2)):
        axes.barh(places + shift, values[order].nan_to_num().numpy(), height=0.4, label=name)
    axes.set_yticks(places.tolist(), names)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel=f"of labels predicted at {info['threshold']:g}, and their number")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    save(figure, folder / "labels.png")
    return "labels"


def measure_labels(
    probabilities: Tensor, target: Tensor, threshold: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Precision, recall and number of examples of each label ``(K,)``, of what is known."""
    present, known = target == 1, target.isfinite()
    predicted = (probabilities >= threshold) & known
    hits = (predicted & present).sum(dim=0)
    return hits / predicted.sum(dim=0), hits / present.sum(dim=0), present.sum(dim=0)
