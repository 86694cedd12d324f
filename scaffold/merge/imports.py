"""Imports that a move breaks, in files that the template does not have or that the user changed.

The merge cannot fix them: the file with the import need not be one that the template has ever seen.
"""

import ast
from collections.abc import Iterator
from posixpath import relpath
from typing import NamedTuple

from scaffold.merge.blocks import YOURS, labelled
from scaffold.merge.store import Store, Tree
from scaffold.merge.three_way import Merged

Parts = tuple[str, ...]


class Import(NamedTuple):
    """A module as an import names it: `.run` is level 1 and `("run",)`; an absolute name has level 0."""

    line: int
    level: int
    names: Parts

    def module(self, folder: Parts) -> Parts:
        """Return the module that this means in a file of a folder; empty outside the project."""
        if self.level > len(folder):
            return ()
        return (*folder[: len(folder) - self.level + 1], *self.names) if self.level else self.names

    def __str__(self) -> str:
        """Spell it as the import does."""
        return "." * self.level + ".".join(self.names)


def broken_imports(store: Store, merged: Merged) -> list[str]:
    """Return a sentence for each import that does not mean its module where the merge has put it."""
    moved = _moves(merged)
    before = {new: old for old, new in moved.items()}
    sentences = []
    for path, entry in sorted(merged.result.items()) if moved else ():
        of_template = merged.theirs.get(path)
        if not path.endswith(".py") or not entry.is_file or (of_template and of_template.oid == entry.oid):
            continue
        try:
            tree = ast.parse(_your_side(store.read(entry)))
        except (SyntaxError, ValueError):
            sentences.append(f"{path} is no Python that can be read: it may import modules that have moved")
            continue
        old_folder, folder = (tuple(place.split("/")[:-1]) for place in (before.get(path, path), path))
        for found in sorted(_imports(tree, old_folder, merged.yours)):
            target = _file(found.module(old_folder), merged.yours)
            module = _module(moved.get(target, target)) if target else ()
            if module and module != found.module(folder):
                now = _relative(module, folder) if found.level else ".".join(module)
                sentences.append(f"{path}, line {found.line}: imports {found}, which is {now} now")
    return list(dict.fromkeys(sentences))


def _moves(merged: Merged) -> dict[str, str]:
    """Return the Python files that the template has moved, and the project with it."""
    renames = merged.renamed | {old: new for new, old in merged.followed.items()}
    return {
        old: new
        for old, new in renames.items()
        if new.endswith(".py") and old in merged.yours and old not in merged.result and new in merged.result
    }


def _your_side(content: bytes) -> bytes:
    """Take the user's side of each conflict; the lines keep their numbers."""
    return b"".join(line if side in ("", YOURS) else b"\n" for side, line in labelled(content))


def _imports(tree: ast.Module, folder: Parts, files: Tree) -> Iterator[Import]:
    """List what a file imports; of `from a import b` that is `a.b` where this is a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, 0, tuple(alias.name.split(".")))
        elif isinstance(node, ast.ImportFrom):
            package = Import(node.lineno, node.level, tuple(node.module.split(".")) if node.module else ())
            for alias in node.names:
                inner = package._replace(names=(*package.names, alias.name))
                yield inner if _file(inner.module(folder), files) else package


def _file(module: Parts, files: Tree) -> str | None:
    path = "/".join(module)
    return next((name for name in (f"{path}.py", f"{path}/__init__.py") if name in files), None)


def _module(path: str) -> Parts:
    return tuple(path.removesuffix(".py").removesuffix("/__init__").split("/"))


def _relative(module: Parts, folder: Parts) -> str:
    steps = relpath("/".join(module), "/".join(folder)).split("/")
    return "." * (steps.count("..") + 1) + ".".join(step for step in steps if step.strip("."))
