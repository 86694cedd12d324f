"""A graph in two tables, nodes.csv and edges.csv; where edges are to be predicted, edges.csv will do."""

from collections.abc import Sequence
from pathlib import Path

from scaffold.errors import joined
from scaffold.looking import graph_tables
from scaffold.looking.columns import Column
from scaffold.looking.files import ARCHIVES, OTHERS, TABLES, listing, refuse
from scaffold.looking.labels import guesses, of_columns
from scaffold.looking.reading import Fact, Reading, Request, shown
from scaffold.looking.tables import Table, check_split, read
from scaffold.looking.targets import Guess, of_column
from scaffold.looking.unread import check_commas

ENDS = ("source", "target")
TARGETS = {"classes", "numbers"}  # of nodes
UNKNOWN = {"unknown", "Unknown", "unlabeled", "unlabelled", "?"}
NAMES = {"nodes.csv", "edges.csv"}


def look(folder: Path, request: Request) -> list[Reading]:
    """Read it; an empty list if there is no such table."""
    files = {file.name: file for file in listing(folder)[1]}
    if not files.keys() & NAMES:
        graph_tables.check(folder, files)
        return []
    edges_alone = "nodes.csv" not in files and edges_will_do(request)
    for name in ("edges.csv",) if edges_alone else ("nodes.csv", "edges.csv"):
        if name not in files:
            raise refuse(f"{folder} has no {name}", "add it, a graph needs nodes.csv and edges.csv")
    edges = read(files["edges.csv"], ENDS)
    _check_edges(edges)
    if edges_alone:
        links = _of_edges(edges, f"edges.csv with {edges.rows}, which name the nodes, and no nodes.csv")
        links.notes.append("there is no nodes.csv: each node is a category of its own")
        return [links]
    nodes = read(files["nodes.csv"])
    check_split(nodes, empty=True)
    wanted = nodes.named(request.columns)
    identity = wanted[0] if wanted[1:] else _identity(nodes, edges)
    known = {*identity.texts}
    strangers = [end for name in ENDS for end in edges.columns[name].counts if end not in known]
    if strangers and nodes.complete:
        first = ", and --columns begins with that of the nodes' names" if wanted[1:] else ""
        raise refuse(
            f"{edges.path} names {strangers[0]}, which is in no row of column {identity.name} of nodes.csv",
            f"add or remove it{first}",
        )
    why = f"nodes.csv with {nodes.rows} and edges.csv with {edges.rows}"
    links = _of_edges(edges, why)
    links.facts = [Fact("data.columns", [identity.name], f"column `{identity.name}` names the nodes")]
    if request.target == "links":
        if wanted[1:]:
            what = f"--columns names {wanted[1].name}, and edges are to be predicted"
            raise refuse(what, "name the column of nodes alone, all others are features")
        return [links]
    others = nodes.without(identity.name, "split")
    labels = wanted[1:] or wanted
    is_asked_for = request.target in TARGETS
    if is_asked_for:
        likely = [column for column in others if _first_target(column, nodes.rows) == request.target]
        others = likely or others
    choose = _leave_open if request.links and not is_asked_for else request.choose
    try:
        found = (
            of_columns(labels, nodes.rows)
            if labels
            else guesses(others, nodes.rows, str(nodes.path), choose, request.usual)
        )
    except LookupError as names:
        links.unknown.append(f"whether {names} is to be predicted of each node: --columns takes its name")
        return [links]
    if found and request.target in {"", "numbers"}:
        check_commas(nodes, found[0].columns)
    readings = [_reading(nodes, identity, guess, why) for guess in found if guess.target in TARGETS]
    kinds = {*TABLES, *OTHERS, *ARCHIVES}
    left = [
        name for name, file in files.items() if file.suffix in kinds and file not in {nodes.path, edges.path}
    ]
    for reading in (*readings, links):
        reading.notes += [f"not read, beside nodes.csv and edges.csv: {shown(left)}"] if left else []
        reading.notes += _repeated(edges)
    return [*readings, links]


def edges_will_do(request: Request) -> bool:
    """Say whether edges may be predicted, which needs no table of nodes."""
    return request.links and request.target in {"", "links"} and not request.columns


def _repeated(edges: Table) -> list[str]:
    """Tell of rows with the same edge and other numbers, of which training could take but one."""
    numbers = [column.cells for column in edges.without(*ENDS) if column.numbers]
    ends = zip(*(edges.columns[name].cells for name in ENDS), strict=True)
    first: dict[frozenset[str], tuple[str, list[str]]] = {}
    repeated = []
    for row, (source, target) in enumerate(ends):
        cells = [column[row] for column in numbers]
        start, before = first.setdefault(frozenset({source, target}), (source, cells))
        if before != cells and source != target:
            repeated.append((source, target, start != source))
    if not repeated:
        return []
    source, target, _ = repeated[0]
    ways = "leave one row for each edge"
    if all(turned for *_, turned in repeated):
        ways += ", or set data.directed, as these rows run the other way"
    return [
        f"{len(repeated):,} rows of edges.csv have the edge of an earlier row and other numbers, such as "
        f"{source} to {target}, where training stops: {ways}"
    ]


def _first_target(column: Column, rows: str) -> str:
    found = of_column(column, rows)
    return found[0].target if found else ""


def _leave_open(_: str, names: Sequence[str]) -> str:
    """Take no column for labels where any may be a feature: edges can be predicted without."""
    raise LookupError(joined(names, "or"))


def _of_edges(edges: Table, why: str) -> Reading:
    links = Reading("graph", "links", why, "which nodes an edge joins, as every graph tells")
    links.unknown.append("whether edges have a direction: they go both ways until data.directed is true")
    if "split" not in edges.columns:
        links.unknown.append(
            "which edges are for training: without a column split in edges.csv they are divided at random"
        )
    return links


def _reading(nodes: Table, identity: Column, guess: Guess, why: str) -> Reading:
    reading = Reading("graph", guess.target, why, guess.why, unknown=list(guess.unknown))
    said = "names of nodes, which edges.csv joins, and what is to be predicted"
    reading.facts = [Fact("data.columns", [identity.name, *guess.columns], said), *guess.facts]
    features = [column for column in nodes.without(identity.name, *guess.columns, "split") if column.name]
    codes = [column.name for column in features if column.of_integers and 2 < len(column.counts) <= 20]
    if codes:
        reading.unknown.append(
            f"whether the integers of {shown(codes)} are codes: data.categorical takes their names"
        )
    if not features:
        reading.notes.append("nodes.csv has no features: each node is a category of its own")
    reading.unknown.append(
        "whether edges have a direction: messages go both ways until data.directed is true"
    )
    if guess.target == "classes" and (strange := sorted(UNKNOWN & {*nodes.columns[guess.columns[0]].counts})):
        reading.notes.append(
            f"`{strange[0]}` of {guess.columns[0]} is a class like the others: leave cells empty where no "
            "class is known"
        )
    if "split" not in nodes.columns:
        reading.unknown.append(
            "which nodes are for training: without a column split the labelled ones are divided at random"
        )
    return reading


def _identity(nodes: Table, edges: Table) -> Column:
    """Find the column that names the nodes: id, or the one that holds the ends of edges."""
    if "id" in nodes.columns:
        return nodes.columns["id"]
    ends = {end for name in ENDS for end in edges.columns[name].counts}
    for column in nodes.columns.values():
        if len(column.counts) == len(column.cells) and ends <= column.counts.keys():
            return column
    raise refuse(
        f"no column of {nodes.path} names the nodes that edges.csv joins",
        "add one, called id, with a name for each node",
    )


def _check_edges(edges: Table) -> None:
    missing = [name for name in ENDS if name not in edges.columns]
    if missing:
        has = f"{edges.path} has no column {missing[0]} but {', '.join(edges.columns)[:80]}"
        raise refuse(has, "call the columns of the two nodes source and target")
