"""Made-up inputs of this project: a graph of paths, of each of which two nodes are a pair."""

from inspect import signature
from pathlib import Path
from typing import Any, get_type_hints

import torch
from torch import Generator, Tensor

from package.encoder import build_encoder

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
FORMS = {name: {**form, "directed": False} for name, form in FORMS.items()}
FORMS["directed"] = {**FORMS["small"], "directed": True}
SMALL_MODEL = {"width": 16, "depth": 2, "embedding": 12}  # what the model has of these
SHORT_DATA = {"directed": False, "categorical": [], "validation": 0.1, "test": 0.1}
SHORT_DATA |= {"batch_size": 7, "supervised": 0.2}
# jinja: if not encodings
SHORT_DATA["neighbours"] = [3, 2]
# jinja: endif
SHORT_EPOCHS = 2


def describe(form: str) -> dict[str, Any]:
    return {**FORMS[form]}


def make_nodes(info: dict[str, Any], count: int, seed: int) -> Tensor:
    generator = Generator().manual_seed(seed)
    if info["num_categories"]:
        return torch.randint(1, info["num_categories"], (count, 2), generator=generator)
    return torch.randn(count, info["num_features"], generator=generator)


# A model of your own need not take features of edges: the data then has none, and no test asks.
encoder = get_type_hints(build_encoder)["return"]
TAKES_FEATURES = "edge_attr" in signature(encoder.forward).parameters
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
    """A number is a path of three to five nodes, and the pair that it asks for is its two ends."""
    nodes, edges, pairs, edge_attr, first = [], [], [], [], 0
    for number in numbers:
        length = 3 + number % 3
        nodes.append(make_nodes(info, length, number))
        for node in range(first, first + length - 1):
            edges += [(node, node + 1), (node + 1, node)]
        features = make_features(info, length - 1, number)
        edge_attr.append([each.repeat_interleave(2, 0) for each in features])
        pairs.append((first, first + length - 1))
        first += length
    features = map(torch.cat, zip(*edge_attr, strict=True))
    x, edge_index = torch.cat(nodes), torch.tensor(edges).T
    # jinja: if encodings
    from package.engine.features import encode_walks

    inputs = (x, edge_index, torch.tensor(pairs).T, encode_walks(edge_index, len(x)), *features)
    # jinja: else
    inputs = (x, edge_index, torch.tensor(pairs).T, *features)
    # jinja: endif
    return inputs, targets


def write_examples(folder: Path, labels: list[str], seed: int) -> Path:
    """Two rings of nodes, each joined to the next two, as data.path takes it."""
    generator = Generator().manual_seed(seed)
    nodes = ["id,a,b"]
    edges = ["source,target,length,kind" if TAKES_FEATURES else "source,target"]
    for number in range(len(labels)):
        a, b = torch.randn(2, generator=generator).tolist()
        nodes.append(f"{number},{a},{b}")
        features = f",{number % 5 + 1},k{number % 2}" if TAKES_FEATURES else ""
        edges += [f"{number},{(number + step) % len(labels)}{features}" for step in (2, 4)]
    (folder / "nodes.csv").write_text("\n".join(nodes))
    (folder / "edges.csv").write_text("\n".join(edges))
    return folder


def check(found: Any, given: Any, info: dict[str, Any]) -> None:
    """That a batch is still one when it has been augmented."""
    ((x, edge_index, pairs, *more), target), (given_inputs, given_target) = found, given
    assert torch.equal(pairs, given_inputs[2]), "what is to be predicted is another"
    assert torch.equal(target, given_target)
    assert len(x) == len(given_inputs[0]), "a node of a pair may be lost"
    if info["num_edge_features"]:
        assert len(more[-1]) == edge_index.size(1), "edges without what is told of them"
    assert x.isfinite().all()
    edges, before = ({*map(tuple, e.T.tolist())} for e in (edge_index, given_inputs[1]))
    assert edges <= before, "a message along an edge that is not there"


def write_inputs(folder: Path) -> list[Path]:
    """Folders that `predict` takes."""
    folders = [folder / f"graph {number}" for number in range(2)]
    for number, each in enumerate(folders):
        each.mkdir()
        (each / "nodes.csv").write_text(f"id,a,b\n{number},0.5,{number}\nother,1.5,0\n")
        (each / "edges.csv").write_text("source,target\n")
        (each / "pairs.csv").write_text(f"source,target\n{number},other\n")
    return folders
