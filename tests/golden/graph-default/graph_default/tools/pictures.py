"""How a node is drawn: among its neighbours."""

from collections.abc import Callable
from typing import Any

import networkx as nx
import torch
from matplotlib.axes import Axes
from torch import Tensor
from torch.utils.data import DataLoader

COLUMNS = 6  # of a picture with many examples
HEIGHT = 1.2  # of a picture, divided by its width
NEIGHBOURS = 40  # at most

Change = Callable[[tuple[Tensor, ...], Tensor], tuple[tuple[Tensor, ...], Tensor]]


def draw_example(
    axes: Axes, loader: DataLoader[Any], number: int, info: dict[str, Any], change: Change | None
) -> None:
    """A node of a split, in red, in its graph, or in what ``change`` makes of the graph."""
    split: Any = loader.dataset
    inputs, place = split.graph.around(split.nodes[[number]], key=0)
    node = int(place)
    x, edge_index, *_ = inputs
    near = find_near(edge_index, node, len(x))
    layout = nx.spring_layout(make_graph(edge_index, near, len(x)), seed=0, iterations=200)
    if change is not None:
        # In the place of targets, the numbers of the nodes tell which of them are left.
        (_, edge_index, *_), kept = change(inputs, torch.arange(len(x)))
        edge_index = kept[edge_index]
    graph = make_graph(edge_index, near, len(x))
    colours = ["tab:red" if other == node else "tab:blue" for other in graph]
    nx.draw_networkx_nodes(graph, layout, ax=axes, node_size=25, node_color=colours)
    nx.draw_networkx_edges(graph, layout, ax=axes)


def find_near(edge_index: Tensor, node: int, num_nodes: int) -> list[int]:
    """The node, its neighbours and theirs, nearer ones first."""
    near = [node]
    for _ in range(2):
        touching = mark(near, num_nodes)[edge_index].any(dim=0)
        near = [*dict.fromkeys([*near, *edge_index[:, touching].flatten().tolist()])][:NEIGHBOURS]
    return near


def make_graph(edge_index: Tensor, nodes: list[int], num_nodes: int) -> Any:
    """These nodes and the edges between them, which a tensor finds among millions in a moment."""
    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    within = mark(nodes, num_nodes)[edge_index].all(dim=0)
    graph.add_edges_from(edge_index[:, within].T.tolist())
    return graph


def mark(nodes: list[int], num_nodes: int) -> Tensor:
    """Which of all nodes are these ``(V,)``."""
    return torch.zeros(num_nodes).bool().index_fill(0, torch.tensor(nodes), True)
