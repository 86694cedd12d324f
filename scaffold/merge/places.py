"""Which place each line of a file belongs to, so that an edit can be looked for where it was made.

A place is what encloses lines and has a name of its own: a class, a function, a statement or an entry of
several lines, a key or a list item of YAML, a table of TOML, a section of Markdown. Tree-sitter reads them,
because it also reads what this Python cannot parse: newer syntax, a notebook's magic, half a file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath

from tree_sitter import Language, Node, Parser

from scaffold.merge.names import NAMING

GRAMMARS = {
    ".py": "python",
    ".pyi": "python",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".md": "markdown",
}


@dataclass
class Place:
    """What encloses lines.

    Attributes:
        key: What it is called among its siblings.
        detail: What tells it from siblings that are called the same, if anything does.
        first: Its first line, from 0; comments directly above it are part of it.
        last: Its last line.
        inside: The places in it, in their order.
        lines: Its lines that belong to none of those, without blank ones.
        text: All its lines that are not blank.
    """

    key: str
    detail: str
    first: int
    last: int
    inside: list["Place"] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


@dataclass
class Reading:
    """A file, as its places.

    Attributes:
        whole: The place that holds all others.
        broken: Whether some of the text is not what the name of the file says.
    """

    whole: Place
    broken: bool


def read(path: str, text: str) -> Reading:
    """Find the places of a text; the suffix of the path says what it is."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    whole = Place("", "", 0, len(lines) - 1)
    grammar = GRAMMARS.get(PurePosixPath(path).suffix)
    broken = False
    if grammar:
        root = _parser(grammar).parse(text.encode(errors="replace")).root_node
        broken = root.has_error
        _fill(whole, root, grammar)
        if grammar == "toml":
            _nest_tables(whole)
    _give_lines(whole, lines)
    return Reading(whole, broken)


@cache
def _parser(grammar: str) -> Parser:
    return Parser(Language(import_module(f"tree_sitter_{grammar}").language()))


_OPENING = {"", "---"}  # what may begin with one of its own places: the file, a document of YAML


def _fill(whole: Place, root: Node, grammar: str) -> None:
    """Hang every place below the one that encloses it. A stack, since expressions nest without bound."""
    naming = NAMING[grammar]
    stack = [(whole, child) for child in reversed(root.children)]
    while stack:
        above, node = stack.pop()
        place = above
        first, last = node.start_point.row, _last_row(node)
        named = naming(node) if last > first and (first > above.first or above.key[:3] in _OPENING) else None
        if named is not None:
            place = Place(*named, _with_comments(node, above), last)
            above.inside.append(place)
        if last > first:  # no place stands within a line
            stack += [(place, child) for child in reversed(node.children)]


def _last_row(node: Node) -> int:
    return node.end_point.row - (node.end_point.column == 0 and node.end_point.row > node.start_point.row)


def _with_comments(node: Node, above: Place) -> int:
    """A comment directly above belongs to what it is above."""
    first = node.start_point.row
    before = node.prev_sibling
    while before is not None and before.type == "comment" and before.end_point.row == first - 1:
        alone = before.prev_sibling is None or before.prev_sibling.end_point.row < before.start_point.row
        if not alone or (above.key and before.start_point.row <= above.first):
            break
        first, before = before.start_point.row, before.prev_sibling
    return first


def _give_lines(whole: Place, lines: list[str]) -> None:
    for place in walk(whole):
        taken = {number for child in place.inside for number in range(child.first, child.last + 1)}
        numbers = [number for number in range(place.first, place.last + 1) if lines[number].strip()]
        place.text = [lines[number].rstrip() for number in numbers]
        place.lines = [lines[number].rstrip() for number in numbers if number not in taken]


def _nest_tables(whole: Place) -> None:
    """A table below an array of tables belongs to the array's last element."""
    kept: list[Place] = []
    for place in whole.inside:
        name = place.key.partition("]")[0].strip("[ ")
        above = kept[-1].key if kept else ""
        if above.startswith("[[") and name.startswith(above.partition("]")[0].strip("[ ") + "."):
            kept[-1].inside.append(place)
            kept[-1].last = place.last
        else:
            kept.append(place)
    whole.inside = kept


def walk(place: Place) -> Iterator[Place]:
    """Yield a place and all inside it."""
    stack = [place]
    while stack:
        found = stack.pop()
        yield found
        stack += found.inside
