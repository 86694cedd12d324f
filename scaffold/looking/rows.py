"""Tables whose rows are examples: texts, images, pairs of image and mask, molecules, or lists of words."""

from collections.abc import Sequence
from pathlib import Path

from scaffold.looking import words
from scaffold.looking.columns import Column
from scaffold.looking.edges import check_edges
from scaffold.looking.files import read_sample, refuse
from scaffold.looking.image_rows import look_at_images, pairs_in
from scaffold.looking.labels import guesses, of_columns
from scaffold.looking.naming import check_names
from scaffold.looking.reading import Fact, Reading, Request, shown, split_fact
from scaffold.looking.tables import Table, check_split, read
from scaffold.looking.targets import LONG, Guess
from scaffold.looking.unread import check_commas, check_nested, check_spans

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
    check_spans(table, request.columns)
    tagged = words.look_at_lists(table, request)
    readings = tagged if tagged else _by_input(table, request)
    check_split(table, empty=readings[0].form == "graphs")
    for other in [file for file in (splits or {}).values() if file != path]:
        _check_columns(other, path, readings[0], table.header)
    for reading in readings:
        if splits:
            reading.facts.append(split_fact(splits))
        elif "split" in table.columns:
            counts = {str(cell).strip(): 0 for cell in table.columns["split"].cells}
            reading.facts.append(Fact("split", sorted(counts), "as column `split` says"))
    return readings


def _check_columns(other: Path, path: Path, reading: Reading, header: bool) -> None:
    """Refuse a split without the columns that are read of that of the training."""
    names: list[str] = next((fact.value for fact in reading.facts if fact.key == "data.columns"), [])
    beside = read(other).columns
    lacks = [name for name in names if name not in beside] if header else []
    if lacks:
        raise refuse(
            f"{other} has no column {lacks[0]}, which {path.name} has",
            f"move it elsewhere, `predict` takes tables without labels, or name {path} alone",
        )


def _by_input(table: Table, request: Request) -> list[Reading]:
    """Find the column that examples are made of, and what is to be predicted of them."""
    wanted = table.named(request.columns)
    given = wanted[:1] if len(wanted) > 1 else []
    sources = given or list(table.columns.values())
    is_csv = table.path.suffix.lower() == ".csv"
    files = [column for column in table.columns.values() if column.of_files]
    if len(files) == 2 and is_csv and not wanted[2:] and (pair := pairs_in(table, files)):
        return [pair]
    files = [column for column in files if not given or column is given[0]]
    if not files:
        check_names(table)
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
    others = [
        column for column in table.without(source.name, "split") if column.words <= LONG or column.lists
    ]
    found = (
        of_columns(labels, table.rows)
        if labels
        else guesses(others, table.rows, str(table.path), request.choose, request.usual)
    )
    if found and request.target in {"", "numbers"}:
        check_commas(table, found[0].columns)
    if not found:
        check_nested(table)
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
        look_at_images(table, source, guess, reading)
    elif form == "graphs":
        reading.answers["chem"] = True
    elif others := [column for column in table.without(*columns) if column.is_text]:
        also = shown([column.name for column in others])
        reading.unknown.append(
            f"whether {also} belongs to the text: one column is read, so join them if it does"
        )
    if form == "texts" and len(source.known) < len(source.cells):
        missing = len(source.cells) - len(source.known)
        reading.notes.append(
            f"{missing:,} rows have an empty `{source.name}`: training refuses them, remove them"
        )
    sure = any(column.numbers for column in table.columns.values())  # below a name that is no number
    if table.header and not sure and any(len(name.split()) > 6 for name in table.columns):
        reading.unknown.append(
            f"whether the first row of {table.path.name} names its columns, as it seems to"
        )
    if not table.header:
        reading.notes.append(
            f"{table.path} seems to have no header, so that columns are told by number, from 0"
        )
    return reading


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
    words.check_rows(table)
    if not possible:
        check_nested(table)
        check_edges(table.path, read_sample(table.path)[0])
        raise refuse(
            f"{table.path} has columns {shown(list(table.columns), 6)}, none of texts, image files or SMILES",
            "name a table of these; there is no project for rows of mere numbers",
        )
    named = [column for name in NAMES for column in possible if column.name.lower() == name]
    longest = max(possible, key=lambda column: column.words)
    return named[0] if named and named[0].words > 0.3 * longest.words else longest
