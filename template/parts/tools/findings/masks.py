"""What a report says of the validation split, with the worst and the best masks."""

from pathlib import Path

import torch
from torch import Tensor, nn

from ..data import Data
from ..engine.device import to_device
from ..metrics import Metrics
from ..objective import Objective
from .charts import HEADER, describe_example, draw_overview, draw_panels, score_examples
from .examples import describe_examples
from .results import describe_each
from .show import make_grid, save
from .tables import make_table

SHOWN = 6  # best and worst predictions


def describe_validation(
    folder: Path, data: Data, model: nn.Module, objective: Objective
) -> list[str]:
    """Sections of a report, whose pictures are drawn into the folder."""
    metrics, scores = measure_validation(data, model, objective)
    overview = draw_overview(folder, metrics.compute_each(), objective.info)
    return [
        f"\nThe validation split, {len(scores)} examples:\n\n![{overview}]({overview}.png)",
        *("\n```", *describe_each(metrics.compute_each()), "```"),
        *write_examples(folder, data, scores, model, objective),
    ]


@torch.inference_mode()
def measure_validation(
    data: Data, model: nn.Module, objective: Objective
) -> tuple[Metrics, Tensor]:
    """Metrics of the split, and the score of each example: predictions are not kept."""
    metrics, scores, device = Metrics(objective.info), [], next(model.parameters()).device
    for batch in data.validation:
        inputs, target = to_device(batch, device)
        predictions, target = objective.predict(model(*inputs)).cpu(), target.cpu()
        metrics.update(predictions, target)
        scores.append(score_examples(predictions, target))
    return metrics, torch.cat(scores)


@torch.inference_mode()
def write_examples(
    folder: Path, data: Data, scores: Tensor, model: nn.Module, objective: Objective
) -> list[str]:
    """Draws the worst and the best predictions, and returns their sections of the report."""
    examples = list(dict(describe_examples(data))["validation"])
    worst_first, loader, sections = scores.argsort().tolist(), data.validation, []
    device = next(model.parameters()).device
    for kind, order in (("worst", worst_first), ("best", worst_first[::-1])):
        rows, numbers = [], order[:SHOWN]
        figure, grid = make_grid(3 * len(numbers))
        for number, three in zip(numbers, grid.reshape(-1, 3), strict=False):
            batch = to_device(loader.collate_fn([loader.dataset[number]]), device)
            (prediction,), (target,) = objective.predict(model(*batch[0])).cpu(), batch[1].cpu()
            cells, title = describe_example(prediction, target, objective.info)
            rows.append([examples[number].name, examples[number].text, *cells])
            titles = (examples[number].name, "true", title)
            draw_panels(three, titles, loader, number, prediction, objective.info)
        save(figure, folder / f"{kind}.png")
        table = make_table(["example", "", *HEADER], rows)
        sections += [f"\n## The {kind} predictions\n", *table, f"\n![{kind}]({kind}.png)"]
    return sections
