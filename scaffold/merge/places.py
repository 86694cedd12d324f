"""Which place each line of a file belongs to, so that an edit can be looked for where it was made.

A place is what encloses lines and has a name of its own: a class, a function, a statement or an entry of
several lines, a key or a list item of YAML, a table of TOML, a section of Markdown. Tree-sitter reads them,
because it also reads what this Python cannot parse: newer syntax, a notebook's magic, half a file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath

from tree_sitter import Language, Node, Parser

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
        own: Its lines that belong to none of those, without blank ones, with their numbers.
        text: All its lines that are not blank.
    """

    key: str
    detail: str
    first: int
    last: int
    inside: list["Place"] = field(default_factory=list)
    own: list[tuple[int, str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """Return its own lines."""
        return [line for _, line in self.own]


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
    naming = _NAMING[grammar]
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


def _give_lines(place: Place, lines: list[str]) -> None:
    for child in place.inside:
        _give_lines(child, lines)
    taken = {number for child in place.inside for number in range(child.first, child.last + 1)}
    numbers = [number for number in range(place.first, place.last + 1) if lines[number].strip()]
    place.text = [lines[number].rstrip() for number in numbers]
    place.own = [(number, lines[number].rstrip()) for number in numbers if number not in taken]


Named = tuple[str, str] | None
_ENTRIES = {"list", "tuple", "set", "argument_list", "dictionary"}
_BRANCHES = {"elif_clause", "else_clause", "except_clause", "finally_clause", "case_clause"}
# Seldom two of a kind side by side: what is repeated, or tried, may change and the place stays.
_LOOPS = {"for_statement", "while_statement", "try_statement"}


def _name_python(node: Node) -> Named:
    above = node.parent.type if node.parent else ""
    if node.type == "decorated_definition":
        inner = node.child_by_field_name("definition")
        named = _name_python_definition(inner) if inner else None
        decorators = [_text(child) for child in node.children if child.type == "decorator"]
        return (named[0], " ".join([*decorators, named[1]])) if named else None
    if above == "decorated_definition":
        return None
    if node.type in {"class_definition", "function_definition"}:
        return _name_python_definition(node)
    if node.type in _LOOPS:
        return node.type, _header(node)
    if node.type in _BRANCHES:
        return _header(node), ""
    if node.type == "comment" or above not in _ENTRIES | {"module", "block"}:
        return None
    name = _name_entry(node)
    return (name, "") if name else None


def _name_python_definition(node: Node) -> Named:
    name = node.child_by_field_name("name")
    kind = "class" if node.type == "class_definition" else "def"
    return (f"{kind} {_text(name)}", _header(node)) if name else None


def _name_entry(node: Node) -> str:
    """Name a statement or an entry by what stays when its values change."""
    while node.type == "expression_statement" and node.named_child_count == 1:
        node = node.named_children[0]
    for name in ("left", "key", "name"):  # of an assignment, an entry of a dictionary, a keyword argument
        found = node.child_by_field_name(name)
        if found is not None and node.type in {"assignment", "pair", "keyword_argument"}:
            return _text(found)
    arguments = node.child_by_field_name("arguments")
    if node.type == "call" and arguments is not None:
        given = (child for child in arguments.named_children if child.type != "comment")
        first = next(given, None)
        named = first is not None and first.type != "keyword_argument"
        return f"{_header(node).partition('(')[0]}({_header(first) if first and named else ''}"
    return "" if node.type == "string" else _header(node)


_TELLING = ("name", "id", "uses", "repo", "run", "key", "module", "path", "job_name")


def _name_yaml(node: Node) -> Named:
    if node.type == "document":
        beside = node.next_named_sibling or node.prev_named_sibling
        content = next((child for child in node.named_children if child.type != "comment"), None)
        return ("---", _header(content) if content else "") if beside else None
    if node.type == "block_mapping_pair":
        key = node.child_by_field_name("key")
        return (_text(key) if key else "?"), ""
    if node.type == "block_sequence_item":
        return f"- {_telling(_pairs(node)) or _header(node)}", ""
    return None


def _pairs(item: Node) -> dict[str, str]:
    """Return the keys of a list item with their values, as far as these stand on the key's line."""
    node: Node | None = item
    while node is not None and node.type != "block_mapping":
        node = next((child for child in node.named_children if child.type.startswith("block_")), None)
    pairs = {}
    for pair in node.named_children if node else []:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key and value:
            pairs[_text(key)] = _header(value)
    return pairs


def _name_toml(node: Node) -> Named:
    if node.type in {"table", "table_array_element"}:
        pairs = [child for child in node.named_children if child.type == "pair"]
        values = {_text(pair.named_children[0]): _text(pair.named_children[-1]) for pair in pairs}
        first = next(iter(values.items()), ("", ""))
        told = _telling(values) or f"{first[0]} = {first[1]}"
        return _header(node).partition("#")[0].strip() + (f" {told}" if "array" in node.type else ""), ""
    return (_text(node.named_children[0]), "") if node.type == "pair" else None


def _telling(pairs: dict[str, str]) -> str:
    """Choose the key that tells an item from its siblings; a version after @ is no part of it."""
    return next((f"{key}: {pairs[key].partition('@')[0]}" for key in _TELLING if key in pairs), "")


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


def _name_markdown(node: Node) -> Named:
    if node.type == "section" and node.children and "heading" in node.children[0].type:
        return _header(node), ""
    return (_header(node), "") if node.type == "list_item" else None


def _text(node: Node) -> str:
    return " ".join((node.text or b"").decode(errors="replace").split())


def _header(node: Node) -> str:
    """Return the first line of a node, or all of a definition up to its body."""
    body = node.child_by_field_name("body") if node.type.endswith("_definition") else None
    content = (node.text or b"")[: body.start_byte - node.start_byte] if body else (node.text or b"")
    text = content.decode(errors="replace").strip()
    return " ".join(text.split()) if body else text.split("\n")[0].rstrip(" ,")


_NAMING: dict[str, Callable[[Node], Named]] = {
    "python": _name_python,
    "yaml": _name_yaml,
    "toml": _name_toml,
    "markdown": _name_markdown,
}


def walk(place: Place) -> Iterator[Place]:
    """Yield a place and all inside it."""
    stack = [place]
    while stack:
        found = stack.pop()
        yield found
        stack += found.inside
