"""Folders of many graphs as TUDatasets have them, and Planetoid's of one graph."""

from pathlib import Path

from scaffold.looking.columns import Column
from scaffold.looking.files import listing, read_sample, refuse
from scaffold.looking.labels import of_columns
from scaffold.looking.reading import Reading, shown
from scaffold.looking.targets import Guess, of_column

PARTS = ("x", "tx", "allx", "y", "ty", "ally", "graph", "test.index")


def look(folder: Path) -> list[Reading]:
    """Read it; an empty list if it is neither."""
    for place in (folder, folder / "raw"):
        files = {file.name: file for file in listing(place)[1]} if place.is_dir() else {}
        if graphs := sorted(name for name in files if name.startswith("ind.") and name.endswith(".graph")):
            return [_planetoid(place, graphs[0].split(".", 1)[1].removesuffix(".graph"), files)]
        names = sorted(name.removesuffix("_A.txt") for name in files if name.endswith("_A.txt"))
        if len(names) > 1:
            raise refuse(
                f"{place} holds several sets of graphs, {shown(names)}", "put each into a folder of its own"
            )
        if names:
            return _tudataset(place, names[0], files)
    return []


def _planetoid(folder: Path, name: str, files: dict[str, Path]) -> Reading:
    missing = [part for part in PARTS if f"ind.{name}.{part}" not in files]
    if missing:
        raise refuse(f"{folder / f'ind.{name}.{missing[0]}'} is missing", "copy all Planetoid files")
    reading = Reading(
        "graph",
        "classes",
        f"files ind.{name}.* are Planetoid's of one graph",
        "they hold a class for each node, and a split",
    )
    reading.unknown.append(
        "how many nodes and classes there are: the files are pickles, which are not opened here"
    )
    return reading


def _tudataset(folder: Path, name: str, files: dict[str, Path]) -> list[Reading]:
    if f"{name}_graph_indicator.txt" not in files:
        raise refuse(
            f"{folder} has {name}_A.txt and no {name}_graph_indicator.txt",
            "add it, with the graph of each node",
        )
    nodes, complete = read_sample(files[f"{name}_graph_indicator.txt"])
    graphs = [line.strip() for line in nodes.splitlines() if line.strip()]
    if not graphs:
        raise refuse(
            f"{folder / name}_graph_indicator.txt is empty", "write the graph of each node into a row"
        )
    seen = f"{len(set(graphs)):,} graphs of {len(graphs):,} nodes" if complete else "many graphs"
    why = f"{name}_A.txt and {name}_graph_indicator.txt are a TUDataset's: {seen}"
    readings = []
    if path := files.get(f"{name}_graph_labels.txt"):
        readings += [_with(why, guess) for guess in _labels(path)]
    if path := files.get(f"{name}_graph_attributes.txt"):
        rows = read_sample(path)[0].splitlines()
        count = len(rows[0].split(",")) if rows else 0
        numbers = "1 number" if count == 1 else f"{count} numbers"
        readings.append(
            Reading(
                "graphs",
                "numbers",
                why,
                f"{path.name}: {numbers} a graph, such as {rows[0].strip() if rows else ''}",
            )
        )
    if not readings:
        raise refuse(
            f"{folder} has neither {name}_graph_labels.txt nor {name}_graph_attributes.txt",
            "add what is to be predicted of each graph",
        )
    return readings


def _labels(path: Path) -> list[Guess]:
    rows = [[cell.strip() for cell in line.split(",")] for line in read_sample(path)[0].rstrip().splitlines()]
    if any(len(row) != len(rows[0]) for row in rows):
        raise refuse(f"the rows of {path} do not hold equally many cells", "fix them")
    columns = [
        Column(f"label_{number + 1}", [row[number] for row in rows])
        for number in range(len(rows[0]) if rows else 0)
    ]
    said = f"{len(rows):,} rows"
    found = (
        of_columns(columns, said)
        if len(columns) > 1
        else [guess for column in columns for guess in of_column(column, said, path.name)]
    )
    if found and found[0].target == "numbers":
        attributes = path.name.replace("_graph_labels", "_graph_attributes")
        raise refuse(
            f"{path} holds numbers",
            f"rename it to {attributes}, where numbers are read from",
        )
    found = [guess for guess in found if guess.target != "numbers"]
    if not found:
        raise refuse(
            f"{path} holds no classes that occur more than once",
            "write a class for each graph, several graphs a class",
        )
    return found


def _with(why: str, guess: Guess) -> Reading:
    marks = [fact for fact in guess.facts if fact.key == "data.label_separator"]
    return Reading(
        "graphs", guess.target, why, guess.why, facts=marks, unknown=guess.unknown, notes=guess.notes
    )
