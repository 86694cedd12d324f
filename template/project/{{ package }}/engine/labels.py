"""A label as it was read, an example in words, and the error of data that cannot be used."""

from collections.abc import Callable
from typing import NamedTuple


class DataError(Exception):
    """Data or labels that cannot be used; the message says where, and how to fix it."""

    def __init__(self, message: str) -> None:
        # From a worker process PyTorch sends the whole traceback, which ends in the message.
        *_, own_message = message.split("DataError: ")
        super().__init__(own_message.strip())


class Label(NamedTuple):
    """The text of a label, which ``targets.py`` turns into a target."""

    text: str
    """Empty if unknown."""
    place: str
    """File and row, for messages."""


Check = Callable[[Label], None]
"""Raises a DataError for text that cannot be a label."""


class Described(NamedTuple):
    """An example in words, for `show data` and reports."""

    name: str
    label: Label
    text: str
    sizes: dict[str, float]
    content: bytes  # equal for equal examples
    fault: str  # empty if nothing looks wrong
