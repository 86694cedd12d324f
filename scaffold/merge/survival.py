"""Whether a merge kept every change where it was made: a merge of text can be clean and wrong.

Git places an edit by the lines around it. Where definitions look alike, as layers of a network do, and the
template reorders them, an edit of one lands in another one without a conflict.
"""

from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from scaffold.merge.outline import Outline, outline

Lines = Counter[str]


def survives(path: str, base: str, yours: str, theirs: str, merged: str, reported: str | None) -> bool:
    """Say whether each definition of the merged text holds what both sides changed in it, and nothing else.

    Args:
        path: Where the merged file stands; its suffix says how definitions are found.
        base: What both sides started from; empty if there was no such file.
        yours: The user's text.
        theirs: The new text of the template; empty if it has none.
        merged: The result, of conflicts only the user's side.
        reported: The user's side of the conflicts, which may stand anywhere; None if there are none.
    """
    try:
        b, y, t, m = (outline(path, text) for text in (base, yours, theirs, merged))
    except SyntaxError:
        if reported is None and _parses(path, yours) and _parses(path, theirs) and not _parses(path, merged):
            return False
        b, y, t, m = (outline(path, text, strict=False) for text in (base, yours, theirs, merged))
    lines = None if reported is None else Counter(line.rstrip() for line in reported.splitlines())
    if _kept(b, y, t, m, lines):
        return True
    renames = dict(_renames(b, y))
    return bool(renames) and _kept(_renamed(b, renames), y, _renamed(t, renames), m, lines)


def _parses(path: str, text: str) -> bool:
    try:
        outline(path, text)
    except SyntaxError:
        return False
    return True


def _kept(base: Outline, yours: Outline, theirs: Outline, merged: Outline, reported: Lines | None) -> bool:
    for name in base.keys() | yours.keys() | theirs.keys() | merged.keys():
        b, y, t, m = (side.get(name, []) for side in (base, yours, theirs, merged))
        if reported is None and (t == b or y == b):
            if m != (y if t == b else t):
                return False
        elif not _counts_fit(Counter(b), Counter(y), Counter(t), Counter(m), reported):
            return False
    return True


def _counts_fit(b: Lines, y: Lines, t: Lines, m: Lines, reported: Lines | None) -> bool:
    """See that each line of a definition stands there as often as the changes of both sides add up to."""
    for line in b.keys() | y.keys() | t.keys() | m.keys():
        mine, theirs = y[line] - b[line], t[line] - b[line]
        both = max(b[line] + mine + theirs, 0)
        # The same change on both sides may have been taken for one.
        once = b[line] + (max(mine, theirs) if mine > 0 else min(mine, theirs)) if mine * theirs > 0 else both
        expected = [both, once]
        slack = 0
        if reported is not None:  # where there is a conflict, the template's side of it is missing
            expected.append(y[line])
            slack = reported[line]
        if not min(expected) - slack <= m[line] <= max(expected) + slack:
            return False
    return True


def _renames(base: Outline, yours: Outline) -> Iterator[tuple[str, str]]:
    """Pair the definitions that the user dropped with similar new ones at the same place."""
    new = [name for name in yours if name not in base]
    for old in [name for name in base if name not in yours]:
        place = old.rpartition("/")[0]
        if place and place not in yours:
            continue  # renamed with what it stands in
        likeness = {
            name: SequenceMatcher(None, _whole(base, old), _whole(yours, name), autojunk=False).ratio()
            for name in new
            if name.rpartition("/")[0] == place
        }
        best = max(likeness, key=lambda name: likeness[name], default="")
        if likeness.get(best, 0.0) >= 0.5:
            new.remove(best)
            yield old, best


def _whole(side: Outline, name: str) -> list[str]:
    """Return the lines of a definition and of those inside it, but for its first one, which names it."""
    return [line for key in side if f"{key}/".startswith(f"{name}/") for line in side[key]][1:]


def _renamed(side: Outline, renames: dict[str, str]) -> Outline:
    def new_name(name: str) -> str:
        for old, new in renames.items():
            if f"{name}/".startswith(f"{old}/"):
                return new + name.removeprefix(old)
        return name

    return {new_name(name): lines for name, lines in side.items()}
