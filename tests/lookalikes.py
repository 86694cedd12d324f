"""Files whose parts look alike, as structures: whatever is done to them, it is known where each line belongs.

`lookalike_files.py` makes them, `lookalike_edits.py` does what templates and users do, `lookalike_places.py`
judges where the user's lines stand in a merged text, as `lookalike_reading.py` reads it.
"""

import itertools
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
        new.renumber()
        return new

    def renumber(self) -> None:
        """Make it another part, and all below it."""
        for part in self.walk():
            part.number = next(_numbers)

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
