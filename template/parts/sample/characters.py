"""The sample: names of characters, and what Unicode says of them. Delete it with what reads it.

Most of what is said of a character stands in its name, in words such as LETTER, SMALL or ARABIC,
though not always in the same ones: LATIN SMALL LETTER SHARP S is lower case, a letter and written
from left to right.
"""

import random
import sys
import unicodedata
from functools import cache

from .engine.labels import LabelReader
from .sources import Row, Splits

SIZE = 250  # characters drawn for each label


def find_labels(character: str) -> list[str]:
    category = unicodedata.category(character)
    facts = {
        "capital": character.isupper(),
        "letter": character.isalpha(),
        "mark": category.startswith("M"),  # is written onto another
        "mirrored": bool(unicodedata.mirrored(character)),  # from right to left, as brackets are
        "number": character.isnumeric(),
        "right-to-left": unicodedata.bidirectional(character) in {"R", "AL"},
        "small": character.islower(),
        "symbol": category.startswith("S"),
        "variant": bool(unicodedata.decomposition(character)),  # of other characters
    }
    return [name for name, holds in facts.items() if holds]


@cache
def read_sample(read_label: LabelReader) -> Splits:
    """About 2,200 names of three words or more, without codes, and their labels."""
    members: dict[str, list[str]] = {}
    for character in map(chr, range(sys.maxunicode + 1)):
        words = unicodedata.name(character, "")
        if len(words.split()) >= 3 and not any(letter.isdecimal() for letter in words):
            for name in find_labels(character):
                members.setdefault(name, []).append(character)
    draw = random.Random(0)
    chosen = {c for name in sorted(members) for c in draw.sample(members[name], SIZE)}
    rows = []
    for character in sorted(chosen):
        label = read_label({"label": find_labels(character)}, f"character {ord(character):04X}")
        rows.append(Row(unicodedata.name(character).capitalize(), label))
    return {"train": rows}
