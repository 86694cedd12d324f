"""A label as it was read, an example in words, and the error of data that cannot be used."""

from collections.abc import Callable
from typing import Any, NamedTuple


class DataError(Exception):
    """Data or labels that cannot be used; the message says where, and how to fix it."""


class Label(NamedTuple):
    """A label as it was read, which ``targets.py`` turns into a target."""

    text: str
    """Empty if unknown."""
    place: str
    """File and row, for messages."""


LabelReader = Callable[[dict[str, Any], str], Label]
"""Makes a label of what its columns hold, by name, and of its place; raises a DataError."""


class Described(NamedTuple):
    """An example in words, for `show data` and reports."""

    name: str
    label: Label
    text: str
    sizes: dict[str, float]
    content: bytes  # equal for equal examples
    fault: str  # empty if nothing looks wrong
