"""Parts that look alike: what the user wrote in one of them stands in that one, or in a conflict.

`make property` runs 2,000 cases; the suite runs 150. With `-s` it says how many files end in a conflict.
"""

import os
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lookalike_files import KINDS
from lookalike_places import READERS, Judge, read
from lookalikes import Node, Writer, change_template
from merging import empty_project, texts, trees

from scaffold.merge.store import Store
from scaffold.merge.three_way import Merged, merge
from scaffold.project import Project

CASES = int(os.environ.get("SCAFFOLD_PROPERTY_CASES", "150"))
FIRST = int(os.environ.get("SCAFFOLD_PROPERTY_SEED", "0"))
FILES = 4


@dataclass
class File:
    """One file in its three versions, with the marks of the user."""

    suffix: str
    names: list[str]
    sides: list[Node]
    marks: list[str]
    start: str

    def texts(self) -> list[str]:
        """Write out the three versions."""
        return [self.start + "\n".join(side.lines()) + "\n" for side in self.sides]


def some_file(kind: str, number: int, writer: Writer) -> File:
    rng = writer.rng
    make, suffix = KINDS[kind]
    base = make(rng)
    yours, theirs = base.copy(), base.copy()
    first = writer.marks
    change_template(theirs, rng)
    writer.edit(yours)
    if rng.random() < 0.25:
        writer.clash(yours, theirs)
    names = [f"file{number}.{suffix}"] * 3
    if rng.random() < 0.15:
        side = rng.choice([1, 2, 2])
        names[side] = f"moved{number}.{suffix}" if rng.random() < 0.7 or side == 1 else ""
    start = "\ufeff" if kind == "newer" and rng.random() < 0.2 else ""
    marks = [f"mine_{each}" for each in range(first, writer.marks)]
    return File(suffix, names, [base, yours, theirs], marks, start)


def some_case(kind: str, seed: int) -> list[File]:
    """Make the files of a case."""
    writer = Writer(random.Random(f"{kind} {seed}"))
    return [some_file(kind, number, writer) for number in range(FILES)]


def reported(text: str) -> tuple[list[str], str]:
    """Give the lines of the user's side of all conflicts, and the text with that side of each."""
    mine, kept, side = [], [], ""
    for line in text.splitlines():
        if re.match(r"<{7,} yours$", line):
            side = "yours"
        elif side == "yours" and re.match(r"(\|{7,} .*|={7,})$", line):
            side = "theirs"
        elif side == "theirs" and re.match(r">{7,} ", line):
            side = ""
        elif side != "theirs":
            kept.append(line)
            mine += [line] if side else []
    return mine, "\n".join(kept) + "\n"


def wrong(file: File, mark: str, merged: Merged, result: dict[str, str]) -> str:
    """Say what is wrong with the place of a mark, or nothing."""
    places = [name for name, text in result.items() if re.search(rf"{mark}\b", text)]
    if len(places) != 1 or places[0] not in file.names:
        return "in another file" if places else "lost"
    name = places[0]
    if len(re.findall(rf"{mark}\b", result[name])) > 1:
        return "doubled"
    mine, text = reported(result[name])
    if name in merged.conflicts:
        if any(re.search(rf"{mark}\b", line) for line in mine) or result[name] == file.texts()[1]:
            return ""
    elif mine:
        return "not reported"
    if file.suffix not in READERS:
        return ""  # of other files it is only said that nothing is lost
    return Judge(*file.sides, read(text, file.suffix)).wrong(mark)


def run_case(project: Project, kind: str, seed: int) -> tuple[list[str], int]:
    """Merge the files of a case; return what is wrong, and how many files end in a conflict."""
    files = some_case(kind, seed)
    written = [file.texts() for file in files]
    sides = [
        {file.names[side]: text[side] for file, text in zip(files, written, strict=True) if file.names[side]}
        for side in range(3)
    ]
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(project, Path(scratch))
        merged = merge(store, *trees(store, *sides), "template v2")
        result = texts(store, merged.result)
    found = [
        f"{kind} {seed} {file.names[1]}: {mark} is {what}"
        for file in files
        for mark in file.marks
        if (what := wrong(file, mark, merged, result))
    ]
    return found, sum(any(name in merged.conflicts for name in file.names) for file in files)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return empty_project(tmp_path_factory.mktemp("lookalikes"))


@pytest.fixture(scope="module")
def shares() -> Iterator[Counter[tuple[str, str]]]:
    """Count files and conflicts by kind, and print the shares at the end."""
    counted: Counter[tuple[str, str]] = Counter()
    yield counted
    for kind in KINDS:
        files = counted[kind, "files"]
        if files:
            share = counted[kind, "conflicts"] / files
            print(f"\n{kind:10} {files:5} files, {share:4.0%} end in a conflict", end="")


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_stands_where_its_look_alike_does_not(
    project: Project, shares: Counter[tuple[str, str]], kind: str
) -> None:
    found = []
    for seed in range(FIRST, FIRST + CASES // len(KINDS) + 1):
        problems, conflicts = run_case(project, kind, seed)
        found += problems
        shares[kind, "files"] += FILES
        shares[kind, "conflicts"] += conflicts
    assert not found, f"{len(found)} lines of the user, among them:\n" + "\n".join(found[:20])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "plain"])
def test_a_structure_is_read_from_its_text_again(kind: str) -> None:
    def outline(part: Node) -> list[object]:
        return [part.head, *(outline(item) if isinstance(item, Node) else item.strip() for item in part.body)]

    for seed in range(CASES):
        for file in some_case(kind, seed):
            for side, text in zip(file.sides, file.texts(), strict=True):
                assert outline(read(text, file.suffix)) == outline(side), f"{kind} {seed}:\n{text}"
