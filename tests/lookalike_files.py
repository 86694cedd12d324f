"""The kinds of files whose parts share names, have none, or look alike line for line."""

import random
from collections.abc import Callable

import lookalike_markup as markup
import lookalike_python as python
from lookalikes import Node

KINDS: dict[str, tuple[Callable[[random.Random], Node], str]] = {
    "classes": (python.classes, "py"),
    "dispatch": (python.dispatch, "py"),
    "decorators": (python.decorators, "py"),
    "branches": (python.branches, "py"),
    "nested": (python.nested, "py"),
    "entries": (python.entries, "py"),
    "calls": (python.calls, "py"),
    "strings": (python.strings, "py"),
    "blocks": (python.blocks, "py"),
    "newer": (python.newer, "py"),
    "steps": (markup.steps, "yaml"),
    "hooks": (markup.hooks, "yml"),
    "mappings": (markup.mappings, "yaml"),
    "documents": (markup.documents, "yaml"),
    "tables": (markup.tables, "toml"),
    "headings": (markup.headings, "md"),
    "plain": (lambda rng: rng.choice([markup.tables, markup.headings, markup.steps])(rng), "cfg"),
}
