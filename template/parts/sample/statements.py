"""The sample: statements of Python's own library, with what their names are as entities.

It can be learned because what a name is shows in the words around it: ``def`` stands before a
function, a bracket behind what is called, and dots join names to one. Delete it with the lines
that read it.
"""

import ast
import io
import random
import sysconfig
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from .engine.labels import DataError, LabelReader
from .sources import Row, Splits

PACKAGES = ("asyncio", "email", "http", "importlib", "logging", "unittest", "urllib", "xml")
KINDS = ("call", "class", "error", "function", "module")  # of the first name of a statement
SIZE = 200  # statements of each
LONGEST = 40  # words of one
PLAIN = (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING)
NAMED = {  # what stands before the name in each
    ast.FunctionDef: ("function", "def "),
    ast.AsyncFunctionDef: ("function", "async def "),
    ast.ClassDef: ("class", "class "),
}

Place = tuple[int, int]
"""Line and column."""


@cache
def read_sample(read_label: LabelReader) -> Splits:
    """Different statements, each a text, which is cut into words as Python does it."""
    library = Path(sysconfig.get_path("stdlib"))
    found: dict[str, dict[str, Row]] = {kind: {} for kind in KINDS}
    for file in sorted(file for package in PACKAGES for file in (library / package).rglob("*.py")):
        if "test" in file.parts or not file.read_bytes().isascii():
            continue
        for line, words, tags in read_statements(file):
            kind = next(tag[2:] for tag in tags if tag != "O")
            if kind in found:
                label = read_label({"tags": tags}, f"{file.relative_to(library)}:{line}")
                found[kind].setdefault(" ".join(words), Row(words, label))
    if min(map(len, found.values())) < SIZE:
        raise DataError(f"{library} holds too little code for the sample: name a --data.path")
    draws = random.Random(0)
    drawn = [draws.sample([*rows.values()], SIZE) for rows in found.values()]
    return {"train": [row for rows in drawn for row in rows]}


def read_statements(file: Path) -> Iterator[tuple[int, list[str], list[str]]]:
    """First line, words and tags of statements with names in them; long strings are left empty."""
    source = file.read_text()
    entities = find_entities(ast.parse(source))
    statement: list[tokenize.TokenInfo] = []
    kind, end = "", (0, 0)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.NEWLINE:
            statement += [token] if token.string.strip() and token.type != tokenize.COMMENT else []
            continue
        tags = []
        for word in statement:
            if word.start in entities:
                kind, end = entities[word.start]
                tags.append(f"B-{kind}")
            else:
                tags.append(f"I-{kind}" if word.start < end else "O")
        is_plain = all(word.type in PLAIN for word in statement)
        words = [word.string if len(word.string.split()) == 1 else '""' for word in statement]
        if is_plain and len(words) <= LONGEST and {*tags} != {"O"}:
            yield statement[0].start[0], words, tags
        statement = []


def find_entities(tree: ast.AST) -> dict[Place, tuple[str, Place]]:
    """By where it begins: what a name is, and where it ends."""
    found: dict[Place, tuple[str, Place]] = {}

    def add(kind: str, node: Any, size: int = 0) -> None:
        start = (node.lineno, node.col_offset)
        end = (start[0], start[1] + size) if size else (node.end_lineno, node.end_col_offset)
        found.setdefault(start, (kind, end))

    for node in ast.walk(tree):  # what is around comes before what is within
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                kind, before = NAMED[type(node)]
                start = (node.lineno, node.col_offset + len(before))
                found[start] = (kind, (start[0], start[1] + len(node.name)))
            case ast.ImportFrom(module=str(name), level=0):
                start = (node.lineno, node.col_offset + len("from "))
                found[start] = ("module", (start[0], start[1] + len(name)))
            case ast.Import():
                for alias in node.names:
                    add("module", alias, len(alias.name))
            case ast.Raise(exc=ast.Call(func=name)) | ast.Raise(exc=ast.Name() as name):
                add("error", name)
            case ast.ExceptHandler(type=ast.Name() | ast.Attribute() as name):
                add("error", name)
            case ast.Call(func=ast.Name() | ast.Attribute() as name) if is_dotted(name):
                add("call", name)
            case ast.arg(arg=name) | ast.keyword(arg=str(name)):
                add("parameter", node, len(name))
    return found


def is_dotted(node: ast.expr) -> bool:
    """Whether it is a name, or names with dots between them."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
