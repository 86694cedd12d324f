"""What a column may be as a target: classes, labels or numbers, the likeliest first."""

from dataclasses import dataclass, field

from scaffold.looking.columns import FEW, Column, is_number, numbers_within, separator_of
from scaffold.looking.reading import Fact, shown

CODES = {"label", "class", "category", "intent", "topic", "target", "species"}
LONG = 6  # words on average, beyond which a column is a text and no label
MANY = 1_000  # classes at most


@dataclass
class Guess:
    """What a column, or several, may be as targets; `facts` are settings that this needs."""

    target: str
    columns: tuple[str, ...]
    why: str
    facts: list[Fact] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def of_column(column: Column, rows: str, said: str = "") -> list[Guess]:
    """Say what a column may be, the likeliest first; nothing if it tells too little or too much."""
    name, empty = (column.name,), len(column.cells) - len(column.known)
    said = said or f"column `{column.name}`"
    if column.lists:
        return _of_lists(column, rows, said)
    if not column.texts:
        return []
    distinct = len(column.counts)
    if empty:
        rows = f"{rows}, {empty:,} of them empty"
    notes = (
        [f"{empty:,} rows have nothing in {said}: training refuses them, fill or remove them"]
        if empty
        else []
    )
    if column.numbers:
        found = _of_single_numbers(column, rows, said, distinct)
    else:
        found = _of_words(column, rows, said, distinct)
    for guess in found:
        guess.notes += notes if guess.target != "labels" else []
        guess.columns = name
    return found


def _of_single_numbers(column: Column, rows: str, said: str, distinct: int) -> list[Guess]:
    if distinct < 2:
        return []
    kind = "integers" if column.of_integers else "numbers"
    span = f"{min(column.numbers):g} to {max(column.numbers):g}"
    seen = f"{said}: {distinct:,} distinct {kind} in {rows}"
    numbers = Guess("numbers", (), f"{seen}, {span}: numbers")
    classes = Guess("classes", (), f"{seen}: classes")
    if not column.repeats:
        return [numbers]
    whole = column.of_integers and max(column.numbers) - min(column.numbers) == distinct - 1
    code = column.name.lower() in CODES
    if column.of_integers and (distinct <= FEW or (whole and code)):
        if distinct > 2:
            classes.unknown.append(f"whether the integers of {said} name something, or count or rank it")
        return [classes, numbers]
    if column.of_integers and distinct <= MANY:
        numbers.unknown.append(f"whether the integers of {said} count something, or name it")
    return [numbers, classes] if distinct <= MANY else [numbers]


def _of_words(column: Column, rows: str, said: str, distinct: int) -> list[Guess]:
    if column.commas:
        found = [Guess("numbers", (), f"{said}: numbers with commas")]
        return [*found, Guess("classes", (), f"{said}: {distinct:,} distinct cells in {rows}: classes")]
    several = numbers_within(column.texts)
    if several:
        mark, count = several
        fact = (
            [Fact("data.label_separator", mark, f"{said} holds {count} numbers a cell")]
            if mark != ";"
            else []
        )
        return [
            Guess("numbers", (), f"{said}: {count} numbers in each cell, with {mark!r} between them", fact)
        ]
    separator = separator_of(column.texts)
    example = next((text for text in column.texts if separator and separator in text), "")
    if separator:
        parts = {part.strip() for text in column.texts for part in text.split(separator) if part.strip()}
        why = f"{said}: {len(parts):,} distinct labels, several in a cell such as {example[:60]!r}: labels"
        fact = (
            [Fact("data.label_separator", separator, f"{said} has it in cells such as {example[:60]!r}")]
            if separator != ";"
            else []
        )
        guess = Guess("labels", (), why, fact)
        alternative = (
            [Guess("classes", (), f"{said}: {distinct:,} distinct cells in {rows}: classes")]
            if column.repeats
            else []
        )
        return [guess, *alternative]
    figures = [text for text in column.texts if is_number(text)]
    if len(figures) >= 0.8 * len(column.texts) and distinct > FEW:
        strange = [text for text in column.counts if not is_number(text)]
        note = f"{said} has cells such as {strange[0]!r} among numbers: write a number or nothing"
        return [Guess("numbers", (), f"{said}: numbers, but for {len(strange)} kinds of cells", notes=[note])]
    if not column.repeats or column.words > LONG:
        return []
    why = f"{said}: {distinct:,} distinct words in {rows} ({shown(list(column.counts))})"
    mark = next((mark for mark in "|," if any(mark in text for text in column.counts)), "")
    facts = [Fact("data.label_separator", mark, f"{said} has it in its cells")] if mark else []
    single = Guess("labels", (), f"{why}: labels, one a row", facts)
    return [Guess("classes", (), f"{why}: classes"), single]


def _of_lists(column: Column, rows: str, said: str) -> list[Guess]:
    parts = [part for cell in column.lists for part in cell]
    if not parts or any(isinstance(part, list | dict) for part in parts):
        return []
    sizes = {len(cell) for cell in column.lists}
    numeric = all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts)
    if numeric and len(sizes) == 1:
        why = f"{said}: lists of {sizes.pop()} numbers in {rows}: numbers"
        found = Guess("numbers", (column.name,), why)
        if {*parts} <= {0, 1}:
            found.unknown.append(
                f"whether the 0 and 1 of {said} are labels: if so, give each a key, or list their names"
            )
        return [found]
    distinct = {str(part) for part in parts}
    if len(distinct) * 2 > len(parts):
        return []
    return [
        Guess(
            "labels", (column.name,), f"{said}: lists of {len(distinct):,} distinct labels in {rows}: labels"
        )
    ]
