"""Judge where a line of the user stands in a merged text, by the structures it was made from."""

from collections.abc import Sequence
from dataclasses import dataclass

from lookalikes import CONTINUES, Node

Sign = tuple[tuple[str, ...], tuple[str, ...]]


def sign(node: Node, siblings: Sequence[Node], tokens: set[str]) -> Sign:
    """Say what can be seen of a part that tells it from its siblings."""
    head = tuple(line for line in node.head if "mine_" not in line)
    own = tuple(item for item in node.body if isinstance(item, str) and item in tokens)
    if head and CONTINUES.match(head[0]):
        before = siblings[: siblings.index(node)]
        leader = next((each for each in reversed(before) if not CONTINUES.match(each.head[0])), None)
        first = sign(leader, siblings, tokens) if leader else ((), ())
        return (*first[0], *head), (*first[1], *own)
    return head, own


def shape(part: Node) -> list[str]:
    """Give what stands in a part, however deep."""
    own = [item.strip() if isinstance(item, str) else shape(item) for item in part.body]
    return [*part.head, *(line for item in own for line in ([item] if isinstance(item, str) else item))]


@dataclass
class Level:
    """What stands below one parent in one version, with what can be seen of each."""

    parts: list[Node]
    signs: list[Sign]

    def beside(self, part: Node) -> tuple[Sign | None, Sign | None]:
        """Give the neighbours of a part."""
        place = self.parts.index(part)
        return self.signs[place - 1] if place else None, ([*self.signs, None])[place + 1]

    def kept(self, other: "Level") -> list[Sign]:
        """Give what can be seen here and in another version, in order."""
        return [sign for sign in self.signs if sign in other.signs]

    def alike(self, heads: set[tuple[str, ...]], tokens: set[tuple[str, ...]]) -> list[Node]:
        """Give the parts that look like one that may have had several names."""
        both = zip(self.parts, self.signs, strict=True)
        return [part for part, (head, own) in both if head in heads and own in tokens]


class Judge:
    """One file in its versions, and as it was merged."""

    def __init__(self, base: Node, yours: Node, theirs: Node, result: Node) -> None:
        """Remember them, and which lines tell parts apart."""
        self.sides, self.result = (base, yours, theirs), result
        self.tokens = {part.token for side in self.sides for part in side.walk()} - {""}
        for side in (yours, theirs):
            self._number(base, side)
        self.numbered = [{part.number: part for part in side.walk()} for side in self.sides]

    def wrong(self, mark: str) -> str:
        """Say what is wrong with the place of a mark in the result, or nothing."""
        true, found = self.sides[1].way_to(mark), self.result.way_to(mark)
        if len(true) != len(found):
            return "misplaced"
        steps = zip(true, true[1:], found, found[1:], strict=False)
        return next((wrong for step in steps if (wrong := self._step(*step))), "")

    def _number(self, base: Node, side: Node) -> None:
        """Number parts by what can be seen: two that look alike and changed places did not change places."""
        before, after = self._level(base), self._level(side)
        same: dict[int, int] = {}
        for place, seen in enumerate(after.signs):
            if before.signs == after.signs:
                same[place] = before.parts[place].number
            elif before.signs.count(seen) == after.signs.count(seen) == 1:
                same[place] = before.parts[before.signs.index(seen)].number
        by_number = {part.number: part for part in before.parts}
        for place, part in enumerate(after.parts):
            if place in same:
                part.number = same[place]
            elif part.number not in by_number or part.number in same.values():
                part.renumber()
                continue
            self._number(by_number[part.number], part)

    def _level(self, parent: Node | None) -> Level:
        parts = parent.parts if parent else []
        return Level(parts, [sign(part, parts, self.tokens) for part in parts])

    def _step(self, parent: Node, part: Node, found_in: Node, found: Node) -> str:
        """Compare one link of the chain: a part of the user's version with one of the result."""
        base, yours, theirs = (self._level(parts.get(parent.number)) for parts in self.numbered)
        result = self._level(found_in)
        names = [
            sign
            for side in (base, yours, theirs)
            for each, sign in zip(side.parts, side.signs, strict=True)
            if each.number == part.number
        ]
        heads, tokens = {head for head, _ in names}, {own for _, own in names}
        in_base, in_yours, in_theirs, in_result = (
            side.alike(heads, tokens) for side in (base, yours, theirs, result)
        )
        if found not in in_result:
            return "misplaced"
        if all(other.number == part.number for other in [*in_base, *in_yours, *in_theirs]):
            return "there twice" if result.signs.count(result.signs[result.parts.index(found)]) > 1 else ""
        if part.number not in self.numbered[0] and shape(found) == shape(part):
            return ""  # the user's own, in one piece
        order = [[each.number for each in side] for side in (in_base, in_yours, in_theirs)]
        unseen = [shape(each) for each in in_base] == [shape(each) for each in in_theirs]
        if (unseen and base.kept(theirs) == theirs.kept(base)) or order[0] == order[2]:
            # The template left them alone, as far as anybody can see: they stand in the user's order.
            counted = len(in_yours) == len(in_result)
            return "" if counted and in_yours.index(part) == in_result.index(found) else "misplaced"
        before = next((each for each in in_base if each.number == part.number), None)
        if before and order[0] == order[1] and len(in_theirs) == len(in_result):
            same = [shape(each) == shape(before) for each in in_theirs]
            if sum(same) == 1 and same[in_result.index(found)]:
                return ""  # the template has only one with this content

        levels = (base, yours, theirs, result)

        def shared(one: tuple[Sign | None, ...], other: tuple[Sign | None, ...]) -> bool:
            both = [a for a, b in zip(one, other, strict=True) if a == b and a]
            return any(all(side.signs.count(sign) <= 1 for side in levels) for sign in both)

        beside = yours.beside(part)
        rivals = [
            each
            for each in in_theirs
            if shared(base.beside(before) if before else beside, theirs.beside(each))
        ]
        stand_there = [each for each in in_result if shared(beside, result.beside(each))]
        told = stand_there == [found] and len(rivals) <= (1 if before else 0)
        return "" if told else "guessed"
