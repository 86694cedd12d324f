"""Files whose parts look alike, as structures: what templates and users do to them, and where lines belong.

`lookalike_files.py` makes the files, `lookalike_places.py` finds lines in a merged text again.
"""

import itertools
import random
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

CONTINUES = re.compile(r"(else|elif|except|finally)\b")
_numbers = itertools.count()


@dataclass(eq=False)
class Node:
    """A part of a file that encloses lines and other parts.

    Attributes:
        head: The lines that open it, decorators among them.
        body: Its lines and its parts, in their order.
        foot: The lines that close it.
        indent: How much further in than the head the body stands.
        gap: Blank lines around it.
        word: What tells it from its siblings, if anything does: it stands in the head or in `token`.
        token: A line of the body that holds the word.
        marks: What a user would write in it, with {} for the mark.
        slot: Where in the head a user can write, and what.
        flush: Whether the body stands at the left margin, whatever encloses it: a multi-line string.
        section: Whether what follows it belongs to it, until the next head: lines come before it.
        sole: Whether a second one of this name would be no valid file.
        number: The same for a part in every version of the file.
    """

    head: list[str]
    body: list["Node | str"] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)
    indent: int = 4
    gap: int = 0
    word: str = ""
    token: str = ""
    marks: tuple[str, ...] = ()
    slot: tuple[int, str] | None = None
    flush: bool = False
    section: bool = False
    sole: bool = False
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def parts(self) -> list["Node"]:
        """Give what it encloses, without lines."""
        return [item for item in self.body if isinstance(item, Node)]

    def lines(self, indent: int = 0) -> list[str]:
        """Write it out."""
        inner = 0 if self.flush else indent + self.indent
        written = [" " * indent + line for line in self.head]
        before: Node | str = ""
        for position, item in enumerate(self.body):
            gaps = [each.gap for each in (before, item) if isinstance(each, Node)]
            follows = isinstance(item, Node) and CONTINUES.match(item.head[0])
            written += [""] * max(gaps, default=0) if position and not follows else []
            written += item.lines(inner) if isinstance(item, Node) else [" " * inner + item]
            before = item
        return written + [" " * (0 if self.flush else indent) + line for line in self.foot]

    def walk(self) -> Iterator["Node"]:
        """Give it and all parts below it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def way_to(self, mark: str) -> list["Node"]:
        """Give the chain of what encloses a mark, this part first; none where it does not stand here."""
        own = [*self.head, *(item for item in self.body if isinstance(item, str)), *self.foot]
        if any(re.search(rf"{mark}\b", line) for line in own):
            return [self]
        return next(([self, *way] for part in self.parts if (way := part.way_to(mark))), [])

    def copy(self) -> "Node":
        """Give another version of it, to be changed."""
        return deepcopy(self)

    def twin(self) -> "Node":
        """Give a new part that looks the same."""
        new = deepcopy(self)
        for part in new.walk():
            part.number = next(_numbers)
        return new

    def rename(self, word: str) -> None:
        """Tell it from its siblings by another word."""
        self.head = [line.replace(self.word, word) for line in self.head]
        if self.token:
            place = self.body.index(self.token)
            self.body[place] = self.token = self.token.replace(self.word, word)
        self.word = word


def units(node: Node) -> list[list[Node]]:
    """Give the parts of a part, with an `if` and its `else` together."""
    found: list[list[Node]] = []
    for part in node.parts:
        if found and CONTINUES.match(part.head[0]):
            found[-1].append(part)
        else:
            found.append([part])
    return found


def room(node: Node, part: Node | None = None) -> list[int]:
    """Say where in a body a line, or a part, can be inserted."""
    places = range(len(node.body) + 1)
    sections = [place for place, item in enumerate(node.body) if isinstance(item, Node) and item.section]
    first = sections[0] if sections else len(node.body)
    places = places[first:] if part and part.section else places[: first + 1]
    following = [
        place
        for place, item in enumerate(node.body)
        if isinstance(item, Node) and CONTINUES.match(item.head[0])
    ]
    return [place for place in places if place not in following]


def plain_lines(node: Node) -> list[int]:
    """Say which of a part's lines can be replaced."""
    tokens = {part.token for part in node.walk()}
    lines = [(place, line) for place, line in enumerate(node.body) if isinstance(line, str)]
    return [place for place, line in lines if line not in tokens and "mine_" not in line]


def fresh(rng: random.Random) -> str:
    """Make up a word that no sibling has."""
    return rng.choice(["lion", "muon", "shampoo", "sophia"]) + str(rng.randint(10, 9999))


def insert(node: Node, unit: list[Node], rng: random.Random) -> None:
    if not unit:
        return
    place = rng.choice(room(node, unit[0]))
    node.body[place:place] = unit


def move(node: Node, unit: list[Node], rng: random.Random) -> None:
    for part in unit:
        node.body.remove(part)
    insert(node, unit, rng)


def new_unit(node: Node, rng: random.Random, alike: float) -> list[Node]:
    """Copy a sibling, as people do; most often the word in it is changed."""
    several = [unit for unit in units(node) if unit[0].word or not unit[0].sole]
    new = [part.twin() for part in rng.choice(several)] if several else []
    if new and new[0].word and (new[0].sole or rng.random() > alike):
        new[0].rename(fresh(rng))
    return new


def write(node: Node, mark: str, rng: random.Random, *, replace: bool) -> None:
    """Put a line with a mark into a part, or in the place of one of its lines."""
    replaced = plain_lines(node)
    if replace and replaced:
        # A function of nothing but a comment would be none.
        solid = [line for line in node.marks if not line.startswith("# ")]
        node.body[rng.choice(replaced)] = rng.choice(solid).format(mark)
    else:
        node.body.insert(rng.choice(room(node)), rng.choice(node.marks).format(mark))


def change_template(root: Node, rng: random.Random) -> None:
    """Do what a newer template does."""
    for _ in range(rng.randint(1, 3)):
        kind = rng.choice(["insert", "insert", "drop", "reorder", "shuffle", "rename", "edit", "edit"])
        several = [node for node in root.walk() if len(units(node)) > 1]
        if kind == "edit" or not several:
            node = rng.choice([node for node in root.walk() if node.marks])
            write(node, f"theirs_{rng.randint(0, 999)}", rng, replace=rng.random() < 0.5)
            continue
        node = rng.choice(several)
        unit = rng.choice(units(node))
        if kind == "insert":
            insert(node, new_unit(node, rng, alike=0.2), rng)
        elif kind == "drop":
            for part in unit:
                node.body.remove(part)
        elif kind == "reorder":
            move(node, unit, rng)
        elif kind == "shuffle":
            for each in rng.sample(units(node), len(units(node))):
                move(node, each, rng)
        elif unit[0].word:
            unit[0].rename(fresh(rng))


class Writer:
    """A user, who writes marks into files."""

    def __init__(self, rng: random.Random) -> None:
        """Start with mark 0."""
        self.rng, self.marks = rng, 0

    def mark(self) -> str:
        """Give the next mark."""
        self.marks += 1
        return f"mine_{self.marks - 1}"

    def edit(self, root: Node) -> list[str]:
        """Edit one place or two, and sometimes rename, move or delete something; return the marks."""
        first, rng = self.marks, self.rng
        aside = rng.choice(["", "", "", "rename", "reorder", "delete"])
        if aside:
            self._restructure(root, aside)
        for _ in range(rng.randint(1, 2)):
            kind = rng.choice(["line", "line", "line", "replace", "replace", "sibling", "head", "head"])
            open_nodes = [node for node in root.walk() if node.marks]
            slotted = [node for node in root.walk() if node.slot]
            several = [node for node in root.walk() if node.parts]
            if kind == "sibling" and several:
                self._add_sibling(rng.choice(several))
            elif kind == "head" and slotted:
                node = rng.choice(slotted)
                assert node.slot
                node.head.insert(node.slot[0], node.slot[1].format(self.mark()))
            else:
                write(rng.choice(open_nodes), self.mark(), rng, replace=kind == "replace")
        return [f"mine_{number}" for number in range(first, self.marks)]

    def _add_sibling(self, node: Node) -> None:
        new = new_unit(node, self.rng, alike=0.2)
        inner = [part for unit in new for part in unit.walk() if part.marks]
        if inner and not any("mine_" in line for unit in new for line in unit.lines()):
            write(self.rng.choice(inner), self.mark(), self.rng, replace=False)
            insert(node, new, self.rng)

    def _restructure(self, root: Node, kind: str) -> None:
        several = [node for node in root.walk() if len(units(node)) > 1]
        if not several:
            return
        node = self.rng.choice(several)
        unit = self.rng.choice(units(node))
        if kind == "rename" and unit[0].word:
            unit[0].rename(fresh(self.rng))
        elif kind == "reorder":
            move(node, unit, self.rng)
        elif kind == "delete":
            for part in unit:
                node.body.remove(part)

    def clash(self, yours: Node, theirs: Node) -> None:
        """Change one line on both sides, so that git itself has a conflict."""
        of_theirs = {node.number: node for node in theirs.walk()}
        both = [node for node in yours.walk() if node.marks and node.number in of_theirs]
        for node in self.rng.sample(both, len(both)):
            other = of_theirs[node.number]
            lines = [node.body[place] for place in plain_lines(node)]
            shared = [line for line in lines if line in [other.body[place] for place in plain_lines(other)]]
            if shared:
                line = self.rng.choice(shared)
                node.body[node.body.index(line)] = node.marks[0].format(self.mark())
                other.body[other.body.index(line)] = node.marks[0].format("theirs_too")
                return
