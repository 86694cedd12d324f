"""Whether a merge kept every change where it was made: a merge of text can be clean and wrong.

Git places an edit by the lines around it. Where siblings look alike, as layers of a network or steps of a
workflow do, and the template reorders them, an edit of one lands in another one without a conflict.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from scaffold.merge.blocks import Block
from scaffold.merge.neighbours import in_their_place
from scaffold.merge.places import Place, read

NOWHERE = Place("", "", 0, -1)


@dataclass(frozen=True)
class Four:
    """One place in what both sides started from, in each side and in the result; None where it is not."""

    base: Place | None
    yours: Place | None
    theirs: Place | None
    merged: Place | None


def survives(
    path: str, base: str, yours: str, theirs: str, merged: str, blocks: Sequence[Block] = ()
) -> bool:
    """Say whether each place of the merged text holds what both sides changed in it, and nothing else.

    Args:
        path: Where the merged file stands; its suffix says how places are found.
        base: What both sides started from; empty if there was no such file.
        yours: The user's text.
        theirs: The new text of the template; empty if it has none.
        merged: The result, of conflicts only the user's side.
        blocks: The conflicts: in the places that they touch, changes of the template may be missing.
    """
    b, y, t, m = (read(path, text) for text in (base, yours, theirs, merged))
    if m.broken and not (y.broken or t.broken):
        return False
    four = Four(b.whole, y.whole, t.whole, m.whole)
    return any(_Check(blocks, follow=follow).kept(four) for follow in (False, True))


def _pairs(old: Sequence[Place], new: Sequence[Place]) -> dict[int, int]:
    """Pair siblings of one name in two versions as far as there is no doubt, by their numbers.

    One that is alone is the same. Else the same text tells, if only one on each side has it and none was
    added or dropped, and then what the places show besides their name.
    """
    if len(old) == len(new) == 1:
        return {0: 0}
    found: dict[int, int] = {}
    for told in (_text, _detail) if len(old) == len(new) else (_detail,):
        left = [number for number in range(len(old)) if number not in found]
        right = [number for number in range(len(new)) if number not in found.values()]
        one, other = Counter(told(old[n]) for n in left), Counter(told(new[n]) for n in right)
        partners = {told(new[number]): number for number in right}
        for number in left:
            shown = told(old[number])
            if one[shown] == other[shown] == 1:
                found[number] = partners[shown]
    return found


def _renames(old: Sequence[Place], new: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
    """Pair places whose names are gone with similar new ones beside them."""
    names, names_now = {place.key for place in old}, {place.key for place in new}
    fresh = [place for place in new if place.key not in names]
    for place in (place for place in old if place.key not in names_now):
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(place.text[1:])
        likeness = []
        for other in fresh:
            matcher.set_seq1(other.text[1:])
            likeness.append(matcher.ratio())
        best = max(range(len(fresh)), key=likeness.__getitem__, default=None)
        if best is not None and likeness[best] >= 0.5:
            yield place, fresh.pop(best)


def _around(side: Sequence[Place], key: str, other: Sequence[Place]) -> list[str]:
    """Return what stands between the siblings of one name, as far as another version has it too."""
    known = {place.key for place in other} | {key}
    return [place.key for place in side if place.key in known]


def _text(place: Place) -> str:
    return "\n".join(place.text)


def _detail(place: Place) -> str:
    return place.detail


class _Check:
    def __init__(self, blocks: Sequence[Block], *, follow: bool) -> None:
        self.blocks, self.follow = blocks, follow

    def kept(self, four: Four) -> bool:
        """Compare a place and all inside it."""
        stack = [(four, False)]
        while stack:
            here, touched = stack.pop()
            if here.merged is not None:
                touched = self._touched(here.merged)
            sides = [side or NOWHERE for side in (here.base, here.yours, here.theirs, here.merged)]
            inside = self._inside(*(side.inside for side in sides), touched=touched)
            if inside is None or not _own_kept(*(side.lines for side in sides), touched=touched):
                return False
            stack += [(found, touched) for found in inside]
        return True

    def _touched(self, merged: Place) -> bool:
        return any(block.first <= merged.last + 1 and merged.first <= block.last + 1 for block in self.blocks)

    def _inside(
        self, b: list[Place], y: list[Place], t: list[Place], m: list[Place], *, touched: bool
    ) -> list[Four] | None:
        """Pair the places inside a place; None if one of the user's may not be where it was."""
        if self.follow:
            now = {old.key: new.key for old, new in _renames(b, y)}
            b, t = ([replace(place, key=now.get(place.key, place.key)) for place in side] for side in (b, t))
        fours: list[Four] = []
        for key in dict.fromkeys(place.key for side in (b, y, t, m) for place in side):
            same = [[place for place in side if place.key == key] for side in (b, y, t, m)]
            if all(len(places) < 2 for places in same):
                four = Four(*(next(iter(places), None) for places in same))
                if not (touched and four.base is four.yours is four.merged is None):  # it is in the conflict
                    fours.append(four)
                continue
            still = _around(b, key, t) == _around(t, key, b)
            found = self._alike(*same, still=still, touched=touched)
            if found is None:
                return None
            fours += found
        return fours

    def _alike(
        self, b: list[Place], y: list[Place], t: list[Place], m: list[Place], *, still: bool, touched: bool
    ) -> list[Four] | None:
        """Compare siblings that share a name; None if one of the user's cannot be told from another.

        `still` says that the template did not move them past other siblings.
        """
        was, mine, new, merged = ([_text(place) for place in side] for side in (b, y, t, m))
        if mine in (was, new) or (was == new and still):
            expected = new if mine == was else mine
            return [] if merged == expected or (touched and merged == mine) else None
        if touched and merged == mine:
            return [] if all(_text(place) in was or self._reported(place) for place in m) else None
        to_yours, to_theirs = _pairs(b, y), _pairs(b, t)
        added = [place for number, place in enumerate(y) if number not in to_yours.values()]
        fresh = [place for number, place in enumerate(t) if number not in to_theirs.values()]
        left = Counter(merged)
        left.subtract(_text(place) for place in [*added, *fresh])
        fours = []
        for number, place in enumerate(b):
            of_user = y[to_yours[number]] if number in to_yours else None
            of_template = t[to_theirs[number]] if number in to_theirs else None
            if of_user is None and (added or fresh or of_template is None or of_template.text != place.text):
                return None  # changed, or dropped and another one added?
            if of_user is not None and of_user.text == place.text:
                left.subtract([_text(of_template)] if of_template else [])
            elif of_template is None or of_template.text == place.text:
                if of_template is None and of_user is not None:
                    return None
                left.subtract([_text(of_user)] if of_user else [])
            else:
                shown = {side.detail for side in (of_user, of_template) if side}
                both = [found for found in m if found.detail in shown]
                if len(both) != 1:
                    return None
                left.subtract([_text(both[0])])
                fours.append(Four(place, of_user, of_template, both[0]))
        return None if any(left.values()) else fours

    def _reported(self, place: Place) -> bool:
        return any(block.first <= place.first and place.last <= block.last for block in self.blocks)


def _own_kept(b: list[str], y: list[str], t: list[str], m: list[str], *, touched: bool) -> bool:
    """Look at the lines of a place that belong to no place inside it."""
    if touched:
        return _counts_fit(b, y, t, m, touched=True)
    if t == b or y in (b, t):
        return m == (y if t == b else t)
    return _counts_fit(b, y, t, m, touched=False) and in_their_place(b, y, t, m)


def _counts_fit(b: list[str], y: list[str], t: list[str], m: list[str], *, touched: bool) -> bool:
    """See that each line stands in a place as often as the changes of both sides add up to."""
    base, yours, template, merged = map(Counter, (b, y, t, m))
    for line in {*b, *y, *t, *m}:
        mine, theirs = yours[line] - base[line], template[line] - base[line]
        both = max(base[line] + mine + theirs, 0)
        expected = [both]
        if mine * theirs > 0:  # the same change on both sides may have been taken for one
            expected.append(base[line] + (max(mine, theirs) if mine > 0 else min(mine, theirs)))
        if touched:  # the template's side of a conflict is missing
            expected.append(yours[line])
        if not min(expected) <= merged[line] <= max(expected):
            return False
    return True
