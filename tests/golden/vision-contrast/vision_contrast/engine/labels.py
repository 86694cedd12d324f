"""A label as it was read, and the error of data that cannot be used."""

from typing import NamedTuple


class DataError(Exception):
    """Data or labels that cannot be used; the message says where, and how to mend it."""

    def __init__(self, message: str) -> None:
        # A process that reads examples sends a whole traceback, which ends in the message.
        super().__init__(message.strip().rpartition("DataError: ")[2])


class Label(NamedTuple):
    """What a file says of an example, not yet understood; ``targets.py`` makes a target of it."""

    text: str
    """Empty where it is not known."""
    place: str
    """File and row, for messages."""
