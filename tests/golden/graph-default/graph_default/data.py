"""One graph and the targets of its nodes, as a batch.

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
from torch.utils.data import DataLoader

from .engine.files import SPLIT_OF_NAME
from .engine.graph import Graph
from .engine.labels import DataError, Label, collected
from .engine.nodes import describe, make_inputs
from .engine.ranges import Natural
from .engine.sampling import EpochSampler
from .engine.splits import hold_out
from .sources import SourceSettings, read_graph
from .targets import describe_labels, encode_labels, group_labels, read_label

Batch = tuple[tuple[Tensor, ...], Tensor]


@dataclass(kw_only=True)
class DataSettings(SourceSettings):
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Fraction of the nodes held out for test, and of the rest for validation, if the data has no
    splits."""
    split_seed: Natural = 0
    """Decides which nodes these are; ``training.seed`` does not."""


class Data(NamedTuple):
    """One batch ``(inputs, target (V,))`` for each split, and what a model must know.

    All have the whole graph; nodes that are not in the split have no known target.
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

    inputs = make_inputs(graph, info)
    unknown = encode_labels([Label("", place="")], info)
    batches: dict[str, Any] = {}
    for split, nodes in splits.items():
        target = unknown.repeat_interleave(len(graph.names), dim=0)
        target[nodes] = encode_labels([graph.labels[node] for node in nodes], info)
        batches[split] = [(inputs, target)]
    sampler = EpochSampler()
    loader = partial(
        DataLoader,
        collate_fn=itemgetter(0),  # the graph is the batch
        pin_memory=torch.accelerator.is_available(),
        generator=torch.Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    return Data(
        train=loader(batches["train"], batch_sampler=sampler),
        validation=loader(batches["val"]),
        test=loader(batches["test"]),
        sampler=sampler,
        info=info,
        graph=graph,
    )


def read_inputs(
    files: list[Path], info: dict[str, Any], faults: list[DataError] | None = None
) -> Iterator[tuple[list[dict[str, str]], tuple[Tensor, ...]]]:
    """The graph in each folder, which needs no labels, and name and columns of its nodes.

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
            rows = [{"name": f"{folder}:{name}"} for name in graph.names]
            for column, cells in graph.columns.items():
                for row, cell in zip(rows, cells, strict=True):
                    row[column] = cell
            yield rows, make_inputs(graph, info)


def find_folders(path: Path) -> Iterator[Path]:
    """The folder, or those in it that hold a graph each."""
    if path == Path("-"):
        yield from (Path(line.rstrip("\n")) for line in sys.stdin if line.strip())
    elif found := sorted(path.glob("*/nodes.csv")):
        yield from (file.parent for file in found)
    else:
        yield path
