"""Graphs with one class each: networkx's atlas of small graphs, or a TUDataset folder.

Shapes: G graphs in a batch, V nodes of all of them, E edges, F features, C columns of categories.
Features are float32; categories, edges and classes int64.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import networkx as nx
import torch
from cyclopts import Parameter, validators
from sklearn.model_selection import train_test_split
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, DistributedSampler
from torch_geometric.utils import coalesce, degree, remove_self_loops

LARGEST = 1e30  # number that is read: a model computes in float32, which ends at 3e38

Example = tuple[Tensor, Tensor, int]  # nodes, edges, class
Batch = tuple[tuple[Tensor, ...], Tensor]


class DataError(Exception):
    """Data that cannot be used; the message says where, and how to mend it."""


@dataclass
class DataSettings:
    batch_size: Annotated[int, Parameter(validator=validators.Number(gte=1))]
    """Graphs in a training step."""
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Share of the graphs kept for validation, and again for test."""
    path: Path | None = None
    """Folder with TUDataset's files; none: the atlas of networkx."""


class Data(NamedTuple):
    """Batches ``((x, edges (2, E), graph of each node (V,), sizes (G,)), classes (G,))``.

    A batch is one graph of parts that no edge connects; a model must know the ``info`` of them.
    """

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: DistributedSampler[Any]
    """Orders the training graphs by seed and epoch (``set_epoch``), whatever was drawn before."""
    info: dict[str, Any]


class Graphs(NamedTuple):
    """All graphs as they were read, with their nodes and edges one after the other."""

    places: list[str]  # of each graph, for messages
    labels: list[str]  # of each graph; empty where they are not known
    sizes: Tensor  # nodes of each graph
    edges: Tensor  # (2, E), counted over all nodes
    words: dict[str, list[str]]  # by column, one of each node
    numbers: Tensor  # (V, F)


class Examples(Dataset[Example]):
    def __init__(self, examples: list[Example]) -> None:
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> Example:
        return self.examples[index]


def collate(examples: list[Example]) -> Batch:
    """Graphs side by side: the nodes of each are counted on from those before it."""
    nodes, edges, labels = zip(*examples, strict=True)
    sizes = torch.tensor([len(x) for x in nodes])
    first = sizes.cumsum(dim=0) - sizes
    moved = [edge_index + start for edge_index, start in zip(edges, first, strict=True)]
    graph_of_node = torch.repeat_interleave(sizes)
    inputs = (torch.cat(nodes), torch.cat(moved, dim=1), graph_of_node, sizes)
    return inputs, torch.tensor(labels)


def read_atlas() -> Graphs:
    """All 1,249 graphs of three to seven nodes: does the loss of one node break a part of it apart?

    Nearly as many do as do not. To know numbers of nodes and edges is right for 75 of 100.
    """
    atlas = [graph for graph in nx.graph_atlas_g() if len(graph) >= 3]
    sizes = torch.tensor([len(graph) for graph in atlas])
    first = sizes.cumsum(dim=0) - sizes
    edges = [
        torch.tensor([*graph.to_directed().edges], dtype=torch.int64).view(-1, 2) + start
        for graph, start in zip(atlas, first, strict=True)
    ]
    return Graphs(
        places=[graph.name for graph in atlas],
        labels=["fragile" if {*nx.articulation_points(graph)} else "robust" for graph in atlas],
        sizes=sizes,
        edges=torch.cat(edges).T,
        words={},
        numbers=torch.empty(int(sizes.sum()), 0),
    )


def read_rows(path: Path) -> list[list[str]]:
    """Cells of a file without a header; the row in a message is their index plus one."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError:
        raise DataError(f"{path} cannot be read: copy all files of the data set") from None
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise DataError(f"{path}, row {row} is not UTF-8: save the file as UTF-8") from None
    return [[cell.strip() for cell in line.split(",")] for line in text.rstrip().splitlines()]


def read_integers(path: Path, columns: int) -> Tensor:
    rows = read_rows(path)
    for row, cells in enumerate(rows, start=1):
        if len(cells) != columns or not all(c.isdecimal() and len(c) < 19 for c in cells):
            what = "the number of a graph" if columns == 1 else "the numbers of two nodes"
            raise DataError(f"{path}, row {row}: {','.join(cells)!r} is not {what}: mend it")
    numbers = [[int(cell) for cell in cells] for cells in rows]
    return torch.tensor(numbers, dtype=torch.int64).view(-1, columns)


def read_tudataset(folder: Path, name: str) -> Graphs:
    """Files as of Morris et al. 2020, which count nodes and graphs from 1 through the data set."""
    indicator_path, edge_path = folder / f"{name}_graph_indicator.txt", folder / f"{name}_A.txt"
    label_path, class_path = folder / f"{name}_node_labels.txt", folder / f"{name}_graph_labels.txt"
    graph = read_integers(indicator_path, 1).flatten() - 1
    if not len(graph):
        raise DataError(f"{indicator_path} has no rows: give each node one")
    labels = [cells[0] for cells in read_rows(class_path)] if class_path.exists() else []
    num_graphs = len(labels) or int(graph.max()) + 1
    for row, (before, number) in enumerate(zip([0, *graph[:-1]], graph, strict=True), start=1):
        if not before <= number < num_graphs:
            raise DataError(
                f"{indicator_path}, row {row}: there is no graph {number + 1}, or it stands before "
                "an earlier one: sort the nodes by graph, and give each graph a label"
            )
    edges = read_integers(edge_path, 2).T - 1
    for row, (source, target) in enumerate(edges.T.tolist(), start=1):
        if min(source, target) < 0 or max(source, target) >= len(graph):
            what = f"{indicator_path.name} has no such node"
            raise DataError(f"{edge_path}, row {row}: {what}: mend or remove the row")
        if graph[source] != graph[target]:
            raise DataError(f"{edge_path}, row {row} connects two graphs: mend or remove it")
    words: dict[str, list[str]] = {}
    if label_path.exists():
        rows = read_rows(label_path)
        check_length(label_path, rows, len(graph))
        for row, cells in enumerate(rows, start=1):
            if len(cells) != len(rows[0]) or not all(cells):
                raise DataError(f"{label_path}, row {row} is not {len(rows[0])} labels: mend it")
        words = {f"label {n}": [*column] for n, column in enumerate(zip(*rows, strict=True))}
    edges, _ = remove_self_loops(edges)
    return Graphs(
        places=[f"{class_path}, row {row}" for row in range(1, num_graphs + 1)],
        labels=labels or [""] * num_graphs,
        sizes=graph.bincount(minlength=num_graphs),
        edges=coalesce(edges, num_nodes=len(graph)),
        words=words,
        numbers=read_attributes(folder / f"{name}_node_attributes.txt", len(graph)),
    )


def check_length(path: Path, rows: list[list[str]], num_nodes: int) -> None:
    if len(rows) != num_nodes:
        raise DataError(f"{path} has {len(rows)} rows for {num_nodes} nodes: give each node one")


def read_attributes(path: Path, num_nodes: int) -> Tensor:
    """Numbers ``(V, F)`` of the nodes; F is 0 where there is no such file."""
    if not path.exists():
        return torch.empty(num_nodes, 0)
    rows = read_rows(path)
    check_length(path, rows, num_nodes)
    numbers = []
    for row, cells in enumerate(rows, start=1):
        try:
            numbers.append([float(cell) for cell in cells])
        except ValueError:
            numbers.append([float("nan")])
        if len(cells) != len(rows[0]) or not all(abs(n) < LARGEST for n in numbers[-1]):
            what = f"{len(rows[0])} numbers below {LARGEST:.0e}"
            raise DataError(f"{path}, row {row} is not {what}: fill them in")
    # Until they are scaled: float32 has seven digits.
    return torch.tensor(numbers, dtype=torch.float64)


def read_graphs(path: Path | None) -> Graphs:
    """Where nothing is known of the nodes, their degree is their category (Xu et al. 2019)."""
    if path is None:
        graphs = read_atlas()
    else:
        found = [file for folder in (path, path / "raw") for file in sorted(folder.glob("*_A.txt"))]
        if not found:
            raise DataError(f"data.path: {path} holds no TUDataset, whose edges end in _A.txt")
        graphs = read_tudataset(found[0].parent, found[0].name.removesuffix("_A.txt"))
    if graphs.words or graphs.numbers.size(1):
        return graphs
    degrees = degree(graphs.edges[1], len(graphs.numbers), dtype=torch.int64)
    return graphs._replace(words={"degree": [str(number) for number in degrees.tolist()]})


def describe(graphs: Graphs, train: list[int]) -> dict[str, Any]:
    """Scale and size of the training graphs, and the categories of all: those are no secret."""
    in_train = torch.zeros(len(graphs.sizes)).bool().index_fill(0, torch.tensor(train), True)
    numbers = graphs.numbers[in_train.repeat_interleave(graphs.sizes)]
    mean = numbers.mean(dim=0)
    std = (numbers - mean).square().mean(dim=0).sqrt()
    vocabulary = {column: sorted({*words}) for column, words in graphs.words.items()}
    num_words = sum(len(words) for words in vocabulary.values())
    return {
        "vocabulary": vocabulary,
        "mean": mean.tolist(),
        # A column that never varies is only centred: to divide by its deviation gives infinities.
        "std": std.where(std > 0, 1).tolist(),
        "num_features": len(mean) + num_words if len(mean) else 0,
        "num_categories": 0 if len(mean) else num_words + 1,
        "nodes": graphs.sizes[train].double().mean().item(),
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
    columns, first = [torch.empty(len(graphs.numbers), 0, dtype=torch.int64)], 1
    for column, words in info["vocabulary"].items():
        ids = {word: first + number for number, word in enumerate(words)}
        # 0 is what training has not seen.
        columns.append(torch.tensor([[ids.get(word, 0)] for word in graphs.words[column]]))
        first += len(words)
    categories = torch.cat(columns, dim=1)
    if not info["mean"]:
        return categories
    one_hot = torch.zeros(len(categories), first).scatter(1, categories, 1.0)[:, 1:]
    scaled = (graphs.numbers - torch.tensor(info["mean"])) / torch.tensor(info["std"])
    return torch.cat([scaled.float(), one_hot], dim=1)


def separate(graphs: Graphs, info: dict[str, Any]) -> list[tuple[Tensor, Tensor]]:
    """Nodes and edges of each graph, whose nodes are counted from 0."""
    nodes = torch.split(encode(graphs, info), graphs.sizes.tolist())
    graph_of_node = torch.repeat_interleave(graphs.sizes)
    graph_of_edge = graph_of_node[graphs.edges[0]]
    edges = graphs.edges - (graphs.sizes.cumsum(dim=0) - graphs.sizes)[graph_of_edge]
    order = graph_of_edge.argsort(stable=True)
    counts = graph_of_edge.bincount(minlength=len(graphs.sizes)).tolist()
    return list(zip(nodes, torch.split(edges[:, order], counts, dim=1), strict=True))


def load_data(settings: DataSettings, seed: int, info: dict[str, Any] | None = None) -> Data:
    """Reads and splits the graphs; given the ``info`` of a checkpoint, prepares them like those."""
    graphs = read_graphs(settings.path)
    classes = info["classes"] if info else sorted({*graphs.labels})
    for place, label in zip(graphs.places, graphs.labels, strict=True):
        if not label:
            raise DataError(f"{place} has no label: give each graph one")
        if len(classes) < 2:
            raise DataError(f"{place} and on: all graphs have the label {label!r}: add a class")
        if label not in classes:
            raise DataError(f"{place}: the training graphs have no label {label!r}: mend it")
    draw = partial(train_test_split, test_size=settings.held_out, random_state=seed)
    try:
        rest, test = draw(range(len(graphs.labels)), stratify=graphs.labels)
        train, val = draw(rest, stratify=[graphs.labels[number] for number in rest])
    except ValueError:
        label, count = Counter(graphs.labels).most_common()[-1]
        raise DataError(
            f"{graphs.places[0]} and on: too few graphs to hold out a share of each class, "
            f"{label!r} has {count}: add some, or change data.held_out"
        ) from None
    info = info or {"classes": classes, **describe(graphs, train)}

    pairs = zip(separate(graphs, info), graphs.labels, strict=True)
    examples = [(*parts, classes.index(label)) for parts, label in pairs]
    train_set, val_set, test_set = (
        Examples([examples[number] for number in numbers]) for numbers in (train, val, test)
    )
    sampler: DistributedSampler[Any] = DistributedSampler(
        train_set, num_replicas=1, rank=0, seed=seed
    )
    loader = partial(
        DataLoader,
        batch_size=settings.batch_size,
        collate_fn=collate,
        pin_memory=torch.accelerator.is_available(),
        generator=torch.Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    # Batch norm has nothing to learn from a last batch of one node.
    drop_last = len(sampler) > settings.batch_size
    return Data(
        train=loader(train_set, sampler=sampler, drop_last=drop_last),
        validation=loader(val_set),
        test=loader(test_set),
        sampler=sampler,
        info=info,
    )


def read_inputs(
    files: list[Path], info: dict[str, Any]
) -> Iterator[tuple[list[str], tuple[Tensor, ...]]]:
    """The graphs in each folder, which need no labels, as one batch, and what they are called."""
    for folder in files:
        graphs = separate(read_graphs(folder), info)
        inputs, _ = collate([(*parts, 0) for parts in graphs])
        yield [f"{folder}:{number}" for number in range(1, len(graphs) + 1)], inputs
