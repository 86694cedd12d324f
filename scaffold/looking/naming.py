"""Tables that name the files beside them, which then say what these are, in place of folders."""

import os
import re
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.looking.columns import Column
from scaffold.looking.files import IMAGES, SPLITS, TABLES, below, listing, refuse, subfolders
from scaffold.looking.pictures import evenly
from scaffold.looking.reading import shown
from scaffold.looking.tables import Table, read

MOST = 20_000  # files that are compared with cells
TRIED = 6  # tables
JOINED = "images.csv"


class Naming(NamedTuple):
    """A table that names files, what the first is called in it, and the row of each."""

    table: Table
    column: str
    cell: str
    rows: dict[Path, int]

    @property
    def first(self) -> Path:
        """Return the file of the first cell."""
        return next(iter(self.rows))


def naming(table: Table, files: Sequence[Path]) -> Naming | None:
    """Find the column that names files, by their way, name or stem; None if no column does."""
    known = dict[str, list[Path]]()
    for file in files:
        for name in {file.name, file.stem}:
            known.setdefault(name, []).append(file)
    part = 1 if len(files) < MOST else 0.02  # of more files than are compared
    possible = [column for column in table.columns.values() if _may_name(column, known, part)]
    for column in sorted(possible, key=lambda column: bool(column.numbers)):
        rows = dict[Path, int]()
        cell = ""
        for row, text in enumerate(str(value).strip() for value in column.cells):
            if named := _file(text, str(table.path.parent), known):
                cell = cell or text
                rows.setdefault(named, row)
        folders = {file.parent for file in rows}
        near = len(files) if not column.numbers else sum(file.parent in folders for file in files)
        if len(rows) > 1 and _is_meant(column, rows, near, part):
            return Naming(table, column.name, cell, rows)
    return None


def _may_name(column: Column, known: Container[str], part: float) -> bool:
    """Say whether some cells are called like files, before all are compared."""
    some = [text.rpartition("/")[2] for text in column.texts[:: max(1, len(column.texts) // 200)]]
    return 2 * sum(name in known for name in some) >= part * len(some) > 0


def _file(text: str, home: str, known: dict[str, list[Path]]) -> Path | None:
    """Return the one file that a cell can mean."""
    found = known.get(text.rpartition("/")[2], [])
    if len(found) < 2:
        return found[0] if found else None
    right = [file for file in found if str(file) == f"{home}/{text}"]
    for some in (right, [file for file in found if str(file).endswith(f"/{text}")], found):
        near = [file for file in some if str(file).startswith(f"{home}/")] or some
        if len(near) == 1:
            return near[0]
    return None


def _is_meant(column: Column, rows: dict[Path, int], near: int, part: float) -> bool:
    """Say whether so many cells name files that this is no chance, as it may be with mere numbers."""
    if column.numbers:
        alone = len(column.counts) == len(column.texts)
        return alone and len(rows) >= 0.8 * part * max(near, len(column.texts))
    return len(rows) >= 0.8 * part * min(near, len(column.counts))


def tables_naming(folder: Path, *, above: int = 0) -> list[Naming]:
    """Return the tables in, below or so many steps above a folder that name its images, the first most."""
    homes = [folder, *subfolders(folder)[:TRIED], *folder.parents[:above]]
    homes = [home for home in homes if os.access(home, os.R_OK)]
    paths = [file for home in homes for file in listing(home)[1] if file.suffix.lower() in TABLES]
    images = below(folder, IMAGES, MOST) if paths else []
    return tables_among(paths, images)


def tables_among(paths: Sequence[Path], files: Sequence[Path]) -> list[Naming]:
    """Return those tables that name most of some files."""
    found = list(_found(paths[:TRIED], files))
    named = {file for one in found for file in one.rows}
    few = len(files) < MOST and 2 * len(named) < len(files)
    return [] if few else sorted(found, key=lambda one: -len(one.rows))


def _found(paths: Sequence[Path], files: Sequence[Path]) -> Iterator[Naming]:
    for path in paths:
        with suppress(ScaffoldError):
            if len((table := read(path)).columns) > 1 and (one := naming(table, files)):
                yield one


def repeats_folders(found: Naming, folder: Path) -> bool:
    """Say whether a column of a table, or the names of files, repeat those of the folders, as classes do."""
    some = evenly([*found.rows])
    folders = {file: _folders(file, folder) for file in some}
    for column in found.table.without(found.column):
        same = sum(_letters(column.cells[found.rows[file]]) in folders[file] for file in some)
        if same >= 0.8 * len(some):
            return True
    return all(_letters(file.name).startswith(tuple(folders[file] or " ")) for file in some)


def _folders(file: Path, folder: Path) -> set[str]:
    return {_letters(part) for part in file.relative_to(folder).parts[:-1] if part not in SPLITS}


def _letters(name: object) -> str:
    return re.sub(r"[\W_]+", "", str(name).lower())


def refuse_for(folder: Path, found: Sequence[Naming], *, classes: bool = False) -> ScaffoldError:
    """Say which tables name the images of a folder, and how such a table is to be written and named."""
    first, *others = found
    parts = [one for one in found if _split(one) and [*one.table.columns] == [*first.table.columns]]
    alike = sorted(parts, key=lambda one: _split(one) != "train")
    same = [one for one in others if 2 * len(one.rows.keys() & first.rows.keys()) > len(first.rows)]
    path = first.table.path
    if len(alike) > 1:
        tables, path, first = alike, folder / JOINED, alike[0]
        ways = [f"join their rows into {path}, with a column split of train, val and test"]
    elif same:
        tables = [first, *same]
        ways = [
            f"join the columns of all into {path.name}, a division as column split of train, val and test"
        ]
    else:
        tables, ways = [first], []
    way = Path(os.path.relpath(first.first, path.parent)).as_posix()
    if way != first.cell:
        ways.append(f"write {way} instead of {first.cell}, and so on")
    names = shown([Path(os.path.relpath(one.table.path, folder)).as_posix() for one in tables])
    verb = "name" if len(tables) > 1 else "names"
    wrong = f"{names} {verb} the images of {folder} in column `{first.column}`"
    ways.append(f"name the table, as in --data {path}")
    if classes:
        wrong += ", so that folders are no classes"
        ways[-1] += "; if the folders are the classes, move the table elsewhere"
    return refuse(wrong, ", then ".join(ways))


def _split(found: Naming) -> str:
    """Return the split that a table or its folder is called by."""
    path = found.table.path
    return SPLITS.get(path.stem, SPLITS.get(path.parent.name, ""))


def check_names(table: Table) -> None:
    """Refuse a table that names images without their suffix or folder."""
    if found := naming(table, below(table.path.parent, IMAGES, MOST)):
        raise refuse(
            f"column {found.column} of {table.path} names images without suffix and folder",
            f"write {found.first.relative_to(table.path.parent)} instead of {found.cell}, and so on",
        )
