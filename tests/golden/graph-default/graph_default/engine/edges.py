"""The weight of edges: a column of numbers, with a row for each edge.

Shapes: E edges of the model, R rows as they were read.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from .labels import DataError, tell

NO_ROWS = torch.empty(0, dtype=torch.int64)


class EdgeTable(NamedTuple):
    """What was read of edges, by column; numbers are NaN where they are missing."""

    path: str = ""
    places: Sequence[str] = ()  # of each row
    rows: Tensor = NO_ROWS  # of each edge (E,)
    first: Tensor = NO_ROWS  # the first row with the same edge as a row (R,)
    numbers: dict[str, Tensor] = {}  # noqa: RUF012
    words: dict[str, list[str]] = {}  # noqa: RUF012

    def describe(self, in_training: Tensor | None = None) -> dict[str, Any]:
        """The column of weights, if one alone has numbers, and their mean.

        It is that of all edges, or of those of the training ``(E,)``.
        """
        rows = self.rows_of(in_training)
        weights = [*self.numbers] if len(self.numbers) == 1 else []
        unused = [name for name in (*self.numbers, *self.words) if name not in weights]
        if unused:
            what = f"gcn does not use {', '.join(unused)} but one column of numbers"
            tell(f"{self.path}: {what}, as weights: choose gat or gin or gps if they matter")
        for name in weights:
            tell(f"{self.path}: {name} is how much an edge weighs in the means")
        return {
            "edge_columns": [*self.numbers, *self.words],
            "edge_weight": {c: self.find_known(c, rows).mean().item() for c in weights},
            "num_edge_features": len(weights),
        }

    def encode(self, num_edges: int, info: dict[str, Any]) -> list[Tensor]:
        """The weights ``(E, 1)``; nothing if the data has none."""
        if not num_edges:
            return [torch.empty(0, 1)] if info["edge_weight"] else []
        self.check(info["edge_columns"], info["edge_weight"])
        weights = []
        for column, mean in info["edge_weight"].items():
            numbers = self.numbers[column]
            if (numbers < 0).any():
                row = int((numbers < 0).nonzero()[0])
                what = f"{self.places[row]}: the weight {numbers[row]:g} of an edge is negative"
                raise DataError(f"{what}: give it one from 0 on, or leave the column out")
            weights.append(self.select(numbers.float().nan_to_num(mean).unsqueeze(1)))
        return weights

    def rows_of(self, chosen: Tensor | None) -> Tensor:
        """The rows of the edges that were chosen."""
        return self.rows if chosen is None or not self.places else self.rows[chosen]

    def find_known(self, column: str, rows: Tensor) -> Tensor:
        """The numbers that there are in these rows."""
        known = self.numbers[column][rows]
        if not known.isfinite().any():
            what = f"{self.path}: no edge of the training has a number in column {column}"
            raise DataError(f"{what}: fill in some, or leave the column out")
        return known[known.isfinite()]

    def check(self, columns: list[str], numbers: Iterable[str]) -> None:
        """That these are the columns, and those with numbers, that training had."""
        unlike = sorted({*columns} ^ {*self.numbers, *self.words})
        if unlike:
            raise DataError(
                f"the model was {'' if unlike[0] in columns else 'not '}trained with "
                f"{unlike[0]}: give it the columns that it was trained with"
            )
        words = sorted({*numbers} & {*self.words})
        if words:
            reason = "the model was trained with numbers there"
            raise DataError(f"{self.path}: column {words[0]} holds words: {reason}")

    def select(self, features: Tensor) -> Tensor:
        """Those of each edge, of those of each row; rows with the same edge must say the same."""
        differ = (features != features[self.first]).any(dim=1).nonzero().flatten().tolist()
        if differ:
            row, more = differ[0], f" ({len(differ) - 1} rows more)" if differ[1:] else ""
            other = self.places[int(self.first[row])]
            what = f"{self.places[row]}{more} has the edge of {other} with other features"
            raise DataError(f"{what}: keep one for each edge; data.directed tells both ways apart")
        return features[self.rows]

    def find_constants(self) -> list[str]:
        """What is the same for all edges."""
        numbers = {name: column[self.rows].tolist() for name, column in self.numbers.items()}
        words = {name: [cells[r] for r in self.rows.tolist()] for name, cells in self.words.items()}
        columns = {**numbers, **words}
        same = [name for name, cells in columns.items() if len(set(cells)) == 1]
        return [f"the same for all edges: {name}" for name in same]


def match_rows(
    ends: Tensor, edges: Tensor, num_nodes: int, directed: bool
) -> tuple[Tensor, Tensor]:
    """The first row that has an edge ``(E,)``, of rows ``(2, R)``; and that of its edge ``(R,)``.

    A row counts for both directions unless the graph is directed. A loop is no edge.
    """
    keys, order = (edges[0] * num_nodes + edges[1]).sort()
    rows = torch.full_like(keys, ends.size(1))
    number = torch.arange(ends.size(1))[ends[0] != ends[1]]
    for one_way in (ends,) if directed else (ends, ends.flip(0)):
        found = torch.searchsorted(keys, (one_way[0] * num_nodes + one_way[1])[number])
        rows = rows.scatter_reduce(0, order[found], number, "amin")
    first = torch.arange(ends.size(1))
    first[number] = rows[order[torch.searchsorted(keys, (ends[0] * num_nodes + ends[1])[number])]]
    return rows, first
