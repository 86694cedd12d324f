"""Whether changed lines stand between the lines that they were put between, where lines look alike."""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

LARGEST = 4_000_000  # pairs of lines to compare; a longer list without a landmark counts as unclear


def in_their_place(
    base: Sequence[str], yours: Sequence[str], theirs: Sequence[str], merged: Sequence[str]
) -> bool:
    """Say whether the user's changes of a list of lines are where they were made, as far as that can be told.

    Both sides have changed the list. A line that is there once, before and after, is a landmark. Without one
    beside it a change has a place only if one way alone to align the lists explains the new one best.
    """
    before, after = Counter(base), Counter(theirs)
    images: list[int | None] | None = None
    for kind, i, j, first, last in SequenceMatcher(None, base, yours, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        around = [number for number in (i - 1, j) if 0 <= number < len(base)]
        if not any(before[base[number]] == after[base[number]] == 1 for number in around):
            if images is None:
                images = _images(base, theirs)
            if any(images[number] is None for number in around):
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


def _images(base: Sequence[str], theirs: Sequence[str]) -> list[int | None]:
    """Return for each line what it became in every longest common subsequence, None where they differ."""
    rows, columns = len(base), len(theirs)
    if rows * columns > LARGEST:
        return [None] * rows
    tail = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            same = tail[i + 1][j + 1] + 1 if base[i] == theirs[j] else 0
            tail[i][j] = max(same, tail[i + 1][j], tail[i][j + 1])
    head = [0] * (columns + 1)
    images: list[int | None] = []
    for i in range(rows):
        possible = [
            j
            for j in range(columns)
            if base[i] == theirs[j] and head[j] + 1 + tail[i + 1][j + 1] == tail[0][0]
        ]
        below = [0] * (columns + 1)
        for j in range(columns):
            same = head[j] + 1 if base[i] == theirs[j] else 0
            below[j + 1] = max(same, head[j + 1], below[j])
        # A line that some of them leave out may have been dropped, and another like it added.
        without = max(head[j] + tail[i + 1][j] for j in range(columns + 1))
        images.append(possible[0] if len(possible) == 1 and without < tail[0][0] else None)
        head = below
    return images
