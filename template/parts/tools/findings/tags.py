"""What a report says of the validation split, with the worst and the best texts."""

from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..data import Data
from ..engine.device import to_device
from ..metrics import Metrics
from ..objective import Objective
from ..train import evaluate
from .charts import HEADER, describe_example, draw_overview, score_example
from .examples import count_examples, mark_tags
from .results import describe_each
from .tables import make_table

SHOWN = 6  # best and worst predictions


def describe_validation(
    folder: Path, data: Data, model: nn.Module, objective: Objective
) -> list[str]:
    """Sections of a report, whose picture is drawn into the folder."""
    metrics = Metrics(objective.info)
    evaluate(model, objective, data.validation, metrics)
    overview = draw_overview(folder, metrics.compute_each())
    return [
        f"\nThe validation split, {count_examples(data.validation)} texts:\n",
        f"![{overview}]({overview}.png)",
        *("\n```", *describe_each(metrics.compute_each()), "```"),
        *write_examples(data, model, objective),
    ]


@torch.inference_mode()
def write_examples(data: Data, model: nn.Module, objective: Objective) -> list[str]:
    """The texts with the worst and the best predictions, as sections of the report."""
    dataset: Any = data.validation.dataset
    device, found = next(model.parameters()).device, []
    for batch in data.validation:
        inputs, target = to_device(batch, device)
        for each, tags in zip(objective.predict(model(*inputs)).cpu(), target.cpu(), strict=True):
            found.append((score_example(each, tags), describe_example(each, tags, objective.info)))
    begun = dict[int, int]()  # words of each text in the windows before
    rows = []
    for number, (score, (true, predicted)) in zip(dataset.row_of, found, strict=True):
        row, first = dataset.rows[number], begun.get(number, 0)
        begun[number] = first + len(true)
        words = row.words[first : begun[number]]
        rows.append((score, [row.label.place, mark_tags(words, true), mark_tags(words, predicted)]))
    rows.sort(key=lambda row: row[0])
    sections = []
    for kind, order in (("worst", rows), ("best", rows[::-1])):
        table = make_table(["example", *HEADER], [cells for _, cells in order[:SHOWN]])
        sections += [f"\n## The {kind} predictions\n", *table]
    return sections
