"""How a graph is drawn: its nodes in the colour of their category, or of their largest feature."""

from collections.abc import Callable
from typing import Any

import networkx as nx
from matplotlib.axes import Axes
from torch import Tensor
from torch.utils.data import DataLoader

COLUMNS = 6  # of a picture with many examples
HEIGHT = 1.2  # of a picture, divided by its width

Change = Callable[[tuple[Tensor, ...], Tensor], tuple[tuple[Tensor, ...], Tensor]]


def draw_example(
    axes: Axes, loader: DataLoader[Any], number: int, info: dict[str, Any], change: Change | None
) -> None:
    """An example of a split, or what ``change`` makes of it."""
    inputs, target = loader.collate_fn([loader.dataset[number]])
    if change is not None:
        inputs, _ = change(inputs, target)
    x, edge_index, *_ = inputs
    graph = nx.Graph()
    graph.add_nodes_from(range(len(x)))
    graph.add_edges_from(edge_index.T.tolist())
    colours = (x.argmax(dim=1) if x.is_floating_point() else x[:, 0]).tolist()
    layout = nx.spring_layout(graph, seed=0, iterations=200)
    colouring = {"node_color": colours, "cmap": "tab20", "vmin": 0, "vmax": 20}
    nx.draw_networkx_nodes(graph, layout, ax=axes, node_size=25, **colouring)
    nx.draw_networkx_edges(graph, layout, ax=axes)
