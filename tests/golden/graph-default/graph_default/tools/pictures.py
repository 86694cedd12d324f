"""How a node is drawn: among its neighbours.

Shapes: V nodes, E edges.
"""

from collections.abc import Callable
from typing import Any

import networkx as nx
import torch
from matplotlib.axes import Axes
from torch import Generator, Tensor
from torch.utils.data import DataLoader

from ..targets import is_known

COLUMNS = 6  # of a picture with many examples
HEIGHT = 1.2  # of an example, to its width
NEIGHBOURS = 40  # at most


def get_graph(loader: DataLoader[Any]) -> tuple[tuple[Tensor, ...], list[int]]:
    """The whole graph, and the nodes of the split."""
    inputs, target = loader.dataset[0]
    return inputs, is_known(target).nonzero().flatten().tolist()


def draw_example(axes: Axes, loader: DataLoader[Any], number: int, info: dict[str, Any]) -> None:
    (_, edge_index), nodes = get_graph(loader)
    draw(axes, edge_index, nodes[number], lay_out(edge_index, nodes[number]))


def draw_augmented(
    row: list[Axes],
    loader: DataLoader[Any],
    place: float,
    augment: Callable[..., tuple[tuple[Tensor, ...], Tensor]],
    generator: Generator,
    info: dict[str, Any],
) -> None:
    """A node, and what becomes of it in several draws; 0 is the first one, 1 the last."""
    inputs, nodes = get_graph(loader)
    node = nodes[int(place * (len(nodes) - 1))]
    layout = lay_out(inputs[1], node)
    draw(row[0], inputs[1], node, layout)
    inputs = tuple(tensor.to(generator.device) for tensor in inputs)
    names = torch.arange(len(inputs[0]), device=generator.device)
    for axes in row[1:]:
        # In the place of targets their numbers tell which nodes are left.
        (_, edge_index), kept = augment(inputs, names, generator)
        draw(axes, kept[edge_index], node, layout)


def lay_out(edge_index: Tensor, node: int) -> dict[int, Any]:
    """Where the node is drawn, and the neighbours of its neighbours, of edges ``(2, E)``."""
    graph = nx.Graph(edge_index.T.tolist())
    graph.add_node(node)
    near = [node, *(other for _, other in nx.bfs_edges(graph, node, depth_limit=2))]
    return nx.spring_layout(graph.subgraph(near[:NEIGHBOURS]), seed=0, iterations=200)


def draw(axes: Axes, edge_index: Tensor, node: int, layout: dict[int, Any]) -> None:
    """The node in red, the others in blue."""
    graph = nx.Graph()
    graph.add_nodes_from(layout)
    graph.add_edges_from(edge for edge in edge_index.T.tolist() if {*edge} <= layout.keys())
    colours = ["tab:red" if other == node else "tab:blue" for other in graph]
    nx.draw_networkx(graph, layout, ax=axes, node_size=25, node_color=colours, with_labels=False)
