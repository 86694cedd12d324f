"""Words and their tags: CoNLL files, a word in each row and empty rows between texts, and lists in JSONL."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scaffold.looking.columns import Column
from scaffold.looking.files import read_sample, refuse
from scaffold.looking.reading import Fact, Reading, Request, shown
from scaffold.looking.tables import Table

NO_WORD = re.compile(r"\d+[-.]\d+")  # in front of rows of CoNLL-U that are of several words, or of none
ENTITY = ("B-", "I-", "S-", "E-", "L-", "U-", "M-")


def look(path: Path, request: Request, *, sure: bool) -> list[Reading]:
    """Read it; an empty list if it is no such file and need not be one."""
    numbers = [name for name in request.columns if name.isdecimal()]
    if not sure and request.columns and (len(numbers) < len(request.columns) or len(numbers) == 1):
        return []  # columns of words and tags have no names, and are two
    text, complete = read_sample(path)
    rows = [_cells(line) for line in text.split("\n")]
    rows = [
        row
        for row in rows
        if not row or not (row[0].startswith("-DOCSTART-") or row[0] == "#" or _is_comment(row))
    ]
    rows = [row for row in rows if not (len(row) == 10 and NO_WORD.fullmatch(row[0]))]
    words = [row for row in rows if row]
    sizes = Counter(len(row) for row in words)
    if not words:
        if sure:
            raise refuse(f"{path} holds no words", "fill it, or name another")
        return []
    size, often = sizes.most_common(1)[0]
    if size < 2 or often < 0.95 * len(words):
        if sure:
            raise refuse(
                f"{path} has rows of {shown(sorted(sizes))} columns", "write a word and its tag into each row"
            )
        return []
    if often < len(words) and complete:
        number = next(
            n
            for n, line in enumerate(text.split("\n"), 1)
            if (row := _cells(line)) in words and len(row) != size
        )
        if sure:
            raise refuse(
                f"{path}:{number} has other columns than most rows, which have {size}", "give each word a tag"
            )
    words = [row for row in words if len(row) == size]
    first, last = _columns(words, request)
    tags = Counter(row[last] for row in words)
    texts = sum(1 for row, after in zip(rows, [*rows[1:], []], strict=True) if row and not after)
    entities = [tag for tag in tags if tag.startswith(ENTITY)]
    looks = (entities and "O" in tags) or (texts > 1 and len(tags) <= max(2, min(100, len(words) // 5)))
    if not looks or len({row[first] for row in words}) < len(tags):
        if sure and len(tags) < 2:
            raise refuse(
                f"all tags of {path} are {next(iter(tags))!r}", "name the columns, as in --columns 0,3"
            )
        if not sure:
            return []
    kinds = sorted({tag[2:] for tag in entities})
    why = f"{len(words):,} rows of {size} columns between empty rows: words of {texts:,} texts"
    said = (
        f"the tags are of entities: {shown(kinds)}"
        if kinds
        else f"{len(tags)} distinct tags, {shown(list(tags))}"
    )
    reading = Reading("words", "tags", why if complete else f"of a part of the file: {why}", said)
    if (first, last) == (0, size - 1):
        reading.facts = [
            Fact("columns", "first and last", "of words and of tags, as projects read them anyway")
        ]
    else:
        columns = [str(first), str(last)]
        reading.facts = [Fact("data.columns", columns, "numbers of the columns of words and tags, from 0")]
    if texts == 1 and len(words) > 200:
        reading.notes.append(
            f"{path} has no empty rows, so that all of it is one text: put them between sentences"
        )
    return [reading]


def _cells(line: str) -> list[str]:
    if not line.strip():
        return []
    return line.rstrip("\r").split("\t") if "\t" in line else line.split()


def _is_comment(row: list[str]) -> bool:
    return row[0].startswith("#") and (
        row[2:3] == ["="] or row[1:2] == ["="] or (row[0] != "#" and len(row) == 1)
    )


def _columns(words: list[list[str]], request: Request) -> tuple[int, int]:
    """Find those of words and tags: first and last, or those of CoNLL-U, which numbers its words."""
    size = len(words[0])
    if request.columns:
        if len(request.columns) != 2 or not all(name.isdecimal() for name in request.columns):
            raise refuse(
                "columns of words and tags have no names but numbers, from 0",
                "give both to --columns, as in --columns 0,3",
            )
        first, last = map(int, request.columns)
        if max(first, last) >= size:
            raise refuse(
                f"there is no column {max(first, last)}, they are 0 to {size - 1}",
                "name others with --columns",
            )
        return first, last
    if size == 10 and sum(row[0].isdecimal() for row in words) > 0.9 * len(words):
        return 1, 3  # FORM and UPOS of Universal Dependencies
    return 0, size - 1


def check_rows(table: Table) -> None:
    """Refuse a table with a word and its tag in each row, of which a project would make texts of one word."""
    for column in table.columns.values():
        tags = column.counts.keys()
        if "O" in tags and len(tags) > 1 and all(tag == "O" or tag.startswith(ENTITY) for tag in tags):
            raise refuse(
                f"column {column.name} of {table.path} holds tags of words, one in each row",
                "write word, tab and tag into a .conll file, with an empty row after each sentence",
            )


def look_at_lists(table: Table, request: Request) -> list[Reading]:
    """Read lists of words with a list of tags each, as JSONL has them; ask where several may be the tags."""
    pairs = dict[str, list[Column]]()
    for words, tags in _lists_alike(table):
        pairs.setdefault(words.name, []).append(tags)
    wanted = [column.name for column in table.named(request.columns)] if pairs else []
    if len(wanted) > 1:
        pairs = {wanted[0]: [tags for tags in pairs.get(wanted[0], []) if tags.name == wanted[1]]}
    elif wanted:
        pairs = {name: [tags for tags in found if tags.name == wanted[0]] for name, found in pairs.items()}
    pairs = {name: found for name, found in pairs.items() if found}
    if not pairs:
        return []
    name = max(pairs, key=lambda name: len(_parts(table.columns[name])))
    by_name = {tags.name: tags for tags in pairs[name]}
    usual = [tags for tags in by_name if tags in request.usual]
    if len(by_name) > 1 and len(usual) != 1:
        usual = [request.choose(f"which key of {table.path} has the tags of words", [*by_name])]
    tags = by_name[usual[0]] if usual else pairs[name][0]
    distinct = sorted(_parts(tags))
    why = f"keys `{name}` and `{tags.name}`: lists of the same lengths in {table.rows}"
    reading = Reading("words", "tags", why, f"{len(distinct)} distinct tags: {shown(distinct)}")
    reading.facts = [Fact("data.columns", [name, tags.name], why)]
    if all(tag.isdecimal() for tag in distinct):
        reading.unknown.append(
            f"what the integers of `{tags.name}` are called: they are taken for names, and where they stand "
            "for B-PER and the like, write these instead, or entities are not counted"
        )
    return [reading]


def _parts(column: Column) -> set[str]:
    return {str(part) for cell in column.lists for part in cell}


def _lists_alike(table: Table) -> Iterator[tuple[Column, Column]]:
    """Give columns of lists of words, each with one of lists as long and with fewer distinct parts."""
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
            if len(_parts(tags)) < max(3, len(_parts(words))):
                yield words, tags
