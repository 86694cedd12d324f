"""A label as it was read, and the error of data that cannot be used."""

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
