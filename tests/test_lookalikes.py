"""Parts that look alike: what the user wrote in one of them stands in that one, or in a conflict.

`make property` runs 2,000 cases of four files; the suite runs 150. With `-s` it says how many files end in a
conflict. SCAFFOLD_PROPERTY_SEED starts elsewhere than at 0.

A line of the user can be lost, doubled, in another file, misplaced, there twice (one part has become two), or
guessed: it stands in one of several parts that nothing tells apart, after the template inserted, dropped or
moved some of them.
"""

import difflib
import os
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lookalike_edits import Writer, change_template, write
from lookalike_files import KINDS
from lookalike_places import Judge
from lookalike_reading import READERS, read
from lookalikes import Node
from merging import of_user, texts, trees

from scaffold.merge.store import Store
from scaffold.merge.three_way import Merged, merge
from scaffold.project import Project

CASES = int(os.environ.get("SCAFFOLD_PROPERTY_CASES", "150"))
FIRST = int(os.environ.get("SCAFFOLD_PROPERTY_SEED", "0"))
FILES = 4
SEEDS = range(FIRST, FIRST + CASES // len(KINDS) + 1)


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
    start = "\ufeff" if kind == "newer" and rng.random() < 0.2 else ""
    marks = [f"mine_{each}" for each in range(first, writer.marks)]
    return File(suffix, [f"file{number}.{suffix}"] * 3, [base, yours, theirs], marks, start)


def some_case(kind: str, seed: int) -> list[File]:
    """Make the files of a case."""
    writer = Writer(random.Random(f"{kind} {seed}"))
    files = [some_file(kind, number, writer) for number in range(FILES)]
    if writer.rng.random() < 0.5:
        # Of one only: nothing tells which of several files that look alike has become which.
        moved = writer.rng.choice(files)
        side = writer.rng.choice(["yours", "theirs", "theirs", "dropped"])
        new = "" if side == "dropped" else f"moved.{moved.suffix}"
        moved.names[1 if side == "yours" else 2] = new
    return files


def wrong(file: File, mark: str, merged: Merged, result: dict[str, str]) -> str:
    """Say what is wrong with the place of a mark, or nothing."""
    places = [name for name, text in result.items() if re.search(rf"{mark}\b", text)]
    if len(places) != 1 or places[0] not in file.names:
        return "in another file" if places else "lost"
    name = places[0]
    if len(re.findall(rf"{mark}\b", result[name])) > 1:
        return "doubled"
    if result[name] == file.texts()[1]:
        return ""  # the user's file, byte for byte: every line stands where they put it
    text, mine = of_user(result[name])
    if name in merged.conflicts:
        if any(re.search(rf"{mark}\b", line) for line in mine):
            return ""
    elif mine:
        return "not reported"
    if file.suffix not in READERS:
        return ""  # of other files it is only said that nothing is lost
    base, yours, theirs = file.sides
    return Judge(base, yours, theirs, read(text, file.suffix)).wrong(mark)


@dataclass
class Problem:
    """A line of the user that is not where it should be."""

    what: str
    where: str
    file: File
    result: str

    def story(self) -> str:
        """Tell what was changed and what became of it."""
        base, yours, theirs = (text.splitlines() for text in self.file.texts())
        changes = [
            "\n".join(["", name, *list(difflib.unified_diff(base, side, lineterm="", n=9))[2:]])
            for name, side in (("you:", yours), ("the template:", theirs))
        ]
        return f"{self.where} is {self.what}\n{''.join(changes)}\n\nresult:\n{self.result}"


def run_case(project: Project, kind: str, seed: int) -> tuple[list[Problem], int]:
    """Merge the files of a case; return what is wrong, and how many files end in a conflict."""
    files = some_case(kind, seed)
    written = [file.texts() for file in files]
    sides = [
        {file.names[side]: text[side] for file, text in zip(files, written, strict=True) if file.names[side]}
        for side in range(3)
    ]
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(project, Path(scratch))
        base, yours, theirs = trees(store, *sides)
        merged = merge(store, base, yours, theirs, "template v2")
        result = texts(store, merged.result)
    problems = [
        Problem(
            what,
            f"{kind} {seed} {file.names[1]}: {mark}",
            file,
            next((result[name] for name in file.names if name in result), ""),
        )
        for file in files
        for mark in file.marks
        if (what := wrong(file, mark, merged, result))
    ]
    return problems, sum(any(name in merged.conflicts for name in file.names) for file in files)


@pytest.fixture(scope="module")
def table() -> Iterator[dict[str, Counter[str]]]:
    """Count by kind, and print it at the end."""
    counted: dict[str, Counter[str]] = {}
    yield counted
    for kind, count in counted.items():
        files, conflicts = count.pop("files"), count.pop("conflicts")
        print(f"\n{kind:10} {files:5} files, {conflicts / files:4.0%} end in a conflict", dict(count), end="")


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_stands_in_its_own_place_or_in_a_conflict(
    repository: Project, table: dict[str, Counter[str]], kind: str
) -> None:
    found = []
    count = table[kind] = Counter()
    for seed in SEEDS:
        problems, conflicts = run_case(repository, kind, seed)
        found += problems
        count.update(problem.what for problem in problems)
        count.update(files=FILES, conflicts=conflicts)
    shortest = min((problem.story() for problem in found), key=len, default="")
    assert not found, f"{len(found)} lines of the user; the shortest story:\n{shortest}"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "plain"])
def test_a_structure_is_read_from_its_text_again(kind: str) -> None:
    def outline(part: Node) -> list[object]:
        return [part.head, *(outline(item) if isinstance(item, Node) else item.strip() for item in part.body)]

    for seed in SEEDS:
        for file in some_case(kind, seed):
            for side, text in zip(file.sides, file.texts(), strict=True):
                assert outline(read(text, file.suffix)) == outline(side), f"{kind} {seed}:\n{text}"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "plain"])
def test_a_line_in_a_look_alike_is_seen(kind: str) -> None:
    """What judges the merges above can say no."""
    for seed in SEEDS:
        rng = random.Random(seed)
        make, suffix = KINDS[kind]
        base = make(rng)
        open_parts = [number for number, part in enumerate(base.walk()) if part.marks]
        if len(open_parts) < 2:
            continue
        right, other = (base.copy(), base.copy())
        for side, number in zip((right, other), rng.sample(open_parts, 2), strict=True):
            write(list(side.walk())[number], "mine_0", rng, replace=False)
        for side, expected in ((right, ""), (other, "misplaced")):
            result = read("\n".join(side.lines()), suffix)
            assert Judge(base, right, base, result).wrong("mine_0") == expected
