"""A label as it was read, the error of data that cannot be used, and notes on what can."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

told: set[str] = set()  # notes


class DataError(Exception):
    """Data or labels that cannot be used; the message says where, and how to fix it."""

    def __init__(self, message: str) -> None:
        # From a worker process PyTorch sends the whole traceback, which ends in the message.
        *_, own_message = message.split("DataError: ")
        super().__init__(own_message.strip())


class Label(NamedTuple):
    """A label as it was read, which ``targets.py`` turns into a target."""

    text: str
    """Empty if unknown."""
    place: str
    """File and row, for messages."""


LabelReader = Callable[[dict[str, Any], str], Label]
"""Makes a label of what its columns hold, by name, and of its place; raises a DataError."""


def tell(note: str) -> None:
    """Says on stderr, once, what was not used of the data, or otherwise than it stands there."""
    if note not in told:
        told.add(note)
        print(f"note: {note}", file=sys.stderr)


@contextmanager
def collected(faults: list[DataError] | None) -> Iterator[None]:
    """Puts a DataError into the list, so that its reader may go on; without a list it is raised."""
    try:
        yield
    except DataError as error:
        if faults is None:
            raise
        faults.append(error)


def first_place(labels: Sequence[Label]) -> str:
    """Where the first of them stands, for a message about all of them, in whatever order."""
    return min((label.place for label in labels), key=lambda place: (len(place), place)) + " and on"


def join_first(names: Sequence[str]) -> str:
    """The first three, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def unknown_error(place: str, unknown: list[str], known: list[str]) -> DataError:
    """Of a label at this place, the first of the unknown ones, that the model does not have."""
    first, *others = dict.fromkeys(unknown)
    also = f" (others: {join_first(others)})" if others else ""
    what = f"has the label {first!r}{also}, which the model is not trained for"
    return DataError(
        f"{place} {what}, but for {join_first(known)}: leave such examples out, or train with some"
    )
