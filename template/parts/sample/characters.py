"""The sample: names of characters, and what Unicode says of them. Delete it with what reads it."""

import sys
import unicodedata
from functools import cache

from .engine.labels import LabelReader
from .sources import Row, Splits


# jinja: if target == "labels"
def find_label(character: str) -> list[str]:
    """What holds of a character.

    Its name tells most of it, though not always in the same words: LATIN SMALL LETTER SHARP S is
    lower case, a letter and written from left to right.
    """
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


def choose_characters(names: dict[str, str]) -> set[str]:
    """At least 250 for each label, evenly spaced, with three words or more and no code."""
    members: dict[str, list[str]] = {}
    for character, name in names.items():
        if len(name.split()) >= 3 and not any(letter.isdecimal() for letter in name):
            for label in find_label(character):
                members.setdefault(label, []).append(character)
    return {c for found in members.values() for c in found[:: len(found) // 250]}


# jinja: else
def find_label(character: str) -> float:
    """What a numeral is worth, which its name tells in many scripts and ways; -1 of others."""
    return unicodedata.numeric(character, -1.0)


def choose_characters(names: dict[str, str]) -> set[str]:
    """Some 1,600 up to 100, a third of them fractions or above ten; Chinese names are codes."""
    values = {c: find_label(c) for c, name in names.items() if not name.startswith("CJK")}
    return {character for character, value in values.items() if 0 <= value <= 100}


# jinja: endif
@cache
def read_sample(read_label: LabelReader) -> Splits:
    """Names of the characters that are chosen, and what each is labelled."""
    named = ((c, unicodedata.name(c, "")) for c in map(chr, range(sys.maxunicode + 1)))
    names = {character: name for character, name in named if name}
    rows = []
    for character in sorted(choose_characters(names)):
        label = read_label({"label": find_label(character)}, f"character {ord(character):04X}")
        rows.append(Row(names[character].capitalize(), label))
    return {"train": rows}
