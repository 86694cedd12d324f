"""Made-up inputs of this project: a graph of stars, whose centres are the samples."""

from inspect import signature
from pathlib import Path
from typing import Any, get_type_hints

import torch
from targets import UNKNOWN
from torch import Generator, Tensor

from graph_default.model import build_model

NUM_EDGE_FEATURES = 1  # a weight
# What data may have: all of it is tried with the model, "small" with the rest.
FORMS = {
    "small": {"num_features": 13, "num_categories": 0, "num_edge_features": 0},
    "categories": {"num_features": 0, "num_categories": 9, "num_edge_features": 0},
    "edges": {"num_features": 13, "num_categories": 0, "num_edge_features": NUM_EDGE_FEATURES},
}
SHORT_DATA = {"directed": False, "categorical": [], "neighbours": [1, 2], "batch_size": 7}
SHORT_EPOCHS = 3
SMALL_MODEL = {"width": 16, "depth": 2}  # what the model has of these


def describe(form: str) -> dict[str, Any]:
    return {**FORMS[form]}


def make_nodes(info: dict[str, Any], count: int, seed: int) -> Tensor:
    generator = Generator().manual_seed(seed)
    if info["num_categories"]:
        return torch.randint(1, info["num_categories"], (count, 2), generator=generator)
    return torch.randn(count, info["num_features"], generator=generator)


# A model of your own need not take features of edges: the data then has none, and no test asks.
TAKES_FEATURES = "edge_attr" in signature(get_type_hints(build_model)["return"].forward).parameters
if not TAKES_FEATURES:
    del FORMS["edges"]


def make_features(info: dict[str, Any], count: int, seed: int) -> list[Tensor]:
    """Of edges, if they have any; as weights they are positive."""
    generator = Generator().manual_seed(seed)
    features = torch.rand(count, info["num_edge_features"], generator=generator) + 0.5
    return [features] if info["num_edge_features"] else []


def make_batch(
    info: dict[str, Any], numbers: list[int], targets: Tensor
) -> tuple[tuple[Tensor, ...], Tensor]:
    """A number is a star whose centre has a target; its one to three leaves have none."""
    nodes, edges, edge_attr, target, centre = [], [], [], [], 0
    for number, own in zip(numbers, targets, strict=True):
        leaves = 1 + number % 3
        nodes.append(make_nodes(info, leaves + 1, number))
        for leaf in range(centre + 1, centre + 1 + leaves):
            edges += [(centre, leaf), (leaf, centre)]
        edge_attr.append([f.repeat_interleave(2, 0) for f in make_features(info, leaves, number)])
        target += [own.unsqueeze(0), *[UNKNOWN] * leaves]
        centre += leaves + 1
    features = map(torch.cat, zip(*edge_attr, strict=True))
    x, edge_index = torch.cat(nodes), torch.tensor(edges).T
    inputs = (x, edge_index, *features)
    return inputs, torch.cat(target)


def write_examples(folder: Path, labels: list[str], seed: int) -> Path:
    """A ring of nodes with these labels, as data.path takes it."""
    generator = Generator().manual_seed(seed)
    splits = ["train", "val", "test"]
    nodes = ["id,label,split,a,b"]
    edges = ["source,target,length,kind" if TAKES_FEATURES else "source,target"]
    for number, label in enumerate(labels):
        a, b = torch.randn(2, generator=generator).tolist()
        nodes.append(f"{number},{label},{splits[number // 3 % 3]},{a},{b}")
        features = f",{number % 5 + 1},k{number % 2}" if TAKES_FEATURES else ""
        edges.append(f"{number},{(number + 1) % len(labels)}{features}")
    (folder / "nodes.csv").write_text("\n".join(nodes))
    (folder / "edges.csv").write_text("\n".join(edges))
    return folder


def check(found: Any, given: Any, info: dict[str, Any]) -> None:
    """That a batch is still one when it has been augmented."""
    ((x, edge_index, *more), target), (given_inputs, _) = found, given
    assert len(x) == len(target), "nodes or targets are lost"
    for number, (before, after) in enumerate(zip(given_inputs[2:], more, strict=True), start=1):
        of_edges = info["num_edge_features"] and number == len(more)
        count = edge_index.size(1) if of_edges else len(x)
        assert len(after) == count, "nodes or edges without what is told of them"
        told = {*map(tuple, before.tolist()), (0.0,) * before.size(1)}  # or nothing is
        assert of_edges or {*map(tuple, after.tolist())} <= told, "what is told of nodes is another"
    assert x.isfinite().all()
    assert set(edge_index.flatten().tolist()) <= {*range(len(x))}, "edges of no node"


def write_inputs(folder: Path) -> list[Path]:
    """Folders that `predict` takes."""
    folders = [folder / f"graph {number}" for number in range(2)]
    for number, each in enumerate(folders):
        each.mkdir()
        (each / "nodes.csv").write_text(f"id,a,b\n{number},0.5,{number}\n")
        (each / "edges.csv").write_text("source,target\n")
    return folders
