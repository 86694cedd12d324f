"""One graph, of whose edges some are known to the model and some are to be predicted.

Shapes: E edges, P pairs. Features of nodes are float32; categories, edges and pairs int64.
"""

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import torch
from cyclopts import Parameter, validators
from torch import Generator, Tensor
from torch.utils.data import DataLoader, Dataset

from .engine import links
from .engine.graph import ENDS, Graph, read_columns
from .engine.labels import DataError, collected, tell
from .engine.links import Links
from .engine.nodes import describe, see
from .engine.ranges import Count, Natural
from .engine.sampling import EpochSampler, batches_in_order
from .sources import SourceSettings, read_ends, read_graph
from .targets import encode_pairs

SEED = 2**31  # so that other pairs are not drawn as the order of the edges is
Batch = tuple[tuple[Tensor, ...], Tensor]
Share = Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]


@dataclass(kw_only=True)
class DataSettings(SourceSettings):
    # jinja: if not encodings
    neighbours: list[Count] | None = None
    """How many neighbours are drawn for each node of a pair, for each of these, and so on: a number
    for each layer of the model. None: each batch has the whole graph."""
    # jinja: endif
    batch_size: Annotated[Count, Parameter(alias="--batch-size")]
    """Training edges that a step predicts, at most, with as many other pairs; pairs at a time in
    evaluation."""
    validation: Share
    """Fraction of the edges that are held out for validation, if the data has no splits."""
    test: Share
    """Fraction of the edges that are held out for test."""
    supervised: Share
    """Largest fraction of the training edges that a step predicts: they carry none of its
    messages."""
    split_seed: Natural = 0
    """Decides which edges are held out, and beside which other pairs; ``training.seed`` does
    not."""


class TrainingPairs(Dataset[Batch]):
    """Edges to predict, each batch with as many other pairs, and without messages along its own."""

    def __init__(
        self, graph: Any, own: Links, draw: partial[Tensor], sampler: EpochSampler
    ) -> None:
        self.graph, self.own, self.draw, self.sampler = graph, own, draw, sampler
        self.pairs, self.target = own.ends, encode_pairs(len(own.joined), 0)
        self.others, self.drawn_in = torch.empty(2, 0, dtype=torch.int64), -1

    def __len__(self) -> int:
        return len(self.target)

    def __getitems__(self, numbers: list[int]) -> list[Batch]:
        epoch = self.sampler.epoch
        if self.drawn_in != epoch:
            generator = Generator().manual_seed(SEED + 10_007 * self.sampler.seed + epoch)
            self.others, self.drawn_in = self.draw(len(self), generator=generator), epoch
        number = torch.tensor(numbers)
        hidden = self.own.joined[number]
        # jinja: if distributed
        number = self.sampler.share(number)  # what other ranks predict is no message here either
        # jinja: endif
        others = self.others[:, number[number < self.others.size(1)]]  # of all edges, or fewer
        pairs = torch.cat([self.pairs[:, number], others], dim=1)
        key = 10_007 * self.sampler.seed + epoch
        inputs = self.graph.around(pairs, key, "val", hidden)  # as validation is told, but these
        return [(inputs, encode_pairs(len(number), others.size(1)))]


class HeldOutPairs(Dataset[Batch]):
    """Edges of a split and other pairs, always the same, beside the edges that are known then."""

    def __init__(self, graph: Any, split: str, pairs: Tensor, target: Tensor) -> None:
        self.graph, self.split = graph, split
        self.pairs, self.target = pairs, target

    def __len__(self) -> int:
        return len(self.target)

    def __getitems__(self, numbers: list[int]) -> list[Batch]:
        inputs = self.graph.around(self.pairs[:, numbers], 0, self.split)
        return [(inputs, self.target[numbers])]


class Data(NamedTuple):
    """Batches ``((x, edges, pairs, ...), target (P,))`` of each split, and what a model must know.

    The edges are the messages, and no pair of its batch or of a later split is among them.
    """

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: EpochSampler
    info: dict[str, Any]
    graph: Graph
    """As it was read."""

    def find_constants(self) -> list[str]:
        """Features that are always the same, and nodes of which nothing could be learned."""
        degrees = self.graph.edges.flatten().bincount(minlength=len(self.graph.names))
        alone = [self.graph.names[node] for node in (degrees == 0).nonzero().flatten().tolist()]
        some = f"nodes without an edge ({len(alone)}): {', '.join(alone[:3])}"
        return [*self.graph.find_constants(), *([some] if alone else [])]


def find_splits(graph: Graph, joined: Tensor, settings: DataSettings) -> Tensor:
    """The split of each edge ``(E,)``: that which the data names, else drawn."""
    if graph.edge_splits is None:
        fractions = (settings.validation, settings.test)
        return links.draw_splits(joined, fractions, settings.split_seed)
    for number, split in enumerate(links.SPLITS):
        if not (graph.edge_splits == number).any():
            what = f"{settings.path}/edges.csv: no edge is in the split {split}"
            raise DataError(f"{what}: name some, or remove the column")
    return graph.edge_splits


def read_all(settings: SourceSettings, info: dict[str, Any] | None) -> Graph:
    """The graph; edges and categories as the ``info`` of a checkpoint remembers them."""
    if settings.path is not None:
        if info:
            remembered = {key: info[key] for key in ("directed", "categorical")}
            settings = replace(settings, **remembered)
        graph = read_graph(settings, read_label=None)
        if any(graph.splits):
            tell("the splits of nodes are not used: a column split in edges.csv divides the links")
        return graph
    from .sample import read_sample

    return read_sample()


def load_data(
    settings: DataSettings, seed: int, info: dict[str, Any] | None = None, relabel: bool = False
) -> Data:
    """Reads the graph and splits its edges; given the ``info`` of a checkpoint, prepares it so.

    With ``relabel`` too: a pair has an edge or none, whatever the data.
    """
    graph = read_all(settings, info)
    num_nodes = len(graph.names)
    directed = info["directed"] if info else settings.directed
    joined = links.join_directions(graph.edges, num_nodes)
    split = find_splits(graph, joined, settings)
    if info is None:
        # jinja: if edges
        info = describe(graph, in_training=split == links.SPLITS.index("train"))
        # jinja: else
        info = describe(graph)
        # jinja: endif
        info |= {"directed": directed, "columns": [*settings.columns]}

    # jinja: if not encodings
    info = info | {"neighbours": settings.neighbours, "batch_size": settings.batch_size}
    # jinja: endif
    own = links.find_links(graph.edges, split, joined, directed)
    others = links.draw_held_out(own, num_nodes, directed, settings.split_seed)
    used = torch.cat([own.ends, *others.values()], dim=1)
    draw = partial(
        links.draw_pairs,
        num_nodes=num_nodes,
        # Not those of evaluation either: a model would know them from their having been drawn.
        taken=links.number_pairs(used, num_nodes, directed),
        directed=directed,
    )
    train = own.choose("train")
    steps = max(-(-len(train.joined) // settings.batch_size), math.ceil(1 / settings.supervised))
    sampler = EpochSampler(len(train.joined), -(-len(train.joined) // steps), seed)
    known = {}
    for name in ("val", "test"):
        later = own.joined[own.split >= links.SPLITS.index(name)]
        known[name] = links.find_others(joined, later)
    seen, _ = see(graph, info, joined, known)
    loader = partial(
        DataLoader,
        collate_fn=itemgetter(0),  # a batch is made as a whole
        pin_memory=torch.accelerator.is_available(),
        generator=Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    held_out = {}
    for name in ("val", "test"):
        ends = own.choose(name).ends
        pairs = torch.cat([ends, others[name]], dim=1)
        target = encode_pairs(ends.size(1), others[name].size(1))
        scored = HeldOutPairs(seen, name, pairs, target)
        order = batches_in_order(len(scored), settings.batch_size)
        held_out[name] = loader(scored, batch_sampler=order)
    return Data(
        train=loader(TrainingPairs(seen, train, draw, sampler), batch_sampler=sampler),
        validation=held_out["val"],
        test=held_out["test"],
        sampler=sampler,
        info=info,
        graph=graph,
    )


def read_inputs(
    files: Sequence[Path | None],
    info: dict[str, Any],
    faults: list[DataError] | None = None,
    node: str | None = None,
) -> Iterator[tuple[list[dict[str, str]], tuple[Tensor, ...]]]:
    """Pairs of the graph in each folder: those in its pairs.csv, with their columns.

    Or those of a node and each that it has no edge to. ``-`` reads names of folders; none is the
    sample.
    """
    for folder in chain.from_iterable(map(find_folders, files)):
        settings = SourceSettings(path=folder, columns=info["columns"])
        with collected(faults):
            graph = read_all(settings, info)
            find = read_pairs if node is None else partial(propose_pairs, node=node)
            rows, pairs = find(graph, folder)
            joined = links.join_directions(graph.edges, len(graph.names))
            known = {"test": torch.ones_like(joined, dtype=torch.bool)}
            seen, size = see(graph, info, joined, known)
            for first in range(0, len(rows), size):
                part = slice(first, first + size)
                yield rows[part], seen.around(pairs[:, part], key=0, split="test")


def read_pairs(graph: Graph, folder: Path | None) -> tuple[list[dict[str, str]], Tensor]:
    """The pairs ``(2, P)`` in the folder's pairs.csv, and their rows."""
    path = (folder or Path()) / "pairs.csv"
    if not path.is_file():
        what = f"{path} is missing: name pairs there, by source and target"
        raise DataError(f"{what}, or let --node have the best new ones of a node")
    table = read_columns(path, ENDS)
    columns = {"name": table.places, **table.columns}
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return rows, read_ends(table, {name: number for number, name in enumerate(graph.names)})


def propose_pairs(
    graph: Graph, folder: Path | None, node: str
) -> tuple[list[dict[str, str]], Tensor]:
    """The node with each other ``(2, P)`` that it has no edge to."""
    if node not in graph.names:
        raise DataError(f"{folder or 'the sample'} has no node {node!r}: name one that it has")
    source = graph.names.index(node)
    is_new = torch.ones(len(graph.names), dtype=torch.bool)
    is_new[graph.edges[1, graph.edges[0] == source]] = False
    is_new[source] = False
    targets = is_new.nonzero().flatten()
    ends = [(node, graph.names[target]) for target in targets.tolist()]
    rows = [{"name": f"{folder or 'sample'}:{s}-{t}", "source": s, "target": t} for s, t in ends]
    return rows, torch.stack([torch.full_like(targets, source), targets])


def find_folders(path: Path | None) -> Iterator[Path | None]:
    """The folder, or those in it that hold a graph each."""
    if path == Path("-"):
        yield from (Path(line.rstrip("\n")) for line in sys.stdin if line.strip())
    elif path and (found := sorted(path.glob("*/edges.csv"))):
        yield from (file.parent for file in found)
    else:
        yield path
