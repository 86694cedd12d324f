"""Edge lists, two nodes a line, as collections of networks have them: no text, and no table of examples."""

import re
from pathlib import Path

from scaffold.looking.columns import is_number
from scaffold.looking.files import refuse

COMMENTS = ("#", "%")


def check_edges(path: Path, text: str) -> None:
    """Refuse lines of numbers, two of which are whole ones in each, below a header or comments."""
    lines = [line.strip() for line in text.split("\n")[:5000]]
    rows = [re.split(r"[\s,;]+", line) for line in lines if line and not line.startswith(COMMENTS)][:2000]
    if len(rows) < 5 or len({len(row) for row in rows}) > 1 or not 2 <= len(rows[0]) <= 4:
        return
    if all(row[0].isdecimal() and row[1].isdecimal() and all(map(is_number, row)) for row in rows[1:]):
        raise refuse(
            f"{path} is a list of edges, {' '.join(rows[1])} and so on",
            "write it as edges.csv with a header, source,target for its first two columns, which is enough "
            "for link_prediction; what is to be predicted of nodes belongs, with id, into nodes.csv",
        )
