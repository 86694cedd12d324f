"""What a column holds: files, texts, classes, labels, numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scaffold.looking.files import IMAGES

FLAGS = {"1", "1.0", "true", "0", "0.0", "false"}
EMPTY = {"", "nan", "none"}
NO_LABELS = {
    "id",
    "idx",
    "index",
    "uid",
    "uuid",
    "guid",
    "unnamed: 0",
    "",
    "split",
    "fold",
    "row",
    "no",
    "nr",
    "number",
}
COMMAS = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+|[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
DATE = re.compile(r"\d{4}-\d\d?-\d\d?([ T].*)?|\d\d?[/.]\d\d?[/.]\d{2,4}( .*)?")
MARKS = ";|,/ "
ATOMS = re.compile(r"(Cl|Br|[BCNOPSFIbcnops]|\[[^\]]+\]|[0-9()=#$/\\%.@+\-:*])+")
FEW = 20  # distinct numbers that may be classes
MOST = 1e30  # number that projects read


@dataclass(frozen=True)
class Column:
    """A column of a table: cells are text, or what JSON has."""

    name: str
    cells: list[Any]

    @cached_property
    def known(self) -> list[Any]:
        """Return the cells that are not empty."""
        return [cell for cell in self.cells if not _is_empty(cell)]

    @cached_property
    def texts(self) -> list[str]:
        """Return them as texts; empty if they are lists or objects."""
        if any(isinstance(cell, list | dict) for cell in self.known):
            return []
        return [str(cell).strip() for cell in self.known]

    @cached_property
    def lists(self) -> list[list[Any]]:
        """Return them if all are lists."""
        return self.known if self.known and all(isinstance(cell, list) for cell in self.known) else []

    @cached_property
    def counts(self) -> Counter[str]:
        """Count each text."""
        return Counter(self.texts)

    @cached_property
    def numbers(self) -> list[float]:
        """Return the numbers, if all are."""
        found = [to_number(text) for text in self.texts]
        return [number for number in found if number is not None] if None not in found else []

    @cached_property
    def commas(self) -> list[str]:
        """Return numbers such as 1.234,50 or 1,234.50, if it holds them, which projects do not read."""
        signs = [text for text in self.texts if not is_number(text)]
        found = [text for text in signs if COMMAS.fullmatch(text)]
        digits = sum(any(letter.isdigit() for letter in text) for text in signs)
        return found if len(found) == digits >= 0.8 * len(signs) else []

    @property
    def of_integers(self) -> bool:
        """Say whether all numbers are whole."""
        return bool(self.numbers) and all(number.is_integer() for number in self.numbers)

    @property
    def of_flags(self) -> bool:
        """Say whether it holds 1 and 0 and nothing else."""
        return bool(self.texts) and {text.lower() for text in self.counts} <= FLAGS

    @property
    def of_signs(self) -> bool:
        """Say whether it holds 1 and -1 and nothing else, as labels of yes and no elsewhere."""
        return {*self.numbers} == {-1, 1}

    @property
    def of_files(self) -> bool:
        """Say whether it names images."""
        sample = self.texts[:1000]
        named = [text for text in sample if "." in text and f".{text.rpartition('.')[2].lower()}" in IMAGES]
        return len(named) > 0.9 * len(sample) > 0

    @property
    def of_smiles(self) -> bool:
        """Say whether it may hold molecules: lines of atoms, with that name or with bonds in most."""
        sample = self.texts[:1000]
        fits = [text for text in sample if ATOMS.fullmatch(text)]
        if not sample or len(fits) < 0.95 * len(sample) or self.numbers or self.is_id:
            return False
        bonded = [text for text in fits if re.search(r"[=#()]|\[.*\]", text) and re.search("[CNOcno]", text)]
        return "smiles" in self.name.lower() or len(bonded) > 0.5 * len(sample)

    @property
    def of_dates(self) -> bool:
        """Say whether it holds dates."""
        return bool(self.texts) and all(DATE.fullmatch(text) for text in self.texts[:200])

    @property
    def is_id(self) -> bool:
        """Say whether it only numbers or names the rows."""
        name = self.name.strip().lower()
        if name in NO_LABELS or name.endswith(("_id", " id", "_ids")):
            return True
        if len(self.numbers) <= 20 or not self.of_integers:
            return False
        if re.search(r"id\d*$", name) and len(self.counts) == len(self.texts):
            return True
        first, step = self.numbers[0], self.numbers[1] - self.numbers[0]
        return step > 0 and all(number == first + step * place for place, number in enumerate(self.numbers))

    @property
    def words(self) -> float:
        """Return the words of a cell in the mean."""
        sample = self.texts[:2000]
        return sum(len(text.split()) for text in sample) / len(sample) if sample else 0.0

    @property
    def is_text(self) -> bool:
        """Say whether it holds texts of some words."""
        return self.words >= 3 and not self.of_dates

    @property
    def repeats(self) -> bool:
        """Say whether its values occur often enough to be classes."""
        return 2 <= len(self.counts) <= max(2, len(self.texts) // 2)


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in EMPTY) or cell != cell


def to_number(text: str) -> float | None:
    """Return the number, if projects read it as one."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < MOST else None


def is_number(text: str) -> bool:
    """Say whether it is."""
    return to_number(text) is not None


def separator_of(texts: Sequence[str]) -> str | None:
    """Return what separates several labels in a cell: its parts occur again and again in other company."""
    cells = set(texts)
    for mark in MARKS:
        joined = [text for text in texts if mark in text]
        if len(joined) < max(2, 0.02 * len(texts)):
            continue
        parts = Counter(part.strip() for text in joined for part in text.split(mark) if part.strip())
        alone = [text for text in texts if mark not in text]
        familiar = sum(text in parts for text in {*alone})
        recur = 2 * len(parts) <= parts.total() and len(parts) < len(cells) / (2 if mark == " " else 1)
        if recur and 2 * familiar >= len({*alone}) and not any(len(part.split()) > 5 for part in parts):
            return mark
    return None


def numbers_within(texts: Sequence[str]) -> tuple[str, int] | None:
    """Return what separates several numbers in each cell, and how many there are."""
    for mark in MARKS:
        counts = {len(text.split(mark)) for text in texts}
        numeric = all(is_number(part) for text in texts[:2000] for part in text.split(mark))
        if numeric and len(counts) == 1 and counts != {1}:
            return mark, counts.pop()
    return None
