"""How a node is drawn: among its neighbours."""

from collections.abc import Callable
from typing import Any

import networkx as nx
import torch
from matplotlib.axes import Axes
from torch import Tensor
from torch.utils.data import DataLoader

from ..targets import is_known

COLUMNS = 6  # of a picture with many examples
HEIGHT = 1.2  # of a picture, divided by its width
NEIGHBOURS = 40  # at most

Change = Callable[[tuple[Tensor, ...], Tensor], tuple[tuple[Tensor, ...], Tensor]]


def find_nodes(loader: DataLoader[Any]) -> Tensor:
    """The nodes of the split."""
    _, target = loader.dataset[0]
    return is_known(target).nonzero().flatten()


def count_examples(loader: DataLoader[Any]) -> int:
    return len(find_nodes(loader))


def draw_example(
    axes: Axes, loader: DataLoader[Any], number: int, info: dict[str, Any], change: Change | None
) -> None:
    """A node of a split, in red, in its graph, or in what ``change`` makes of the graph."""
    inputs, _ = loader.dataset[0]
    node = int(find_nodes(loader)[number])
    x, edge_index = inputs
    layout = lay_out(edge_index, node)
    if change is not None:
        # In the place of targets, the numbers of the nodes tell which of them are left.
        (_, edge_index), kept = change(inputs, torch.arange(len(x)))
        edge_index = kept[edge_index]
    graph = nx.Graph()
    graph.add_nodes_from(layout)
    graph.add_edges_from(edge for edge in edge_index.T.tolist() if {*edge} <= layout.keys())
    colours = ["tab:red" if other == node else "tab:blue" for other in graph]
    nx.draw_networkx_nodes(graph, layout, ax=axes, node_size=25, node_color=colours)
    nx.draw_networkx_edges(graph, layout, ax=axes)


def lay_out(edge_index: Tensor, node: int) -> dict[int, Any]:
    """Where the node is drawn, and the neighbours of its neighbours."""
    graph = nx.Graph(edge_index.T.tolist())
    graph.add_node(node)
    near = [node, *(other for _, other in nx.bfs_edges(graph, node, depth_limit=2))]
    return nx.spring_layout(graph.subgraph(near[:NEIGHBOURS]), seed=0, iterations=200)
