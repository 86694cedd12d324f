"""Graphs and their targets, as batches, and what a model must know of them.

Shapes: G graphs in a batch, V nodes of all of them, E edges, F features, C columns of categories.
Features are float32; categories and edges int64.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, compress
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import torch
from cyclopts import Parameter, validators
from torch import Generator, Tensor
from torch.utils.data import DataLoader, Dataset

from .engine import features
from .engine.edges import EdgeTable
from .engine.folds import take_fold
from .engine.labels import DataError, Label, collected
from .engine.ranges import Count, Counts, Natural
from .engine.sampling import EpochSampler, batches_in_order
from .engine.splits import hold_out
from .sources import Graphs, SourceSettings, read_graphs
from .targets import describe_labels, encode_labels, group_labels, read_label

Example = tuple[Tensor, ...]  # nodes, edges, what more there is of them, target
Batch = tuple[tuple[Tensor, ...], Tensor]
SPLITS = ("train", "val", "test")


@dataclass(kw_only=True)
class DataSettings(SourceSettings):
    batch_size: Annotated[Count, Parameter(alias="--batch-size")]
    """Graphs in a training step."""
    # jinja: if target == "classes"
    balance: bool = False
    """Draw each class equally often in training, with graphs of rare ones several times."""
    # jinja: endif
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Fraction of the graphs held out for test, and of the rest for validation."""
    split_seed: Natural = 0
    """Decides which graphs these are; ``training.seed`` does not."""
    fold: Counts | None = None
    """Part of training and validation data that is for validation: 1 5 is the first of five."""


class Data(NamedTuple):
    """Batches ``(inputs, target)`` as ``collate`` makes them.

    A batch is one graph of parts that no edge connects; a model must know the ``info`` of them.
    """

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: EpochSampler
    """Orders the training graphs by seed and epoch (``set_epoch``), whatever was drawn before."""
    info: dict[str, Any]
    edge_table: EdgeTable
    """As it was read."""

    def find_constants(self) -> list[str]:
        """Features that are always the same."""
        datasets: list[Any] = [self.train.dataset, self.validation.dataset, self.test.dataset]
        x = torch.cat([nodes for dataset in datasets for nodes, *_ in dataset.examples])
        constant = [number for number, column in enumerate(x.T) if len(column.unique()) == 1]
        same = [f"the same for all nodes: column {n} of the features" for n in constant]
        return same + self.edge_table.find_constants()


class Examples(Dataset[Example]):
    def __init__(self, examples: list[Example], labels: list[Label]) -> None:
        self.examples, self.labels = examples, labels

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> Example:
        return self.examples[index]


def collate(examples: list[Example]) -> Batch:
    """Graphs side by side: x, edges ``(2, E)``, graph of each node ``(V,)``, sizes ``(G,)``, more.

    The nodes of each graph are counted on from those before it.
    """
    nodes, edges, *more, targets = zip(*examples, strict=True)
    sizes = torch.tensor([len(x) for x in nodes])
    first = sizes.cumsum(dim=0) - sizes
    moved = [edge_index + start for edge_index, start in zip(edges, first, strict=True)]
    graph_of_node = torch.repeat_interleave(sizes)
    inputs = (torch.cat(nodes), torch.cat(moved, dim=1), graph_of_node, sizes)
    return (*inputs, *map(torch.cat, more)), torch.stack(targets)


def describe(graphs: Graphs, train: list[int]) -> dict[str, Any]:
    """Scale, categories and size of the training graphs."""
    in_train = torch.zeros(len(graphs.sizes)).bool().index_fill(0, torch.tensor(train), True)
    trained = in_train.repeat_interleave(graphs.sizes)  # of each node
    numbers = graphs.numbers[trained]
    mean = numbers.nanmean(dim=0)
    if mean.isnan().any():
        column = int(mean.isnan().int().argmax()) + 1
        what = f"no training graph has a number in column {column} of the node attributes"
        raise DataError(f"{what}: fill in some, or remove the column")
    std = (numbers - mean).square().nanmean(dim=0).sqrt()
    known = numbers.isfinite()
    constant = ((numbers == numbers.nanmedian(dim=0).values) | ~known).all(dim=0)
    is_trained = trained.tolist()
    vocabulary = {name: sorted({*compress(w, is_trained)}) for name, w in graphs.words.items()}
    num_words = sum(len(words) for words in vocabulary.values())
    return {
        "vocabulary": vocabulary,
        "mean": mean.tolist(),
        # A constant column is only centred: division by its deviation would give infinities.
        "std": std.masked_fill(constant, 1).tolist(),
        "num_features": len(mean) + num_words if len(mean) else 0,
        "num_categories": 0 if len(mean) else num_words + 1,
        "columns": graphs.columns,
        "mean_num_nodes": graphs.sizes[train].double().mean().item(),
        **graphs.edge_table.describe(trained[graphs.edges[0]]),
    }


def encode(graphs: Graphs, info: dict[str, Any]) -> Tensor:
    """Categories ``(V, C)`` for the model to embed, or features ``(V, F)`` if there are numbers."""
    found = (sorted(graphs.words), graphs.numbers.size(1))
    known = (sorted(info["vocabulary"]), len(info["mean"]))
    if found != known:
        what = "node labels {} and {} node attributes"
        raise DataError(
            f"the model was trained with {what.format(*known)}, not with {what.format(*found)}: "
            "give it the same files"
        )
    mean, std = (torch.tensor(info[name], dtype=torch.float64) for name in ("mean", "std"))
    scaled, vocabulary = (graphs.numbers - mean) / std, info["vocabulary"]
    return features.encode_nodes(scaled, graphs.words, vocabulary, one_hot=len(mean) > 0)


def separate(graphs: Graphs, info: dict[str, Any]) -> list[tuple[Tensor, ...]]:
    """What there is of each graph: its nodes, counted from 0, its edges, and what comes of them."""
    nodes = torch.split(encode(graphs, info), graphs.sizes.tolist())
    graph_of_node = torch.repeat_interleave(graphs.sizes)
    graph_of_edge = graph_of_node[graphs.edges[0]]
    edges = graphs.edges - (graphs.sizes.cumsum(dim=0) - graphs.sizes)[graph_of_edge]
    order = graph_of_edge.argsort(stable=True)
    counts = graph_of_edge.bincount(minlength=len(graphs.sizes)).tolist()
    parts = [nodes, torch.split(edges[:, order], counts, dim=1)]
    # jinja: if encodings
    walks = (features.encode_walks(own, len(x)) for x, own in zip(*parts, strict=True))
    parts.append(tuple(walks))
    # jinja: endif
    for edge_attr in graphs.edge_table.encode(len(order), info):
        parts.append(torch.split(edge_attr[order], counts))
    return list(zip(*parts, strict=True))


def read_all(settings: DataSettings) -> Graphs:
    if settings.path is None:
        from .sample import read_sample

        return read_sample(read_label)
    return read_graphs(settings, read_label)


def split_graphs(
    graphs: Graphs, fraction: float, seed: int, fold: list[int] | None = None
) -> list[list[int]]:
    """Numbers of the graphs in train, validation and test.

    They are those that the data names, or else a fraction of each group of labels.
    """
    labels = graphs.labels
    labelled, place = [n for n, label in enumerate(labels) if label.text], labels[0].place
    if not labelled:
        raise DataError(f"{place} and on: no graph has a label: give them some")
    groups = dict(zip(labelled, group_labels([labels[n] for n in labelled]), strict=True))
    given = graphs.splits or [""] * len(labels)
    train, val, test = ([n for n in labelled if given[n] == name] for name in SPLITS)
    is_named = bool(train or val or test)
    if is_named and not (train and val and test):
        what = "one of the splits train, val and test has no graph: name some, or remove the column"
        raise DataError(f"{place} and on: {what}")
    if not is_named:
        train, test = hold_out(labelled, [*groups.values()], fraction, seed, place)
    rest = train + val
    rest_groups = [groups[number] for number in rest]
    if fold:
        train, val = take_fold(rest, rest_groups, fold, seed)
    elif not is_named:
        train, val = hold_out(rest, rest_groups, fraction, seed, place)
    return [train, val, test]


def load_data(
    settings: DataSettings, seed: int, info: dict[str, Any] | None = None, relabel: bool = False
) -> Data:
    """Reads and splits the graphs; given the ``info`` of a checkpoint, prepares them like those.

    With ``relabel`` only the inputs: what belongs to targets comes from these training labels.
    """
    graphs = read_all(settings)
    train, val, test = split_graphs(graphs, settings.held_out, settings.split_seed, settings.fold)
    if info is None or relabel:
        labels = [graphs.labels[number] for number in train]
        info = (info or describe(graphs, train)) | describe_labels(labels)

    targets = encode_labels(graphs.labels, info)
    pairs = zip(separate(graphs, info), targets, strict=True)
    examples = [(*parts, target) for parts, target in pairs]
    train_set, val_set, test_set = (
        Examples([examples[n] for n in numbers], [graphs.labels[n] for n in numbers])
        for numbers in (train, val, test)
    )
    sampler = EpochSampler(len(train), settings.batch_size, seed)
    # jinja: if target == "classes"
    if settings.balance:
        sampler.draw_weights = 1 / targets[train].bincount()[targets[train]]
    # jinja: endif
    loader = partial(
        DataLoader,
        collate_fn=collate,
        pin_memory=torch.accelerator.is_available(),
        generator=Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    size = settings.batch_size
    return Data(
        train=loader(train_set, batch_sampler=sampler),
        validation=loader(val_set, batch_sampler=batches_in_order(len(val), size)),
        test=loader(test_set, batch_sampler=batches_in_order(len(test), size)),
        sampler=sampler,
        info=info,
        edge_table=graphs.edge_table,
    )


def read_inputs(
    files: list[Path], info: dict[str, Any], faults: list[DataError] | None = None
) -> Iterator[tuple[list[dict[str, str]], tuple[Tensor, ...]]]:
    """The graphs of each path, which need no labels, as one batch, and the name of each."""
    for folder in chain.from_iterable(map(find_folders, files)):
        with collected(faults):
            # jinja: if chem
            columns = info["columns"] or SourceSettings().columns
            settings = SourceSettings(path=folder, columns=columns)
            graphs = read_graphs(settings, read_label=None, faults=faults)
            if not graphs.rows:
                continue
            # jinja: else
            graphs = read_graphs(SourceSettings(path=folder), read_label=None)
            # jinja: endif
            unknown = torch.zeros(())
            inputs, _ = collate([(*parts, unknown) for parts in separate(graphs, info)])
            yield graphs.rows, inputs


def find_folders(path: Path) -> Iterator[Path]:
    """The folder, or those in it that hold graphs; ``-`` reads names of folders."""
    if path == Path("-"):
        yield from (Path(line.rstrip("\n")) for line in sys.stdin if line.strip())
        return
    folders = {file.parent for file in path.glob("*/*_A.txt")}
    has_graphs_itself = not folders or path / "raw" in folders
    yield from [path] if has_graphs_itself else sorted(folders)
