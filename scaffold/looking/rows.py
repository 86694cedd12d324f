"""Tables whose rows are examples: texts, images, pairs of image and mask, molecules, or lists of words."""

from collections.abc import Sequence
from pathlib import Path

from scaffold.looking import masks
from scaffold.looking.columns import Column
from scaffold.looking.files import refuse, said_of, splits_among
from scaffold.looking.labels import Guess, guesses, of_columns
from scaffold.looking.pictures import measure, mirroring, size_of
from scaffold.looking.reading import Fact, Reading, Request, shown
from scaffold.looking.tables import Table, read

NAMES = (
    "text",
    "sentence",
    "review",
    "content",
    "body",
    "message",
    "comment",
    "comment_text",
    "tweet",
    "question",
    "title",
    "utterance",
)


def look(path: Path, request: Request, splits: dict[str, Path] | None = None) -> list[Reading]:
    """Read a table, or of several that are splits that of the training."""
    table = read(path, tuple(name for names in request.defaults.values() for name in names))
    for other in (splits or {}).values():
        if other != path and (beside := read(other).columns.keys()) != table.columns.keys() and table.header:
            lacks = [name for name in table.columns if name not in beside]
            if lacks and lacks != ["split"]:
                raise refuse(
                    f"{other} has no column {lacks[0]}, which {path.name} has", "give both the same columns"
                )
    tagged = _words(table)
    readings = tagged if tagged else _by_input(table, request)
    for reading in readings:
        if splits:
            reading.facts.append(Fact("split", list(splits), said_of(splits)))
        elif "split" in table.columns:
            counts = {str(cell).strip(): 0 for cell in table.columns["split"].cells}
            reading.facts.append(Fact("split", sorted(counts), "as column `split` says"))
    return readings


def _by_input(table: Table, request: Request) -> list[Reading]:
    """Find the column that examples are made of, and what is to be predicted of them."""
    wanted = table.named(request.columns)
    given = wanted[:1] if len(wanted) > 1 else []
    sources = given or list(table.columns.values())
    is_csv = table.path.suffix.lower() == ".csv"
    files = [column for column in sources if column.of_files]
    if (
        len([column for column in table.columns.values() if column.of_files]) == 2
        and is_csv
        and not wanted[2:]
    ):
        pair = _pairs(table, [column for column in table.columns.values() if column.of_files])
        if pair:
            return [pair]
    smiles = [column for column in sources if column.of_smiles]
    if files:
        source, form, why = files[0], "images", f"column `{files[0].name}` names image files"
    elif smiles:
        source, form = smiles[0], "graphs"
        why = f"column `{source.name}` holds molecules as SMILES, such as {source.texts[0][:40]}"
    else:
        source, form = _text_among(table, given, wanted), "texts"
        why = f"column `{source.name}`: {source.words:.0f} words on average, {len(source.counts):,} distinct"
    if form != "texts" and not table.header:
        raise refuse(f"{table.path} has no header", "write a first row that names the columns")
    if form != "texts" and not is_csv:
        raise refuse(f"{table.path} is a table of {form}", "save it as a .csv file with commas")
    if table.path.suffix != table.path.suffix.lower():
        raise refuse(f"{table.path} is read by its suffix", f"write it small: {table.path.suffix.lower()}")
    labels = wanted[1:] if len(wanted) > 1 else wanted
    others = [column for column in table.without(source.name, "split") if column.words <= 6 or column.lists]
    found = (
        of_columns(labels, table.rows)
        if labels
        else guesses(others, table.rows, str(table.path), request.choose, request.usual)
    )
    if not found:
        raise refuse(
            f"no column of {table.path} beside `{source.name}` looks like something to be predicted"
            f" ({shown([column.name for column in table.without(source.name)], 6) or 'there is none'})",
            "name it, as in --columns LABEL, or --task language_modelling for a file of plain text"
            if form == "texts"
            else "name it, as in --columns LABEL",
        )
    return [_reading(table, form, source, guess, why) for guess in found]


def _reading(table: Table, form: str, source: Column, guess: Guess, why: str) -> Reading:
    reading = Reading(
        form, guess.target, why, guess.why, unknown=list(guess.unknown), notes=list(guess.notes)
    )
    columns = [source.name, *guess.columns]
    reading.facts = [
        Fact("data.columns", columns, "inputs first, then what is to be predicted"),
        *guess.facts,
    ]
    if form == "images":
        _look_at_images(table, source, guess, reading)
    elif form == "graphs":
        reading.answers["chem"] = True
    elif len(source.known) < len(source.cells):
        missing = len(source.cells) - len(source.known)
        reading.notes.append(
            f"{missing:,} rows have an empty `{source.name}`: training refuses them, remove them"
        )
    if not table.header:
        reading.notes.append(
            f"{table.path} seems to have no header, so that columns are told by number, from 0"
        )
    return reading


def _look_at_images(table: Table, source: Column, guess: Guess, reading: Reading) -> None:
    files = [table.path.parent / name for name in dict.fromkeys(source.texts)]
    if len(files) < len(source.texts):
        twice = source.counts.most_common(1)[0][0]
        raise refuse(f"{table.path} names {twice} more than once", "leave one row for each image")
    sample = files[:: max(1, len(files) // 200)]
    missing = [file for file in sample if not file.is_file()]
    if missing:
        folders = [
            path
            for path in table.path.parent.iterdir()
            if path.is_dir() and (path / missing[0].name).is_file()
        ]
        way = (
            f"they are in {folders[0].name}/, so write {folders[0].name}/{missing[0].name}"
            if folders
            else "fix or remove the rows"
        )
        raise refuse(
            f"{table.path} names {missing[0].relative_to(table.path.parent)}, and {missing[0]} is no file",
            way,
        )
    headers, notes = measure(sample)
    reading.notes += notes
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


def _pairs(table: Table, columns: Sequence[Column]) -> Reading | None:
    """Read a table of images and masks; None if neither of two columns of files holds masks."""
    named = [
        column
        for column in columns
        if any(word in column.name.lower() for word in ("mask", "truth", "annotation", "seg"))
    ]
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


def _words(table: Table) -> list[Reading]:
    """Read lists of words with a list of tags each, as JSONL has them."""
    lists = [
        column
        for column in table.columns.values()
        if column.lists and all(len(cell) for cell in column.lists[:100])
    ]
    for words in lists:
        if not all(isinstance(part, str) for cell in words.lists[:100] for part in cell):
            continue
        for tags in lists:
            pairs = list(zip(words.cells, tags.cells, strict=True))
            if tags is words or any(not a or not b or len(a) != len(b) for a, b in pairs):
                continue
            distinct = {str(tag) for _, cell in pairs for tag in cell}
            parts = {str(part) for cell, _ in pairs for part in cell}
            if len(distinct) >= len(parts) and len(distinct) > 2:
                continue
            why = f"keys `{words.name}` and `{tags.name}`: lists of the same lengths in {table.rows}"
            reading = Reading(
                "words", "tags", why, f"{len(distinct)} distinct tags: {shown(sorted(distinct))}"
            )
            reading.facts = [Fact("data.columns", [words.name, tags.name], why)]
            return [reading]
    return []


def _text_among(table: Table, given: Sequence[Column], wanted: Sequence[Column]) -> Column:
    """Find the column of texts: by its name, or the one with the most words."""
    if given:
        return given[0]
    possible = [
        column
        for column in table.columns.values()
        if column.texts
        and not (column.numbers or column.of_dates or column.is_id or column.of_flags)
        and column not in wanted
        and column.name != "split"
    ]
    possible = [
        column
        for column in possible
        if column.words >= 3
        or len(column.counts) > 0.5 * len(column.texts) > 1
        or column.name.lower() in NAMES
    ]
    if not possible:
        raise refuse(
            f"{table.path} has columns {shown(list(table.columns), 6)}, none of texts, image files or SMILES",
            "name a table of these; there is no project for rows of mere numbers",
        )
    named = [name for name in NAMES for column in possible if column.name.lower() == name]
    longest = max(possible, key=lambda column: column.words)
    if (
        named
        and (best := next(column for column in possible if column.name.lower() == named[0])).words
        > 0.3 * longest.words
    ):
        return best
    return longest


def split_tables(folder: Path, files: Sequence[Path]) -> dict[str, Path]:
    """Return the tables of a folder that are splits by their names."""
    return splits_among({file.stem: file for file in files}, folder)
