"""§5: each zone of a generated project is small enough to be read, whatever was chosen."""

from collections import Counter
from functools import cache

import pytest
from combinations import RENDERED, Choices, label
from slots import distinct_texts, texts_of

PACKAGE = "demo"
FORMS = sorted({row["form"] for row in RENDERED})


ENGINE, TOOLS = f"{PACKAGE}/engine", f"{PACKAGE}/tools"
# What data.py and sources.py read with: some of it serves one form or two.
READING = {
    f"{ENGINE}/{name}.py"
    for name in (
        *("arrays", "blocks", "buckets", "conll", "corpus", "edges", "features", "files", "folds", "graph"),
        *("hub", "images", "labels", "molecules", "neighbours", "nodes", "rows", "splits", "windows"),
    )
}
EXPORT = f"{TOOLS}/export.py"  # off by default
ONE_TARGET = (
    f"{ENGINE}/groups.py",
    f"{ENGINE}/label_sets.py",
    f"{ENGINE}/number_cells.py",
    f"{ENGINE}/class_names.py",
    f"{ENGINE}/masks.py",
    f"{ENGINE}/links.py",
)  # what one target needs: a file more (§5)


@cache
def lines_in(name: str, text: str) -> dict[str, int]:
    """Return the lines of a file for each zone that it counts for."""
    if not name.endswith(".py") or name in {*ONE_TARGET, EXPORT}:
        return {}
    if name in READING:
        return {"reading": text.count("\n")}
    folders = name.split("/")[:-1]
    zone = "/".join(folders[:2]) if folders[0] == PACKAGE else folders[0]
    return dict.fromkeys({name, zone}, text.count("\n"))


def limits(row: Choices) -> dict[str, int]:
    """Return the most lines that each zone may have: §5's, and what some choices bring of their own."""
    yours = {"words": 1300, "corpus": 1300, "graph": 1300, "graphs": 1160}.get(row["form"], 1136)
    found = {PACKAGE: yours, ENGINE: 1027, "reading": 389, TOOLS: 1062, "tests": 3065}
    for brings, lines in (
        (row["distributed"], {PACKAGE: 22, ENGINE: 228, "tests": 193}),
        # §5 was written for classes. Numbers and labels are longer by what they may leave unknown.
        (row["target"] != "classes", {PACKAGE: 15, TOOLS: 19, "tests": 224}),
        # Masks are files beside their images, each read when it is used; a report draws them over images.
        (row["target"] == "masks", {PACKAGE: 65, TOOLS: 29, "tests": 24}),
        (row["tracking"] == "mlflow", {ENGINE: 24}),
        # Edges have features too, and the tables of one graph are read there.
        (row["domain"] == "graph", {"reading": 68, "tests": 250}),
        # One graph may be too large for tables, or for one batch.
        (row["form"] == "graph", {"reading": 165}),
        (row["form"] == "graph" and not row["encodings"], {"reading": 110, "tests": 275}),
        # What is predicted of edges is hidden from their messages, drawn or not.
        (row["output"] == "pair", {"reading": 20}),
        # Processes share the nodes or pairs of one graph, and draw the same of it.
        (row["form"] == "graph" and row["distributed"], {"tests": 28}),
        # Attention between nodes is longer, and is told where they are.
        (row["encodings"], {PACKAGE: 60, "reading": 20, "tests": 95}),
        # Nodes are described there, whatever is predicted of them.
        (row["form"] == "graph", {"reading": 56}),
        (row["chem"], {PACKAGE: 23, "reading": 107, "tests": 105}),
        (row["needs_warmup"], {ENGINE: 12}),
        # Its step is written out, here and in its tests.
        (row["optimizer"] == "muon", {PACKAGE: 76, "tests": 81}),
        # Images have tables, came to be erased, and where the loss takes a share of each class, mixed.
        # A small class of files is in each split, and images of another size are told of.
        (row["form"] == "images", {PACKAGE: 19, "reading": 30, "tests": 25}),
        (row["mixing"], {PACKAGE: 28, "tests": 94}),
        # What is frozen, layer by layer; backbones are found, read and explained, with tests of their own.
        (row["pretrained"], {PACKAGE: 54, ENGINE: 260, TOOLS: 12, "tests": 480}),
        # Words are numbered by CoNLL-U, which has rows that are none.
        (row["form"] == "words", {"tests": 13}),
        # Tokens are those of the backbone, and tests make tiny ones of two kinds.
        (row["pretrained"] and row["domain"] == "nlp", {"tests": 205}),
    ):
        for zone in lines if brings else ():
            found[zone] += lines[zone]
    return {**found, f"{PACKAGE}/model.py": 150, f"{PACKAGE}/train.py": 150}


@pytest.mark.parametrize("form", FORMS)
def test_every_zone_keeps_to_its_budget(form: str) -> None:
    over: dict[str, dict[str, int]] = {}
    for row in (row for row in RENDERED if row["form"] == form):
        found: Counter[str] = Counter()
        for name, text in texts_of(row).items():
            found.update(lines_in(name, text))
        for zone, limit in limits(row).items():
            assert found[zone], f"{label(row)} has no {zone}"
            if found[zone] > limit:
                over.setdefault(zone, {})[label(row)] = found[zone] - limit
    largest = {zone: sorted(rows.items(), key=lambda item: item[1])[-5:] for zone, rows in over.items()}
    assert not over, f"zones that are too large by these numbers of lines: {largest}"


def test_no_line_of_code_is_long() -> None:
    long = {
        f"{name}:{number}"
        for name, text in distinct_texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if name.endswith(".py") and len(line) > 100
    }
    assert not long, "\n".join(sorted(long))
