"""Tables of a graph that are called otherwise than nodes.csv and edges.csv, or are several."""

from contextlib import suppress
from pathlib import Path

from scaffold.errors import ScaffoldError, joined
from scaffold.looking.files import listing, refuse
from scaffold.looking.tables import read

OGB = ("edge.csv", "node-feat.csv", "node-label.csv")


def check(folder: Path, files: dict[str, Path]) -> None:
    """Refuse tables that are those of a graph by other names."""
    for place in (folder, folder / "raw"):
        _check_rows(place, {file.name.removesuffix(".gz") for file in _files(place)})
    tables = [name for name in files if name.endswith(".csv")]
    edges = [name for name in tables if "edge" in name.lower() or "links" in name.lower()]
    others = [name for name in tables if name not in edges]
    if len(edges) != 1 or not others or (len(others) > 1 and not _joins(files[edges[0]], files, others)):
        return
    way = f"{others[0]} to nodes.csv"
    if len(others) > 1:
        way = (
            f"join {joined(others, 'and')} into nodes.csv by the names of nodes, with a header of id, "
            "a name for each feature and label"
        )
    raise refuse(
        f"{folder} holds {joined([*edges, *others], 'and')}, as a graph has them",
        f"rename {edges[0]} to edges.csv, with columns source and target, and {way}",
    )


def _files(place: Path) -> list[Path]:
    return listing(place)[1] if place.is_dir() else []


def _check_rows(folder: Path, names: set[str]) -> None:
    """Refuse tables whose rows are nodes by number, as OGB has them."""
    if names >= {OGB[0], OGB[2]}:
        parts = joined((name for name in OGB[1:] if name in names), "and")
        raise refuse(
            f"{folder} holds {OGB[0]}, {parts}, a graph as OGB has it",
            f"unpack them, write {parts} as nodes.csv, with a header of id, which is the number of the row "
            "from 0, a name for each feature, label, and split where one is given, "
            "and edge.csv as edges.csv, with a header of source,target, both in a folder of their own",
        )


def _joins(edges: Path, files: dict[str, Path], others: list[str]) -> bool:
    """Say whether both ends of edges stand in a column of each of the other tables."""
    with suppress(ScaffoldError):
        first, second, *_ = read(edges).columns.values()
        ends = {*first.counts, *second.counts}
        tables = [read(files[name]).columns.values() for name in others]
        return all(any(ends <= column.counts.keys() for column in columns) for columns in tables)
    return False
