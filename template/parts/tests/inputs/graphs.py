"""Made-up inputs of this project: paths of two to four nodes."""

from inspect import signature
from pathlib import Path
from typing import Any, get_type_hints

import torch
from torch import Generator, Tensor

from package.data import collate
from package.model import build_model

# jinja: if edges == "weight"
NUM_EDGE_FEATURES = 1  # a weight
# jinja: else
NUM_EDGE_FEATURES = 4
# jinja: endif
# What data may have: all of it is tried with the model, "small" with the rest.
FORMS = {
    "small": {"num_features": 13, "num_categories": 0, "num_edge_features": 0},
    "categories": {"num_features": 0, "num_categories": 9, "num_edge_features": 0},
    "edges": {"num_features": 13, "num_categories": 0, "num_edge_features": NUM_EDGE_FEATURES},
}
SMALL_MODEL = {"width": 16, "depth": 2}  # what the model has of these
SHORT_DATA = {"batch_size": 7, "held_out": 0.2}
SHORT_EPOCHS = 2


def describe(form: str) -> dict[str, Any]:
    return {**FORMS[form], "mean_num_nodes": 3.0}


# A model of your own need not take features of edges: the data then has none, and no test asks.
TAKES_FEATURES = "edge_attr" in signature(get_type_hints(build_model)["return"].forward).parameters
if not TAKES_FEATURES:
    del FORMS["edges"]


def make_nodes(info: dict[str, Any], count: int, seed: int) -> Tensor:
    generator = Generator().manual_seed(seed)
    if info["num_categories"]:
        return torch.randint(1, info["num_categories"], (count, 2), generator=generator)
    return torch.randn(count, info["num_features"], generator=generator)


def make_features(info: dict[str, Any], count: int, seed: int) -> list[Tensor]:
    """Of edges, if they have any; as weights they are positive."""
    generator = Generator().manual_seed(seed)
    features = torch.rand(count, info["num_edge_features"], generator=generator) + 0.5
    return [features] if info["num_edge_features"] else []


def make_batch(
    info: dict[str, Any], numbers: list[int], targets: Tensor
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Each number is a sample."""
    examples = []
    for number, target in zip(numbers, targets, strict=True):
        steps = torch.arange(1 + number % 3)
        there = torch.stack([steps, steps + 1])
        edge_index = torch.cat([there, there.flip(0)], dim=1)
        edge_attr = [f.repeat(2, 1) for f in make_features(info, len(steps), number)]
        x = make_nodes(info, len(steps) + 1, number)
        # jinja: if encodings
        walks = torch.rand(len(x), 64, generator=Generator().manual_seed(number))
        examples.append((x, edge_index, walks, *edge_attr, target))
        # jinja: else
        examples.append((x, edge_index, *edge_attr, target))
        # jinja: endif
    return collate(examples)


def change_others(inputs: tuple[Tensor, ...], one: int) -> tuple[Tensor, ...]:
    """The same batch with other samples around that one."""
    x, edge_index, graph, *rest = inputs
    return x.where(graph[:, None] == one, -x), edge_index, graph, *rest


def check(found: Any, given: Any, info: dict[str, Any]) -> None:
    """That a batch is still one when it has been augmented."""
    ((x, edge_index, graph, sizes, *more), target), (given_inputs, given_target) = found, given
    assert torch.equal(graph, torch.arange(len(sizes)).repeat_interleave(sizes)), "wrong sizes"
    assert len(x) == len(graph), "nodes are lost"
    assert x.isfinite().all()
    for number, (before, after) in enumerate(zip(given_inputs[4:], more, strict=True), start=1):
        of_edges = info["num_edge_features"] and number == len(more)
        count = edge_index.size(1) if of_edges else len(x)
        assert len(after) == count, "nodes or edges without what is told of them"
        told = {*map(tuple, before.tolist()), (0.0,) * before.size(1)}  # or nothing is
        assert of_edges or {*map(tuple, after.tolist())} <= told, "what is told of nodes is another"
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
    if TAKES_FEATURES:
        files["edge_attributes"] = [f"{number // 2 % 5 + 1}" for number in range(len(edges))]
        files["edge_labels"] = [f"k{number // 2 % 2}" for number in range(len(edges))]
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
        if TAKES_FEATURES:
            (each / "PAIR_edge_attributes.txt").write_text("2\n2\n")
            (each / "PAIR_edge_labels.txt").write_text("k1\nk1\n")
    return folders
