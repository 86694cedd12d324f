"""Made-up inputs of this project: paths of two to four nodes."""

from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor

# jinja: if encodings
from package.data import collate
from package.engine.features import encode_walks

# jinja: else
from package.data import collate

# jinja: endif
# Numbers of features and of categories: both are tried with the model, "small" with the rest.
FORMS = {"small": (13, 0), "categories": (0, 9)}
SMALL_MODEL = {"width": 16, "depth": 2}  # what the model has of these
SHORT_DATA = {"batch_size": 7, "held_out": 0.2}
SHORT_EPOCHS = 2


def describe(form: str) -> dict[str, Any]:
    num_features, num_categories = FORMS[form]
    return {"num_features": num_features, "num_categories": num_categories, "mean_num_nodes": 3.0}


def make_nodes(info: dict[str, Any], count: int, seed: int) -> Tensor:
    generator = Generator().manual_seed(seed)
    if info["num_categories"]:
        return torch.randint(1, info["num_categories"], (count, 2), generator=generator)
    return torch.randn(count, info["num_features"], generator=generator)


def make_batch(
    info: dict[str, Any], numbers: list[int], targets: Tensor
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Each number is a sample."""
    examples = []
    for number, target in zip(numbers, targets, strict=True):
        steps = torch.arange(1 + number % 3)
        there = torch.stack([steps, steps + 1])
        edge_index = torch.cat([there, there.flip(0)], dim=1)
        x = make_nodes(info, len(steps) + 1, number)
        # jinja: if encodings
        examples.append((x, edge_index, encode_walks(edge_index, len(x)), target))
        # jinja: else
        examples.append((x, edge_index, target))
        # jinja: endif
    return collate(examples)


def change_others(inputs: tuple[Tensor, ...], one: int) -> tuple[Tensor, ...]:
    """The same batch with other samples around that one."""
    x, edge_index, graph, *rest = inputs
    return x.where(graph[:, None] == one, -x), edge_index, graph, *rest


def check(found: Any, given: Any, info: dict[str, Any]) -> None:
    """That a batch is still one when it has been augmented."""
    ((x, edge_index, graph, sizes, *_), target), (_, given_target) = found, given
    assert torch.equal(graph, torch.arange(len(sizes)).repeat_interleave(sizes)), "wrong sizes"
    assert len(x) == len(graph), "nodes are lost"
    assert x.isfinite().all()
    assert set(edge_index.flatten().tolist()) <= {*range(len(x))}, "edges of no node"
    assert torch.equal(*graph[edge_index]), "an edge joins two graphs"
    assert torch.equal(target.nan_to_num(), given_target.nan_to_num()), "graphs have other labels"


def write_examples(folder: Path, labels: list[str], seed: int) -> Path:
    """Paths with these labels, as data.path takes them; nothing of them is drawn."""
    owners: list[int] = []
    edges = []
    for graph in range(1, len(labels) + 1):
        first = len(owners) + 1
        owners += [graph] * (2 + graph % 4)
        for node in range(first, len(owners)):
            edges += [f"{node}, {node + 1}", f"{node + 1}, {node}"]
    # jinja: if target == "numbers"
    files = {"A": edges, "graph_indicator": map(str, owners), "graph_attributes": labels}
    # jinja: else
    files = {"A": edges, "graph_indicator": map(str, owners), "graph_labels": labels}
    # jinja: endif
    for name, lines in files.items():
        (folder / f"PATHS_{name}.txt").write_text("\n".join(lines))
    return folder


def write_inputs(folder: Path) -> list[Path]:
    """Folders that `predict` takes."""
    folders = [folder / f"graphs {number}" for number in range(2)]
    for each in folders:
        each.mkdir()
        (each / "PAIR_A.txt").write_text("1, 2\n2, 1\n")
        (each / "PAIR_graph_indicator.txt").write_text("1\n1\n")
    return folders
