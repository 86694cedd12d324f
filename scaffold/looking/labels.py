"""Which columns are to be predicted, and as what: classes, labels or numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scaffold.looking.columns import FEW, Column, numbers_within, separator_of
from scaffold.looking.files import refuse
from scaffold.looking.reading import Choose, Fact, counted, shown

NAMES = (
    *("label", "labels", "class", "classes", "category", "categories", "target", "targets", "y", "sentiment"),
    *(
        "tag",
        "tags",
        "stars",
        "rating",
        "ratings",
        "score",
        "topic",
        "topics",
        "intent",
        "emotion",
        "emotions",
    ),
    *("genre", "genres", "species", "subject", "gold", "is_spam", "spam", "toxic", "answer", "price"),
    *("label_name", "label_text", "class_name"),
)
LONG = 6  # words in the mean, beyond which a column is a text and no label


@dataclass
class Guess:
    """What a column, or several, may be as targets; `facts` are settings that this needs."""

    target: str
    columns: tuple[str, ...]
    why: str
    facts: list[Fact] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def guesses(
    columns: Sequence[Column], rows: str, place: str, choose: Choose, usual: Sequence[str]
) -> list[Guess]:
    """Say what may be predicted, the likeliest first; ask where several columns are as likely."""
    possible = {column.name: of_column(column, rows) for column in columns if _may_be_label(column)}
    possible = {name: found for name, found in possible.items() if found}
    by_name = {column.name: column for column in columns}
    flags = [column.name for column in columns if column.of_flags and _may_be_label(column)]
    rank = {name: number for number, name in enumerate((*usual, *NAMES))}
    named = sorted((name for name in possible if name.lower() in rank), key=lambda name: rank[name.lower()])
    if "x" in by_name:
        named = [name for name in named if name != "y"]  # which is a place then
    if len(flags) > 1 and (not named or {*named} <= {*flags}) and len(flags) >= len(possible) / 2:
        return _of_flags([by_name[name] for name in flags], rows)
    if named and (named[0].lower() in usual or len(named) == 1 or _alike(by_name, named)):
        return possible[named[0]]
    if len(possible) == 1:
        return next(iter(possible.values()))
    if len(possible) > 1 and all(found[0].target == "numbers" for found in possible.values()):
        return _of_numbers([by_name[name] for name in possible], rows)
    if possible:
        return possible[choose(f"which column of {place} is to be predicted", named or list(possible))]
    return []


def of_columns(columns: Sequence[Column], rows: str) -> list[Guess]:
    """Say what columns that somebody named may be."""
    if len(columns) == 1:
        (column,) = columns
        return of_column(column, rows) or [
            Guess("classes", (column.name,), f"column `{column.name}`, as it was named")
        ]
    if all(column.of_flags for column in columns):
        return _of_flags(columns, rows)
    words = [column for column in columns if not column.numbers]
    if words:
        raise refuse(
            f"--columns names several columns of labels, and `{words[0].name}` holds words such as "
            f"{str(next(iter(words[0].known), ''))[:40]!r}",
            "name one column of labels, or several of numbers",
        )
    return _of_numbers(columns, rows)


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
    code = column.name.lower() in {"label", "class", "category", "intent", "topic", "target", "species"}
    if column.of_integers and (distinct <= FEW or (whole and code)):
        if distinct > 2:
            classes.unknown.append(f"whether the integers of {said} name something, or count or rank it")
        return [classes, numbers]
    if column.of_integers and distinct <= 1000:
        numbers.unknown.append(f"whether the integers of {said} count something, or name it")
    return [numbers, classes] if distinct <= 1000 else [numbers]


def _of_words(column: Column, rows: str, said: str, distinct: int) -> list[Guess]:
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
    figures = [text for text in column.texts if Column("", [text]).numbers]
    if len(figures) >= 0.8 * len(column.texts) and distinct > FEW:
        strange = [text for text in column.counts if not Column("", [text]).numbers]
        note = f"{said} has cells such as {strange[0]!r} among numbers: write a number or nothing"
        return [Guess("numbers", (), f"{said}: numbers, but for {len(strange)} kinds of cells", notes=[note])]
    if not column.repeats or column.words > LONG:
        return []
    why = f"{said}: {distinct:,} distinct words in {rows} ({shown(list(column.counts))})"
    return [Guess("classes", (), f"{why}: classes"), Guess("labels", (), f"{why}: labels, one a row")]


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


def _of_flags(columns: Sequence[Column], rows: str) -> list[Guess]:
    names = tuple(column.name for column in columns)
    why = f"{len(names)} columns of 1 and 0 in {rows}: labels, {shown(names)}"
    guess = Guess("labels", names, why)
    cells = [
        [str(cell).strip() in {"1", "1.0", "True", "true"} for cell in column.cells] for column in columns
    ]
    if all(sum(row) == 1 for row in zip(*cells, strict=True)):
        guess.unknown.append(
            "each row has exactly one 1: if the columns are classes, write their names into one column"
        )
    return [guess, Guess("numbers", names, f"{len(names)} columns of 1 and 0 in {rows}: numbers")]


def _of_numbers(columns: Sequence[Column], rows: str) -> list[Guess]:
    names = tuple(column.name for column in columns)
    why = f"{counted(len(names), 'columns')} of numbers in {rows}: {shown(names)}, to be predicted together"
    unknown = (
        "which of the columns of numbers are wanted: data.columns names them, the column of inputs first"
    )
    return [Guess("numbers", names, why, unknown=[unknown])]


def _may_be_label(column: Column) -> bool:
    return bool(column.known) and not (column.is_id or column.of_dates or column.of_files)


def _alike(columns: dict[str, Column], names: Sequence[str]) -> bool:
    """Say whether columns divide the rows in the same way, as a number and a name of each class do."""
    first, *others = (columns[name] for name in names)
    return all(
        len({*zip(map(str, first.cells), map(str, other.cells), strict=True)})
        == len({*map(str, first.cells)})
        == len({*map(str, other.cells)})
        for other in others
    )


def default_of(value: Any, default: tuple[str, ...]) -> bool:
    """Say whether columns are those that a project reads anyway."""
    return tuple(value) == tuple(default)
