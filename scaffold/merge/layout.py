"""Conflicts laid out by definition: yours whole, then the template's whole, and what is clear outside.

For files in which git's conflicts would mix lines of unrelated definitions, as when an architecture is
switched under an edited model, and for merges of git that put an edit into the wrong place.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from scaffold.merge.blocks import YOURS
from scaffold.merge.places import Place, read

Merge = Callable[[str, str, str], str | None]


@dataclass(frozen=True)
class Piece:
    """A place, or the lines between two of them, which go by the place above.

    Attributes:
        key: Its name, which is the same in every version.
        text: Its lines, up to the last one that is not blank.
        gap: The blank lines behind it.
    """

    key: str
    text: str
    gap: str


Pieces = dict[str, Piece]


def lay_out(path: str, base: str, yours: str, theirs: str, label: str, merge: Merge) -> str | None:
    """Merge definition by definition; None if the text has none, or siblings cannot be told from each other.

    Args:
        path: Its suffix says what the texts are.
        base: What both sides started from.
        yours: The user's text.
        theirs: The template's text.
        label: What the template's side is called.
        merge: Merges three texts of one definition, and gives None where that does not go cleanly.
    """
    sides = [_pieces(path, text) for text in (base, yours, theirs)]
    if min(map(len, sides[1:])) < 2 or any(len({piece.key for piece in side}) < len(side) for side in sides):
        return None
    b, y, t = ({piece.key: piece for piece in side} for side in sides)
    usual = Counter(piece.gap for piece in [*sides[1], *sides[2]] if piece.gap).most_common(1)
    nothing = Piece("", "", "")
    parts: list[Piece] = []
    for key in _order(b, y, t):
        was, mine, new = (side.get(key, nothing) for side in (b, y, t))
        if was.text in (mine.text, new.text) or mine.text == new.text:
            parts.append(new if was.text == mine.text else mine)
            continue
        merged = merge(was.text, mine.text, new.text) if was.text and mine.text and new.text else None
        text = _conflict(mine.text, new.text, label) if merged is None else merged
        parts.append(Piece(key, text, mine.gap or new.gap))
    parts = [part for part in parts if part.text]
    # What was last in its file may stand in the middle now.
    gaps = [part.gap or (usual[0][0] if usual else "") for part in parts[:-1]]
    return "".join(part.text + gap for part, gap in zip(parts, [*gaps, ""], strict=True))


def _pieces(path: str, text: str) -> list[Piece]:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    starts: list[tuple[str, int]] = [("", 0)]
    for key, first, last in _named(read(path, text).whole, ""):
        starts += [(key, _comments_above(lines, first)), (f"behind {key}", last + 1)]
    # What a comment stands above may come after what seems to end with it.
    starts = [(key, min(start, after)) for (key, start), (_, after) in pairwise([*starts, ("", len(lines))])]
    ends = [start for _, start in starts[1:]] + [len(lines)]
    pieces: list[Piece] = []
    for (key, start), end in zip(starts, ends, strict=True):
        full = [number for number in range(start, end) if lines[number].strip()]
        first, last = (full[0], full[-1] + 1) if full else (end, end)
        if pieces:
            pieces[-1] = replace(pieces[-1], gap=pieces[-1].gap + "".join(lines[start:first]))
        if full:
            pieces.append(Piece(key, "".join(lines[first:last]), "".join(lines[last:end])))
    return pieces


def _comments_above(lines: list[str], start: int) -> int:
    """Return where the comments begin that stand directly above a line, as far in as it is."""
    indent = re.match(r"\s*", lines[start])
    while indent and start and lines[start - 1].startswith(indent[0] + "#"):
        start -= 1
    return start


def _named(place: Place, above: str) -> Iterator[tuple[str, int, int]]:
    """Yield the places to lay out, with their first and last lines; a section without those below it."""
    names = Counter(child.key for child in place.inside)
    for child in place.inside:
        name = f"{above}{child.key}" + (f" {child.detail}" if names[child.key] > 1 else "")
        below = [section for section in child.inside if section.key.startswith("#")]
        if child.key == "---":
            yield from _named(child, above)
        elif child.key.startswith("#") and below:
            yield name, child.first, below[0].first - 1
            yield from _named(Place("", "", 0, 0, below), f"{name} ")
        else:
            yield name, child.first, child.last


def _order(base: Pieces, yours: Pieces, theirs: Pieces) -> list[str]:
    """Take the order of the side that changed it; what only the other has follows what it followed there."""
    common = base.keys() & yours.keys() & theirs.keys()
    before, after = ([key for key in side if key in common] for side in (base, theirs))
    main, other = (list(yours), list(theirs)) if before == after else (list(theirs), list(yours))
    result = list(main)
    for number, key in enumerate(other):
        if key not in result:
            above = next((name for name in reversed(other[:number]) if name in result), None)
            result.insert(result.index(above) + 1 if above is not None else 0, key)
    return result


def _conflict(mine: str, new: str, label: str) -> str:
    end = "\r\n" if "\r\n" in mine + new else "\n"
    return f"<<<<<<< {YOURS}{end}{mine}======={end}{new}>>>>>>> {label}{end}"
