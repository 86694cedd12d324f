"""Made-up inputs of this project: a graph of stars, whose centres are the samples."""

from pathlib import Path
from typing import Any

import torch
from targets import UNKNOWN
from torch import Generator, Tensor

# jinja: if encodings
from package.engine.features import encode_walks

# jinja: endif
# Numbers of features and of categories: both are tried with the model, "small" with the rest.
FORMS = {"small": (13, 0), "categories": (0, 9)}
SMALL_MODEL = {"width": 16, "depth": 2}  # what the model has of these
SHORT_DATA = {"directed": False, "categorical": []}
SHORT_EPOCHS = 8  # of one step each


def describe(form: str) -> dict[str, Any]:
    num_features, num_categories = FORMS[form]
    return {"num_features": num_features, "num_categories": num_categories}


def make_nodes(info: dict[str, Any], count: int, seed: int) -> Tensor:
    generator = Generator().manual_seed(seed)
    if info["num_categories"]:
        return torch.randint(1, info["num_categories"], (count, 2), generator=generator)
    return torch.randn(count, info["num_features"], generator=generator)


def make_batch(
    info: dict[str, Any], numbers: list[int], targets: Tensor
) -> tuple[tuple[Tensor, ...], Tensor]:
    """A number is a star whose centre has a target; its one to three leaves have none."""
    nodes, edges, target, centre = [], [], [], 0
    for number, own in zip(numbers, targets, strict=True):
        leaves = 1 + number % 3
        nodes.append(make_nodes(info, leaves + 1, number))
        for leaf in range(centre + 1, centre + 1 + leaves):
            edges += [(centre, leaf), (leaf, centre)]
        target += [own.unsqueeze(0), *[UNKNOWN] * leaves]
        centre += leaves + 1
    x, edge_index = torch.cat(nodes), torch.tensor(edges).T
    # jinja: if encodings
    inputs: tuple[Tensor, ...] = (x, edge_index, encode_walks(edge_index, len(x)))
    # jinja: else
    inputs = (x, edge_index)
    # jinja: endif
    return inputs, torch.cat(target)


def check(found: Any, given: Any, info: dict[str, Any]) -> None:
    """That a batch is still one when it has been augmented."""
    # jinja: if encodings
    (x, edge_index, walks), target = found
    assert len(walks) == len(x), "nodes without their walks"
    assert {*map(tuple, walks.tolist())} <= {*map(tuple, given[0][2].tolist())}, "other walks"
    # jinja: else
    (x, edge_index), target = found
    # jinja: endif
    assert len(x) == len(target), "nodes or targets are lost"
    assert x.isfinite().all()
    assert set(edge_index.flatten().tolist()) <= {*range(len(x))}, "edges of no node"


def write_examples(folder: Path, labels: list[str], seed: int) -> Path:
    """A ring of nodes with these labels, as data.path takes it."""
    generator = Generator().manual_seed(seed)
    splits = ["train", "val", "test"]
    nodes, edges = ["id,label,split,a,b"], ["source,target"]
    for number, label in enumerate(labels):
        a, b = torch.randn(2, generator=generator).tolist()
        nodes.append(f"{number},{label},{splits[number // 3 % 3]},{a},{b}")
        edges.append(f"{number},{(number + 1) % len(labels)}")
    (folder / "nodes.csv").write_text("\n".join(nodes))
    (folder / "edges.csv").write_text("\n".join(edges))
    return folder


def write_inputs(folder: Path) -> list[Path]:
    """Folders that `predict` takes."""
    folders = [folder / f"graph {number}" for number in range(2)]
    for number, each in enumerate(folders):
        each.mkdir()
        (each / "nodes.csv").write_text(f"id,a,b\n{number},0.5,{number}\n")
        (each / "edges.csv").write_text("source,target\n")
    return folders
