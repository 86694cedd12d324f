"""How a graph is drawn: its nodes in the colour of their category, or of their largest feature.

Shapes: V nodes, E edges.
"""

from collections.abc import Callable
from typing import Any

import networkx as nx
from matplotlib.axes import Axes
from torch import Generator, Tensor
from torch.utils.data import DataLoader

COLUMNS = 6  # of a picture with many examples
HEIGHT = 1.2  # of an example, to its width


def get_example(loader: DataLoader[Any], number: int) -> tuple[tuple[Tensor, ...], Tensor]:
    """A batch of one."""
    batch: tuple[tuple[Tensor, ...], Tensor] = loader.collate_fn([loader.dataset[number]])
    return batch


def draw_example(axes: Axes, loader: DataLoader[Any], number: int, info: dict[str, Any]) -> None:
    (x, edge_index, *_), _ = get_example(loader, number)
    draw(axes, x, edge_index)


def draw_augmented(
    row: list[Axes],
    loader: DataLoader[Any],
    place: float,
    augment: Callable[..., tuple[tuple[Tensor, ...], Tensor]],
    generator: Generator,
    info: dict[str, Any],
) -> None:
    """An example, and what becomes of it in several draws; 0 is the first one, 1 the last."""
    dataset: Any = loader.dataset
    inputs, target = get_example(loader, int(place * (len(dataset) - 1)))
    inputs = tuple(tensor.to(generator.device) for tensor in inputs)
    draw(row[0], inputs[0], inputs[1])
    for axes in row[1:]:
        (x, edge_index, *_), _ = augment(inputs, target, generator)
        draw(axes, x, edge_index)


def draw(axes: Axes, x: Tensor, edge_index: Tensor) -> None:
    """One graph, ``(V, F)`` or ``(V, C)`` and ``(2, E)``."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(x)))
    graph.add_edges_from(edge_index.T.tolist())
    colours = (x.argmax(dim=1) if x.is_floating_point() else x[:, 0]).tolist()
    layout = nx.spring_layout(graph, seed=0, iterations=200)
    options = {"cmap": "tab20", "vmin": 0, "vmax": 20}
    nx.draw_networkx(
        graph, layout, ax=axes, node_size=25, node_color=colours, with_labels=False, **options
    )
