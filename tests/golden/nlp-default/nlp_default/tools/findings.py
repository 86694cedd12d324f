"""What a report says of the validation split, with the worst and the best predictions."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..data import Data
from ..engine.device import to_device
from ..metrics import Metrics
from ..objective import Objective
from .charts import HEADER, describe_example, draw_overview, score_examples
from .examples import describe_examples
from .pictures import draw_example
from .results import describe_each
from .show import make_grid, save
from .tables import make_table

SHOWN = 6  # best and worst predictions


def describe_validation(
    folder: Path, data: Data, model: nn.Module, objective: Objective
) -> list[str]:
    """Sections of a report, whose pictures are drawn into the folder."""
    predictions, target = predict_validation(data, model, objective)
    overview = draw_overview(folder, predictions, target, objective.info)
    metrics = Metrics(objective.info)
    metrics.update(predictions, target)
    return [
        f"\nThe validation split, {len(target)} examples:\n\n![{overview}]({overview}.png)",
        *("\n```", *describe_each(metrics.compute_each()), "```"),
        *write_examples(folder, data, predictions, target, objective.info),
    ]


@torch.inference_mode()
def predict_validation(data: Data, model: nn.Module, objective: Objective) -> tuple[Tensor, Tensor]:
    """Predictions ``(N, ...)`` and targets ``(N, ...)``, in the order of the split."""
    device = next(model.parameters()).device
    predictions, targets = [], []
    for batch in data.validation:
        inputs, target = to_device(batch, device)
        predictions.append(objective.predict(model(*inputs)).cpu())
        targets.append(target.cpu())
    return torch.cat(predictions), torch.cat(targets)


def write_examples(
    folder: Path, data: Data, predictions: Tensor, target: Tensor, info: dict[str, Any]
) -> list[str]:
    """Draws the worst and the best predictions, and returns their sections of the report."""
    examples = list(dict(describe_examples(data))["validation"])
    worst_first = score_examples(predictions, target).argsort().tolist()
    sections = []
    for kind, order in (("worst", worst_first), ("best", worst_first[::-1])):
        rows, numbers = [], order[:SHOWN]
        figure, grid = make_grid(len(numbers))
        for number, axes in zip(numbers, grid.flat, strict=False):
            cells, title = describe_example(predictions[number], target[number], info)
            rows.append([examples[number].name, examples[number].text, *cells])
            draw_example(axes, data.validation, number, info, change=None)
            axes.set_title(title, fontsize=8)
        save(figure, folder / f"{kind}.png")
        table = make_table(["example", "", *HEADER], rows)
        sections += [f"\n## The {kind} predictions\n", *table, f"\n![{kind}]({kind}.png)"]
    return sections
