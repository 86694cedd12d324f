"""The sample: names of numerals, and what each is worth. Delete it with the lines that read it."""

import sys
import unicodedata
from functools import cache

from .engine.labels import LabelReader
from .sources import Row, Splits

MOST = 100  # a few are worth a million and more


@cache
def read_sample(read_label: LabelReader) -> Splits:
    """Some 1,600 characters of Unicode that stand for a number, as "Roman numeral twelve" for 12.

    The words tell it, in many scripts and ways; a third of the numbers are fractions or above ten.
    Chinese characters are left out, for their names are codes.
    """
    rows = []
    for character in map(chr, range(sys.maxunicode + 1)):
        name = unicodedata.name(character, "").capitalize()
        number = unicodedata.numeric(character, -1.0)
        if 0 <= number <= MOST and name and not name.startswith("Cjk"):
            label = read_label({"label": number}, f"character {ord(character):04X}")
            rows.append(Row(name, label))
    return {"train": rows}
