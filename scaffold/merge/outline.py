"""Which definition each line of a file belongs to, so that an edit can be looked for where it was made.

A definition is a function, a class, or an assignment of several lines; what stands outside of them belongs to
the module. Lines of YAML belong to the keys above them, of TOML to their table, of Markdown to the heading.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

Outline = dict[str, list[str]]

_TABLE = re.compile(r"\[+ *([^]]+?) *\]+ *(#.*)?$")
_KEY = re.compile(r"([^#\s][^:]*)")
_HEADER = re.compile(r"(?:async +)?((?:def|class) +\w+)")
_HEADING = re.compile(r"#{1,6} +(.+)")


def outline(path: str, text: str, *, strict: bool = True) -> Outline:
    """Return the lines of each definition, without blank ones and those of the definitions inside it.

    Args:
        path: Its suffix says what the text is.
        text: The text.
        strict: Whether Python has to be Python; otherwise indentation decides.

    Raises:
        SyntaxError: The file is called Python and is none.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    suffix = PurePosixPath(path).suffix
    if suffix in {".py", ".pyi"}:
        owners = _python(text, lines) if strict else _indented(lines, _HEADER)
    elif suffix in {".yaml", ".yml"}:
        owners = _indented(lines, _KEY)
    elif suffix in {".toml", ".cfg", ".ini", ".md"}:
        owners = _sections(lines, _HEADING if suffix == ".md" else _TABLE)
    else:
        owners = [""] * len(lines)
    found: Outline = {}
    for owner, line in zip(owners, lines, strict=True):
        if line.strip():
            found.setdefault(owner, []).append(line.rstrip())
    return found


def _python(text: str, lines: list[str]) -> list[str]:
    try:
        tree = ast.parse(text)
    except (ValueError, RecursionError, MemoryError) as error:  # a null byte, or nested beyond all reason
        raise SyntaxError(str(error)) from error
    owners = [""] * len(lines)
    for name, first, last, column in _definitions(tree, ""):
        while first > 0 and owners[first - 1] == owners[first] and lines[first - 1].lstrip().startswith("#"):
            first -= 1  # a comment directly above belongs to what it is above
        while last + 1 < len(lines) and _is_comment_inside(lines[last + 1], column):
            last += 1
        owners[first : last + 1] = [name] * (last + 1 - first)
    return owners


def _is_comment_inside(line: str, column: int) -> bool:
    bare = line.lstrip()
    return not bare or (bare.startswith("#") and len(line) - len(bare) > column)


def _definitions(node: ast.AST, prefix: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield name, first and last line (from 0) and column, outer definitions before inner ones."""
    seen: Counter[str] = Counter()
    for name, child in _named(node):
        seen[name] += 1
        full = f"{prefix}{name}" if seen[name] == 1 else f"{prefix}{name}#{seen[name]}"
        decorators = getattr(child, "decorator_list", [])
        first = min([child.lineno, *(decorator.lineno for decorator in decorators)])
        yield full, first - 1, (child.end_lineno or child.lineno) - 1, child.col_offset
        yield from _definitions(child, f"{full}/")


def _named(node: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the definitions directly below a node, those in its branches and loops too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child.name, child
        elif isinstance(child, ast.Assign | ast.AnnAssign) and child.end_lineno != child.lineno:
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            yield " = ".join(ast.unparse(target) for target in targets), child
        elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _named(child)


def _indented(lines: list[str], header: re.Pattern[str]) -> list[str]:
    owners: list[str] = []
    above: list[tuple[int, str]] = []
    for line in lines:
        bare = line.lstrip()
        indent = len(line) - len(bare)
        if bare:
            while above and above[-1][0] >= indent:
                above.pop()
        owners.append(" ".join(key for _, key in above))
        match = header.match(bare)
        if match:
            above.append((indent, match[1]))
    return owners


def _sections(lines: list[str], heading: re.Pattern[str]) -> list[str]:
    owners: list[str] = []
    section = ""
    for line in lines:
        match = heading.match(line)
        section = match[1] if match else section
        owners.append(section)
    return owners
