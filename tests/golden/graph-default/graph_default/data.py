"""One graph and the targets of its nodes, as batches.

Shapes: V nodes. Features are float32; categories and edges int64.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import torch
from cyclopts import Parameter, validators
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from .engine.files import SPLIT_OF_NAME
from .engine.graph import Graph
from .engine.labels import DataError, Label, collected
from .engine.nodes import describe, see
from .engine.ranges import Count, Natural
from .engine.sampling import EpochSampler, batches_in_order, chunk
from .engine.splits import hold_out
from .sources import SourceSettings, read_graph
from .targets import describe_labels, encode_labels, group_labels, read_label

Batch = tuple[tuple[Tensor, ...], Tensor]


@dataclass(kw_only=True)
class DataSettings(SourceSettings):
    neighbours: list[Count] | None = None
    """How many neighbours are drawn for each node of a batch, for each of these, and so on: a
    number for each layer of the model. None: the whole graph is the only batch."""
    batch_size: Annotated[Count, Parameter(alias="--batch-size")] = 1024
    """Nodes of the split in a batch, if neighbours are drawn; else it has all."""
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Fraction of the nodes held out for test, and of the rest for validation, if the data has no
    splits."""
    split_seed: Natural = 0
    """Decides which nodes these are; ``training.seed`` does not."""


class SplitNodes(Dataset[Batch]):
    """The nodes of a split; each batch has a known target for some, and around them the graph."""

    def __init__(
        self,
        graph: Any,
        nodes: list[int],
        target: Tensor,
        unknown: Tensor,
        sampler: EpochSampler | None = None,
    ) -> None:
        """Without a sampler, always the same is drawn."""
        self.graph, self.sampler = graph, sampler
        self.nodes, self.target, self.unknown = torch.tensor(nodes), target, unknown

    def __len__(self) -> int:
        return len(self.nodes)

    def __getitems__(self, numbers: list[int]) -> list[Batch]:
        key = 10_007 * self.sampler.seed + self.sampler.epoch if self.sampler else 0
        inputs, places = self.graph.around(self.nodes[numbers], key)
        target = self.unknown.repeat_interleave(len(inputs[0]), dim=0)
        target[places] = self.target[numbers]
        return [(inputs, target)]


class Data(NamedTuple):
    """Batches ``(inputs, target (V,))`` of each split, and what a model must know.

    V are the nodes of the batch, of which those have a known target that it is for.
    """

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: EpochSampler
    info: dict[str, Any]
    graph: Graph
    """As it was read."""

    def find_constants(self) -> list[str]:
        """Features that are always the same."""
        return self.graph.find_constants()


def split_nodes(graph: Graph, fraction: float, seed: int) -> dict[str, list[int]]:
    """Nodes of each split: those that the data names, else a fraction of each group of labels."""
    labelled = [node for node, label in enumerate(graph.labels) if label.text]
    place = f"{graph.labels[0].place} and on"
    if not labelled:
        raise DataError(f"{place}: no node has a label: fill the column label")
    named = find_named_splits(graph)
    if not any(named.values()):
        return draw_splits(graph.labels, labelled, fraction, seed)
    for split, nodes in named.items():
        if not nodes:
            what = f"no node is in the split {split}: name some, or remove the column"
            raise DataError(f"{place}: {what}")
    return named


def find_named_splits(graph: Graph) -> dict[str, list[int]]:
    """Nodes by the split that the data names for them."""
    named: dict[str, list[int]] = {"train": [], "val": [], "test": []}
    for node, (label, split) in enumerate(zip(graph.labels, graph.splits, strict=True)):
        if not split:
            continue
        if split not in SPLIT_OF_NAME:
            raise DataError(f"{label.place}: the split is train, val, test or empty, not {split!r}")
        if not label.text:
            raise DataError(f"{label.place} is in the split {split} without a label: give it one")
        named[SPLIT_OF_NAME[split]].append(node)
    return named


def draw_splits(
    labels: list[Label], labelled: list[int], fraction: float, seed: int
) -> dict[str, list[int]]:
    """A fraction of each group of labels for test, and of the rest for validation."""
    place = labels[0].place
    groups = group_labels([labels[node] for node in labelled])
    rest, test = hold_out(labelled, groups, fraction, seed, place)
    rest_groups = group_labels([labels[node] for node in rest])
    train, val = hold_out(rest, rest_groups, fraction, seed, place)
    return {"train": train, "val": val, "test": test}


def read_all(settings: DataSettings, info: dict[str, Any] | None) -> Graph:
    """The graph; edges and categories as the ``info`` of a checkpoint remembers them."""
    if info is None:
        wrong = sorted({*settings.columns, "split"} & {*settings.categorical})
        if wrong:
            raise DataError(f"data.categorical: the column {wrong[0]} is no feature: leave it out")
    if settings.path is not None:
        if info:
            remembered = {key: info[key] for key in ("directed", "categorical")}
            settings = replace(settings, **remembered)
        return read_graph(settings, read_label)
    from .sample import read_sample

    return read_sample(read_label)


def load_data(
    settings: DataSettings, seed: int, info: dict[str, Any] | None = None, relabel: bool = False
) -> Data:
    """Reads and splits the graph; given the ``info`` of a checkpoint, prepares it like that one.

    With ``relabel`` only the inputs: what belongs to targets comes from these training labels.
    """
    graph = read_all(settings, info)
    splits = split_nodes(graph, settings.held_out, settings.split_seed)
    if info is None or relabel:
        labels = [graph.labels[node] for node in splits["train"]]
        info = info or describe(graph, splits["train"]) | {"directed": settings.directed}
        info = info | describe_labels(labels) | {"columns": [*settings.columns]}

    info = info | {"neighbours": settings.neighbours, "batch_size": settings.batch_size}
    seen, size = see(graph, info)
    sampler = EpochSampler(len(splits["train"]), size, seed)
    unknown = encode_labels([Label("", place="")], info)
    datasets = {}
    for split, nodes in splits.items():
        target = encode_labels([graph.labels[node] for node in nodes], info)
        draws = sampler if split == "train" else None
        datasets[split] = SplitNodes(seen, nodes, target, unknown, draws)
    loader = partial(
        DataLoader,
        collate_fn=itemgetter(0),  # a batch is made as a whole
        pin_memory=torch.accelerator.is_available(),
        generator=torch.Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    return Data(
        train=loader(datasets["train"], batch_sampler=sampler),
        validation=loader(
            datasets["val"], batch_sampler=batches_in_order(len(splits["val"]), size)
        ),
        test=loader(datasets["test"], batch_sampler=batches_in_order(len(splits["test"]), size)),
        sampler=sampler,
        info=info,
        graph=graph,
    )


def read_inputs(
    files: list[Path], info: dict[str, Any], faults: list[DataError] | None = None
) -> Iterator[tuple[list[dict[str, str]], tuple[Tensor, ...]]]:
    """The graph in each folder, which needs no labels, or parts of it; name and columns of nodes.

    These come first in their part.

    ``-`` reads names of folders.
    """
    for folder in chain.from_iterable(map(find_folders, files)):
        settings = SourceSettings(
            path=folder,
            directed=info["directed"],
            categorical=info["categorical"],
            columns=info["columns"],
        )
        with collected(faults):
            graph = read_graph(settings, read_label=None)
            seen, size = see(graph, info)
            for nodes in chunk([*range(len(graph.names))], size):
                rows = []
                for node in nodes:
                    cells = {column: cells[node] for column, cells in graph.columns.items()}
                    rows.append({"name": f"{folder}:{graph.names[node]}", **cells})
                inputs, _ = seen.around(torch.tensor(nodes), key=0)
                yield rows, inputs


def find_folders(path: Path) -> Iterator[Path]:
    """The folder, or those in it that hold a graph each."""
    if path == Path("-"):
        yield from (Path(line.rstrip("\n")) for line in sys.stdin if line.strip())
    elif found := sorted(path.glob("*/nodes.csv")):
        yield from (file.parent for file in found)
    else:
        yield path
