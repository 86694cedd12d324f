"""A mutation: a mistake somebody makes while editing a generated project, and how to make it.

``fault`` is the class of the mistake in Humbatova et al. 2020, Taxonomy of Real Faults in Deep
Learning Systems (arXiv 1910.11015), at its second level, or the address of a real issue.
"""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT_FILES = ("configs/", "data/", "tests/", "pyproject.toml")  # all others are the package's


class TargetError(Exception):
    """The code that a mutation wants to change is not there, or is there more than once."""


@dataclass(frozen=True)
class Edit:
    """Puts ``new`` in the place of ``old`` within one definition of one file of the package.

    Both are Python: an expression, or statements that follow each other. They are compared as syntax
    trees, so that comments and line breaks do not matter, and ``old`` must be there exactly once.
    """

    file: str
    definition: str
    """Qualified name, such as ``ResNet.forward``; empty for the whole file."""
    old: str
    new: str

    def path(self, package: Path) -> Path:
        """Find the file in a project, by the folder of its package."""
        return package / self.file

    def apply(self, code: str) -> str:
        """Change the content of the file."""
        tree = ast.parse(code)
        scope = find_definition(tree, self.definition, self.file)
        replacer = Replacer(self.old, self.new)
        replacer.visit(scope)
        if replacer.count != 1:
            where = f"{self.file}: {self.definition or 'the file'}"
            raise TargetError(f"{where} has {replacer.count} times, not once: {self.old}")
        changed = ast.unparse(ast.fix_missing_locations(tree))
        ast.parse(changed)
        return changed + "\n"


@dataclass(frozen=True)
class Text:
    """Puts ``new`` in the place of ``old`` in one file, and leaves all else as it is formatted.

    ``old`` must be there exactly once; where it is empty, the file must not be there yet.
    """

    file: str
    old: str
    new: str

    def path(self, package: Path) -> Path:
        """Find the file in a project, by the folder of its package."""
        return (package.parent if self.file.startswith(PROJECT_FILES) else package) / self.file

    def apply(self, text: str) -> str:
        """Change the content of the file, or make it of nothing."""
        if text.count(self.old) != 1:
            raise TargetError(f"{self.file} has {text.count(self.old)} times, not once: {self.old}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Whole:
    """Puts another file in the place of one, or removes it."""

    file: str
    new: str = ""
    """The content; empty to remove the file."""

    def path(self, package: Path) -> Path:
        """Find the file in a project, by the folder of its package."""
        return Text(self.file, "", "").path(package)

    def apply(self, text: str) -> str:
        """Change the content of the file; what is empty then is removed."""
        if text in {"", self.new}:
            raise TargetError(f"{self.file} is not there, or is the same already")
        return self.new


@dataclass(frozen=True)
class Setting:
    """Gives a key of configs/default.yaml another value."""

    key: str
    value: Any

    def path(self, package: Path) -> Path:
        """Find the file in a project, by the folder of its package."""
        return package.parent / "configs/default.yaml"

    def apply(self, text: str) -> str:
        """Change the content of the file."""
        sections = yaml.safe_load(text)
        section, _, key = self.key.partition(".")
        if sections.get(section, {}).get(key, self.value) == self.value:
            raise TargetError(f"configs/default.yaml has no {self.key}, or it is {self.value!r} already")
        sections[section][key] = self.value
        return yaml.safe_dump(sections, sort_keys=False)


@dataclass(frozen=True)
class Mutation:
    """One mistake, the projects (``projects.PROJECTS``) it is tried in, and its edits."""

    name: str
    mistake: str
    fault: str
    projects: tuple[str, ...]
    edits: tuple[Edit | Text | Whole | Setting, ...]
    equivalent: str = ""
    """Why no test can or need see it; empty for all that must be caught."""

    @property
    def component(self) -> str:
        """File that it changes first."""
        edit = self.edits[0]
        return "configs/default.yaml" if isinstance(edit, Setting) else edit.file

    def apply(self, package: Path) -> None:
        """Change a project, by the folder of its package, or raise a TargetError."""
        for edit in self.edits:
            path = edit.path(package)
            path.parent.mkdir(exist_ok=True)
            path.write_text(edit.apply(path.read_text() if path.exists() else ""))
            if isinstance(edit, Whole) and not edit.new:
                path.unlink()


def change(
    file: str,
    name: str,
    mistake: str,
    fault: str,
    projects: tuple[str, ...],
    definition: str,
    *pairs: str,
    equivalent: str = "",
) -> Mutation:
    """Make a mutation of one definition by pairs of old and new code."""
    edits = (Edit(file, definition, *pair) for pair in zip(pairs[::2], pairs[1::2], strict=True))
    return Mutation(name, mistake, fault, projects, tuple(edits), equivalent)


def edit(name: str, what: str, projects: tuple[str, ...], *changes: Text | Whole | Setting) -> Mutation:
    """Something that people rightly do: after it, tests and linters must pass."""
    return Mutation(name, what, "", projects, changes)


def find_definition(tree: ast.Module, name: str, file: str) -> ast.AST:
    """Look up a class or function by its qualified name."""
    scope: ast.AST = tree
    for part in name.split(".") if name else []:
        found = [
            node
            for node in ast.iter_child_nodes(scope)
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == part
        ]
        if len(found) != 1:
            raise TargetError(f"{file} has no definition {name}")
        scope = found[0]
    return scope


class Replacer(ast.NodeTransformer):
    """Replaces an expression, or statements within one block, and counts how often."""

    def __init__(self, old: str, new: str) -> None:
        """Parse both; ``new`` may be more or fewer statements."""
        self.count = 0
        self.old, self.new = ast.parse(old).body, ast.parse(new).body
        self.is_expression = (
            len(self.old) == len(self.new) == 1
            and isinstance(self.old[0], ast.Expr)
            and isinstance(self.new[0], ast.Expr)
        )

    def visit(self, node: ast.AST) -> Any:
        """Replace this node, or look within it."""
        if self.is_expression:
            old, new = self.old[0], self.new[0]
            assert isinstance(old, ast.Expr)
            assert isinstance(new, ast.Expr)
            if type(node) is type(old.value) and same([node], [old.value]):
                self.count += 1
                return new.value
            return super().visit(node)
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                self._replace_in(block)
        return super().generic_visit(node)

    def _replace_in(self, block: list[ast.stmt]) -> None:
        length = len(self.old)
        found = [i for i in range(len(block)) if same(block[i : i + length], self.old)]
        self.count += len(found)
        for start in reversed(found):
            block[start : start + length] = self.new


def same(nodes: list[Any], others: list[Any]) -> bool:
    """Compare syntax, whether it is read or written to."""
    return [ast.unparse(node) for node in nodes] == [ast.unparse(node) for node in others]
