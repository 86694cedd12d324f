"""Tables that name image files: what the images say, and pairs of images and masks."""

from collections.abc import Sequence

from scaffold.looking import masks
from scaffold.looking.columns import Column
from scaffold.looking.files import IMAGES, TABLES, below, listing, refuse
from scaffold.looking.naming import tables_among
from scaffold.looking.pictures import measure, mirroring, size_of
from scaffold.looking.reading import Fact, Reading
from scaffold.looking.tables import Table
from scaffold.looking.targets import Guess

MASKS = ("mask", "truth", "annotation", "seg")  # in the name of their column


def look_at_images(table: Table, source: Column, guess: Guess, reading: Reading) -> None:
    """Add to a reading what a sample of the images says, whose files have to be there."""
    files = [table.path.parent / name for name in dict.fromkeys(source.texts)]
    if len(files) < len(source.texts):
        twice = source.counts.most_common(1)[0][0]
        raise refuse(f"{table.path} names {twice} more than once", "leave one row for each image")
    sample = files[:: max(1, len(files) // 200)]
    missing = [file for file in sample if not file.is_file()]
    if missing:
        found = [path for path in below(table.path.parent, IMAGES, 20_000) if path.name == missing[0].name]
        way = (
            f"write {found[0].relative_to(table.path.parent)}, where it lies, and so on"
            if found
            else "fix or remove the rows"
        )
        raise refuse(
            f"{table.path} names {missing[0].relative_to(table.path.parent)}, and {missing[0]} is no file",
            way,
        )
    headers, notes = measure(sample)
    reading.notes += notes
    beside = [file for file in listing(table.path.parent)[1] if file.suffix.lower() in TABLES]
    reading.notes += [
        f"{other.table.path.name} names these images too, and is not read: columns of it belong into "
        f"{table.path.name}, a division as column split of train, val and test"
        for other in tables_among([file for file in beside if file != table.path], files)
        if "split" not in table.columns and other.table.columns.keys() - table.columns.keys()
    ]
    reading.facts.append(size_of(headers))
    names: list[str] = []
    if guess.target == "classes":
        names = list(table.columns[guess.columns[0]].counts)
    elif guess.target == "labels" and len(guess.columns) > 1:
        names = list(guess.columns)
    elif guess.target == "labels":
        mark = next((fact.value for fact in guess.facts if fact.key == "data.label_separator"), ";")
        cells = table.columns[guess.columns[0]].counts
        names = sorted({part.strip() for cell in cells for part in cell.split(mark) if part.strip()})
    flips, unknown = mirroring(headers, names)
    reading.facts += flips
    reading.unknown += [unknown] if unknown else []


def pairs_in(table: Table, columns: Sequence[Column]) -> Reading | None:
    """Read a table of images and masks; None if neither of two columns of files holds masks."""
    named = [column for column in columns if any(word in column.name.lower() for word in MASKS)]
    if len(named) != 1:
        return None
    (image,) = [column for column in columns if column is not named[0]]
    folder = table.path.parent
    pairs = [
        (folder / str(a).strip(), folder / str(b).strip())
        for a, b in zip(image.cells, named[0].cells, strict=True)
    ]
    for a, b in pairs[:200]:
        for file in (a, b):
            if not file.is_file():
                raise refuse(f"{table.path} names {file}, which is no file", "fix or remove the row")
    why = f"columns `{image.name}` and `{named[0].name}` name images and masks, {table.rows}"
    reading = masks.of_pairs(pairs, why, f"column `{named[0].name}` names a mask for each image")
    reading.facts.insert(0, Fact("data.columns", [image.name, named[0].name], why))
    return reading
