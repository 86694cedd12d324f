"""Whether changed lines stand between the lines that they were put between, where lines look alike."""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher


def in_their_place(
    base: Sequence[str], yours: Sequence[str], theirs: Sequence[str], merged: Sequence[str]
) -> bool:
    """Say whether the user's changes of a list of lines are where they were made, as far as that can be told.

    Both sides have changed the list. A line that is there once, before and after, is a landmark. A change
    without one beside it has a place only if the template has not moved what it kept.
    """
    before, after = Counter(base), Counter(theirs)
    # What stands in both versions in one order is aligned in one way alone.
    still = [line for line in base if after[line]] == [line for line in theirs if before[line]]
    for kind, i, j, first, last in SequenceMatcher(None, base, yours, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        around = [number for number in (i - 1, j) if 0 <= number < len(base)]
        if not still and not any(before[base[number]] == after[base[number]] == 1 for number in around):
            return False
        if last > first and not _stands(yours, first, last, merged):
            return False
    return True


def _stands(yours: Sequence[str], first: int, last: int, merged: Sequence[str]) -> bool:
    """Look for a run of lines with the neighbour on one side that it has in the user's list."""
    run, size = list(yours[first:last]), last - first
    for place in range(len(merged) - size + 1):
        if list(merged[place : place + size]) == run:
            above = merged[place - 1 : place] if place else []
            if list(above) == list(yours[first - 1 : first] if first else []):
                return True
            if list(merged[place + size : place + size + 1]) == list(yours[last : last + 1]):
                return True
    return False
