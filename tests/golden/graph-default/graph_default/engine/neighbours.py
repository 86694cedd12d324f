"""What some nodes hear of in a large graph: neighbours that are drawn, and theirs.

Shapes: V nodes, E edges, N nodes to draw for, M edges that are drawn.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

GAMMA = np.uint64(0x9E3779B97F4A7C15)  # of splitmix64


class Neighbours:
    """Edges ``(2, E)`` in compressed rows: those into a node stand together."""

    def __init__(self, edges: Tensor, num_nodes: int, numbers: Tensor | None = None) -> None:
        self.numbers = numbers  # of the edges (E,), unless they are counted from 0
        if (edges[1, 1:] < edges[1, :-1]).any():
            order = edges[1].argsort(stable=True)
            self.numbers = order if numbers is None else numbers[order]
            edges = edges[:, order]
        self.edges = edges
        self.degrees = edges[1].bincount(minlength=num_nodes)  # (V,), of edges into each node
        self.first = self.degrees.cumsum(0) - self.degrees  # (V,), where these begin
        self.found_at = torch.full((num_nodes,), -1)  # (V,), place of a node among those found

    def find(self, seeds: Tensor, fan_outs: Sequence[int], key: int) -> tuple[Tensor, ...]:
        """Nodes, seeds first; edges ``(2, M)`` between them by their places; numbers of the edges.

        Of the edges into a seed the first fan-out are drawn, at most, of those into each node that
        they come from the second, and so on. A node draws the same for the same ``key``.
        """
        nodes, drawn = [seeds], []
        self.found_at[seeds] = torch.arange(len(seeds))
        count = len(seeds)
        for fan_out in fan_outs:
            drawn.append(self.draw(nodes[-1], fan_out, key))
            sources = self.edges[0, drawn[-1]]
            new = torch.unique(sources[self.found_at[sources] < 0])
            self.found_at[new] = torch.arange(count, count + len(new))
            nodes.append(new)
            count += len(new)
        found, chosen = torch.cat(nodes), torch.cat(drawn)
        edges = self.found_at[self.edges[:, chosen]]
        self.found_at[found] = -1  # for the next batch
        return found, edges, chosen if self.numbers is None else self.numbers[chosen]

    def draw(self, nodes: Tensor, fan_out: int, key: int) -> Tensor:
        """Where the edges into these nodes are: all of a node, or so many different ones."""
        degrees, first = self.degrees[nodes], self.first[nodes]
        many = degrees > fan_out
        few_degrees = degrees[~many]
        ends = few_degrees.cumsum(0)
        starts = (first[~many] - ends + few_degrees).repeat_interleave(few_degrees)
        all_of_few = starts + torch.arange(len(starts))
        of_many = draw_different(degrees[many], fan_out, nodes[many], key)
        return torch.cat([all_of_few, (first[many].unsqueeze(1) + of_many).flatten()])


def draw_different(sizes: Tensor, count: int, nodes: Tensor, key: int) -> Tensor:
    """``count`` numbers below each of the larger ``sizes``, none twice ``(N, count)``.

    All sets of them are as likely (Bentley and Floyd 1987, A Sample of Brilliance).
    """
    count = count if len(sizes) else 0
    drawn = torch.empty(len(sizes), count, dtype=torch.int64)
    for step, random in enumerate(random_numbers(nodes, count, key)):
        last = sizes - count + step
        number = random % (last + 1)
        taken = (drawn[:, :step] == number.unsqueeze(1)).any(dim=1)
        drawn[:, step] = torch.where(taken, last, number)
    return drawn


def random_numbers(nodes: Tensor, count: int, key: int) -> Tensor:
    """``count`` numbers from 0 on for each node ``(count, N)``, which it and the key decide.

    No generator: what a node draws must not depend on the others of its batch, which several
    processes share, or of which a resumed training has only the last.
    """
    of_key = scramble(np.array([key], dtype=np.uint64))
    of_node = scramble(nodes.numpy().astype(np.uint64) * GAMMA + of_key)
    steps = np.arange(1, count + 1, dtype=np.uint64)[:, None] * GAMMA
    return torch.from_numpy((scramble(of_node + steps) >> np.uint64(1)).astype(np.int64))


def scramble(numbers: np.ndarray) -> np.ndarray:
    """The mixing step of splitmix64 (Steele et al. 2014), of unsigned 64-bit integers."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
