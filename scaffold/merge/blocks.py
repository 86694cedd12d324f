"""The conflicts in a file: what stands between the markers, and whether they cut a place in two."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.merge.places import read, walk

YOURS = "yours"


@dataclass(frozen=True)
class Block:
    """The lines of one side of a conflict, by their numbers; last is before first if there are none."""

    first: int
    last: int


@dataclass(frozen=True)
class Sides:
    """A file with conflicts, resolved to the user's side throughout, and to the template's."""

    yours: bytes
    theirs: bytes
    in_yours: list[Block]
    in_theirs: list[Block]


def labelled(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each line with the side of a conflict that it is of: "" outside of them, "marker" for markers."""
    side = ""
    for line in content.splitlines(keepends=True):
        bare = line.rstrip(b"\r\n")
        if re.fullmatch(rb"<{7,} " + YOURS.encode(), bare):
            side = YOURS
        elif side == YOURS and re.match(rb"\|{7,} ", bare):
            side = "base"
        elif side in {YOURS, "base"} and re.fullmatch(rb"={7,}", bare):
            side = "theirs"
        elif side == "theirs" and re.match(rb">{7,} ", bare):
            side = ""
        else:
            yield side, line
            continue
        yield "marker", line


def sides(content: bytes) -> Sides:
    """Resolve the conflicts of a file in both ways."""
    taken: dict[str, list[bytes]] = {YOURS: [], "theirs": []}
    blocks: dict[str, list[Block]] = {YOURS: [], "theirs": []}
    start = dict.fromkeys(taken, 0)
    for side, line in labelled(content):
        if side == "marker" and line.startswith(b"<"):
            start = {name: len(lines) for name, lines in taken.items()}
        elif side == "marker" and line.startswith(b">"):
            for name, lines in taken.items():
                blocks[name].append(Block(start[name], len(lines) - 1))
        for name, lines in taken.items():
            if side in ("", name):
                lines.append(line)
    return Sides(b"".join(taken[YOURS]), b"".join(taken["theirs"]), blocks[YOURS], blocks["theirs"])


def cut_places(path: str, yours: str, theirs: str, found: Sides) -> bool:
    """Say whether a conflict holds a part of a place under one name and the rest is another's."""
    heads: list[list[list[str]]] = []
    for text, blocks in ((yours, found.in_yours), (theirs, found.in_theirs)):
        places = list(walk(read(path, text).whole))[1:]
        heads.append([])
        for block in blocks:
            cut = []
            for place in places:
                starts = block.first <= place.first <= block.last
                ends = block.first <= place.last <= block.last
                if place.first < block.first <= place.last < block.last:
                    return True
                if starts and not ends:
                    cut.append(place.key)
            heads[-1].append(sorted(cut))
    return heads[0] != heads[1]
