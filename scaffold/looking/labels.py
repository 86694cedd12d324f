"""Which columns are to be predicted: by their names, or by what they hold."""

import re
from collections.abc import Sequence

from scaffold.looking.columns import Column
from scaffold.looking.files import refuse
from scaffold.looking.reading import Choose, counted, shown
from scaffold.looking.targets import Guess, of_column

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


def guesses(
    columns: Sequence[Column], rows: str, place: str, choose: Choose, usual: Sequence[str]
) -> list[Guess]:
    """Say what may be predicted, the likeliest first; ask where several columns are as likely."""
    possible = {column.name: of_column(column, rows) for column in columns if _may_be_label(column)}
    possible = {name: found for name, found in possible.items() if found}
    by_name = {column.name: column for column in columns}
    flags = [column.name for column in columns if column.of_flags and _may_be_label(column)]
    _check_signs([column for column in columns if column.of_signs and _may_be_label(column)])
    rank = {name: number for number, name in enumerate((*usual, *NAMES))}
    ranks = {name: _rank(name, rank) for name in possible}
    named = sorted((name for name in possible if ranks[name] < len(rank) * 2), key=lambda name: ranks[name])
    if "x" in by_name:
        named = [name for name in named if name != "y"]  # which is a place then
    if len(flags) > 1 and (not named or {*named} <= {*flags}) and len(flags) >= len(possible) / 2:
        return _of_flags([by_name[name] for name in flags], rows)
    if named and (named[0].lower() in usual or len(named) == 1):
        return possible[named[0]]
    if named and _alike(by_name, named):  # the one in words, if there is one
        return possible[next((name for name in named if not by_name[name].numbers), named[0])]
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
    _check_signs([column for column in columns if column.of_signs])
    words = [column for column in columns if not column.numbers]
    if words:
        raise refuse(
            f"--columns names several columns of labels, and `{words[0].name}` holds words such as "
            f"{str(next(iter(words[0].known), ''))[:40]!r}",
            "name one column of labels, or several of numbers",
        )
    return _of_numbers(columns, rows)


def _check_signs(columns: Sequence[Column]) -> None:
    """Refuse several columns of 1 and -1, which projects would take for numbers."""
    if len(columns) > 1:
        raise refuse(
            f"{len(columns)} columns hold 1 and -1, {shown([column.name for column in columns])}",
            "write 0 instead of -1 in all of them, so that they are labels",
        )


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


def _rank(name: str, known: dict[str, int]) -> int:
    """Say how much a name speaks of labels, less is more: by all of it, or by its last word."""
    if name.lower() in known:
        return known[name.lower()]
    last = re.split(r"[\W_]+", name.lower())[-1]
    return len(known) + known.get(last, len(known))


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
