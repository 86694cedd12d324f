"""The exception that ends a command, and the words that its sentences share."""

import re
from collections.abc import Iterable, Sequence


class ScaffoldError(Exception):
    """What went wrong, where, and how to fix it: a sentence for each fault, its remedy after the last colon.

    The code is the exit status: 1 refused or failed with nothing changed, 2 bad usage or bad answers.
    """

    def __init__(self, message: str, code: int = 1, faults: Sequence[str] = ()) -> None:
        """Keep each sentence on one line, whatever it quotes."""
        super().__init__(" ".join(message.split()))
        self.code = code
        self.faults = [" ".join(fault.split()) for fault in faults] or [str(self)]


def remedy_in(message: str) -> str:
    """Return what a sentence says is to be done; empty if it says nothing."""
    return message.rpartition(": ")[2] if ": " in message else ""


class DiskFullError(ScaffoldError):
    """There is no room left on a disk."""


def disk_full(complaint: str) -> DiskFullError | None:
    """Return the error if that is what git, copier or Python complains of."""
    if not re.search("No space left on device|Out of diskspace|Disk quota exceeded", complaint):
        return None
    places = re.findall(r"'(/[^']+)'", complaint)
    where = f" where {places[-1]} was to be written" if places else ""
    return DiskFullError(f"the disk is full{where}: make room there, and run the command again")


def joined(words: Iterable[object], last: str) -> str:
    """Write `a, b or c`."""
    *first, end = map(str, words)
    return f"{', '.join(first)} {last} {end}" if first else end


def spoken(answer: object) -> object:
    """Say yes and no."""
    return ("yes" if answer else "no") if isinstance(answer, bool) else answer


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Suggest what was probably meant, or nothing."""
    close = closest(word, known, likeness)
    return f" (did you mean '{close}'?)" if close else ""


def closest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """Return what was probably meant."""
    from difflib import get_close_matches

    spelled = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), spelled, n=1, cutoff=likeness)
    return spelled[close[0]] if close else None
