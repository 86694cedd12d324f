"""One graph whose nodes have a class each, as a batch, and what a model must know of it.

Shapes: V nodes, E edges, F features, C columns of categories. Features are float32; categories,
edges and classes int64.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import torch
from cyclopts import Parameter, validators
from sklearn.model_selection import train_test_split
from torch import Tensor
from torch.utils.data import DataLoader, Sampler

from .sources import DataError, Graph, read_graph

IGNORED = -100  # the target of nodes that belong to another split, or have no class

Batch = tuple[tuple[Tensor, ...], Tensor]


@dataclass
class DataSettings:
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Share of the nodes kept for test, and of the rest for validation; unless the data says."""
    path: Path | None = None
    """Folder with nodes.csv and edges.csv, or with Planetoid's files; none: the karate club."""
    directed: bool = False
    """Messages go from source to target only; else both ways."""
    categorical: list[str] = field(default_factory=list)
    """Columns of nodes.csv whose numbers are categories, such as codes; words always are."""


class Data(NamedTuple):
    """One batch ``((x, edges (2, E)), target (V,))`` for each split, and what a model must know.

    All have the whole graph; the target is -100 for the nodes that are not in the split.
    """

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: "GraphSampler"
    info: dict[str, Any]

    def find_constants(self) -> list[str]:
        """Features that tell nothing."""
        columns = {**self.graph.words, **{k: v.tolist() for k, v in self.graph.numbers.items()}}
        return [f"feature {name}" for name, cells in columns.items() if len({*cells}) == 1]

    graph: Graph
    """As it was read."""


class GraphSampler(Sampler[int]):
    """The one batch of every epoch."""

    start = 0

    def set_epoch(self, epoch: int, start: int = 0) -> None:
        """``start`` is the number of batches to leave out, in a training that is resumed."""
        self.start = start

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, 1))


def split_nodes(graph: Graph, held_out: float, seed: int) -> dict[str, list[int]]:
    """Nodes of each split: those that the data names, else a share of each class."""
    labelled = [node for node, label in enumerate(graph.labels) if label]
    if not labelled:
        what = "no node has a label: fill the column label"
        raise DataError(f"{graph.places[0]} and on: {what}")
    named: dict[str, list[int]] = {"train": [], "val": [], "test": []}
    for node, (place, split) in enumerate(zip(graph.places, graph.splits, strict=True)):
        if split and split not in named:
            raise DataError(f"{place}: the split is train, val, test or empty, not {split!r}")
        if split and not graph.labels[node]:
            raise DataError(f"{place} is in the split {split} without a label: give it one")
        if split:
            named[split].append(node)
    if not any(named.values()):
        draw = partial(train_test_split, test_size=held_out, random_state=seed)
        try:
            rest, test = draw(labelled, stratify=[graph.labels[node] for node in labelled])
            train, val = draw(rest, stratify=[graph.labels[node] for node in rest])
        except ValueError:
            label, count = Counter(graph.labels[node] for node in labelled).most_common()[-1]
            raise DataError(
                f"{graph.places[0]} and on: too few labelled nodes to hold out a share of each "
                f"class, {label!r} has {count}: add some, or change data.held_out"
            ) from None
        return {"train": train, "val": val, "test": test}
    for split, nodes in named.items():
        if not nodes:
            what = f"no node is in the split {split}: name some, or remove the column"
            raise DataError(f"{graph.places[0]} and on: {what}")
    return named


def describe(graph: Graph, train: list[int]) -> dict[str, Any]:
    """Classes and scale of the training nodes, and the categories of all: those are no secret."""
    classes = sorted({graph.labels[node] for node in train})
    if len(classes) < 2:
        what = f"{graph.places[train[0]]} and on: all training nodes have the label {classes[0]!r}"
        raise DataError(f"{what}: add another class")
    scale = {}
    for column, numbers in graph.numbers.items():
        std, mean = torch.std_mean(numbers[train], correction=0)
        # A column that never varies is only centred: to divide by its deviation gives infinities.
        scale[column] = (0.0, 1.0) if graph.scaled else (mean.item(), std.item() or 1.0)
    vocabulary = {column: sorted({*words} - {""}) for column, words in graph.words.items()}
    num_words = sum(len(words) for words in vocabulary.values())
    return {
        "classes": classes,
        "scale": scale,
        "vocabulary": vocabulary,
        "num_features": len(scale) + num_words if scale else 0,
        "num_categories": 0 if scale else num_words + 1,
    }


def encode(graph: Graph, info: dict[str, Any]) -> Tensor:
    """Categories ``(V, C)`` for the model to embed, or features ``(V, F)`` if there are numbers."""
    found, known = [{*graph.numbers, *graph.words}, {*info["scale"], *info["vocabulary"]}]
    if found != known:
        some = sorted(found ^ known)[0]
        raise DataError(
            f"the model was {'not ' if some in found else ''}trained with the feature {some!r}: "
            "give it the columns that it was trained with"
        )
    columns, first = [torch.empty(len(graph.names), 0, dtype=torch.int64)], 1
    for column, words in info["vocabulary"].items():
        ids = {word: first + number for number, word in enumerate(words)}
        # 0 is what training has not seen.
        columns.append(torch.tensor([[ids.get(word, 0)] for word in graph.words[column]]))
        first += len(words)
    categories = torch.cat(columns, dim=1)
    if not info["scale"]:
        return categories
    one_hot = torch.zeros(len(categories), first).scatter(1, categories, 1.0)[:, 1:]
    scaled = [(graph.numbers[name] - mean) / std for name, (mean, std) in info["scale"].items()]
    return torch.cat([torch.stack(scaled, dim=1).float(), one_hot], dim=1)


def load_data(
    settings: DataSettings,
    seed: int,
    info: dict[str, Any] | None = None,
    share: tuple[int, int] = (0, 1),
) -> Data:
    """Reads and splits the graph; given the ``info`` of a checkpoint, prepares it like that one.

    ``share`` is the rank of this process and the number of processes, of which there is one.
    """
    if share[1] > 1:
        raise DataError(
            f"the graph is one batch, which {share[1]} processes cannot share: "
            "train without torchrun, or with one process"
        )
    if info:
        graph = read_graph(settings.path, info["directed"], [*info["vocabulary"]])
    else:
        for column in {"id", "label", "split"} & {*settings.categorical}:
            raise DataError(f"data.categorical: the column {column} is no feature: leave it out")
        graph = read_graph(settings.path, settings.directed, settings.categorical)
    splits = split_nodes(graph, settings.held_out, seed)
    info = info or {"directed": settings.directed, **describe(graph, splits["train"])}

    inputs = (encode(graph, info), graph.edges)
    batches: dict[str, Any] = {}
    for split, nodes in splits.items():
        target = torch.full((len(graph.names),), IGNORED)
        for node in nodes:
            place, label = graph.places[node], graph.labels[node]
            if label not in info["classes"]:
                raise DataError(f"{place}: no training node has the label {label!r}: mend one")
            target[node] = info["classes"].index(label)
        batches[split] = [(inputs, target)]
    sampler = GraphSampler()
    loader = partial(
        DataLoader,
        batch_size=None,  # the graph is the batch
        pin_memory=torch.accelerator.is_available(),
        generator=torch.Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    return Data(
        train=loader(batches["train"], sampler=sampler),
        validation=loader(batches["val"]),
        test=loader(batches["test"]),
        sampler=sampler,
        info=info,
        graph=graph,
    )


def read_inputs(
    files: list[Path], info: dict[str, Any]
) -> Iterator[tuple[list[str], tuple[Tensor, ...]]]:
    """The graph in each folder, which needs no labels, and what its nodes are called.

    ``-`` reads names of folders.
    """
    for folder in chain.from_iterable(map(find_folders, files)):
        graph = read_graph(folder, info["directed"], [*info["vocabulary"]])
        yield [f"{folder}:{name}" for name in graph.names], (encode(graph, info), graph.edges)


def find_folders(path: Path) -> Iterator[Path]:
    """The folder, or those in it that hold a graph each."""
    if path == Path("-"):
        yield from (Path(line.rstrip("\n")) for line in sys.stdin if line.strip())
    elif found := sorted(path.glob("*/nodes.csv")):
        yield from (file.parent for file in found)
    else:
        yield path


class Inspected(NamedTuple):
    """An example as `show data` and reports tell of it."""

    name: str
    label: str
    text: str
    sizes: dict[str, float]
    content: bytes  # the same for examples that are the same
    fault: str  # empty if nothing looks wrong


def inspect_examples(data: Data) -> Iterator[tuple[str, Iterator[Inspected]]]:
    """The nodes of each split and those of none, in the order of the graph."""
    graph = data.graph
    edges = graph.edges[1].bincount(minlength=len(graph.names)).tolist()
    features = {name: cells for name, cells in graph.words.items() if name != "id"}
    if not graph.scaled:
        features |= {name: [f"{n:g}" for n in cells] for name, cells in graph.numbers.items()}

    def inspect_node(node: int) -> Inspected:
        cells = [f"{name} {column[node]}" for name, column in features.items()]
        return Inspected(
            graph.places[node],
            graph.labels[node] or "(none)",
            ", ".join([*cells, f"edges {edges[node]}"]),
            {"edges": edges[node]},
            b"",  # nodes with equal features still differ by their place in the graph
            "" if edges[node] else "without an edge",
        )

    unused = {*range(len(graph.names))}
    for split in ("train", "validation", "test"):
        ((_, target),) = getattr(data, split).dataset
        nodes = (target != IGNORED).nonzero().flatten().tolist()
        unused -= {*nodes}
        yield split, map(inspect_node, nodes)
    if unused:
        yield "unused", map(inspect_node, sorted(unused))
