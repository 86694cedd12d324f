"""What no project reads, although its columns are there: numbers with commas, objects within cells."""

from collections.abc import Iterator, Sequence
from typing import Any

from scaffold.looking.files import refuse
from scaffold.looking.reading import shown
from scaffold.looking.tables import Table


def check_commas(table: Table, names: Sequence[str]) -> None:
    """Refuse numbers with commas in columns that are to be predicted."""
    found = [table.columns[name] for name in names if table.columns[name].commas]
    if not found:
        return
    cells = [text for column in found for text in column.commas]
    cell = next((text for text in cells if "." in text), cells[0])
    whole, _, end = cell.rpartition(max(".,", key=cell.rfind))
    ways = [f"{whole.replace('.', '').replace(',', '')}.{end}"]
    if "." not in cell:
        ways += [cell.replace(",", "")] if len(end) == 3 else []
        ways += [f"{cell.replace(',', ';')} if that is more than one number"]
    said = " and ".join(f"`{column.name}`" for column in found)
    raise refuse(
        f"numbers with commas are not read, such as {cell} in {said} of {table.path}",
        f"write {' or '.join(ways)}, a point before decimals and nothing between thousands, in all rows",
    )


def check_spans(table: Table, wanted: Sequence[str]) -> None:
    """Refuse labels that stand with the places of letters that they are of, as [0, 5, "person"]."""
    for column in table.columns.values():
        spans = [span for cell in column.lists for span in cell]
        if spans and all(map(_is_span, spans)) and (not wanted or column.name in wanted):
            raise refuse(
                f"column {column.name} of {table.path} holds spans of letters, such as {spans[0]}, which are "
                "not read",
                "write a word and its tag into each row of a .conll file, with an empty row after each text",
            )


def _is_span(cell: Any) -> bool:
    if isinstance(cell, dict):
        return all(any(str(key).startswith(end) for key in cell) for end in ("start", "end"))
    kinds = [type(part) for part in cell] if isinstance(cell, list) else []
    return kinds in ([int, int, str], [str, int, int])


def check_nested(table: Table) -> None:
    """Refuse objects within cells, where nothing else can be read."""
    keys = [
        key
        for column in table.columns.values()
        if any(isinstance(cell, dict) or _holds_objects(cell) for cell in column.known[:1])
        for key in _keys_within(column.name, column.known[0])
    ]
    if keys:
        raise refuse(
            f"{table.path} has objects within cells ({shown(keys, 5)}), which are not read",
            f"write what is needed into keys of their own, such as text and label, in place of {keys[0]}",
        )


def _holds_objects(cell: Any) -> bool:
    return isinstance(cell, list) and any(isinstance(part, dict) for part in cell)


def _keys_within(name: str, cell: Any) -> Iterator[str]:
    """Give the names of all values within the first of each list."""
    if isinstance(cell, dict):
        for key, value in cell.items():
            yield from _keys_within(f"{name}.{key}", value)
    elif _holds_objects(cell):
        yield from _keys_within(f"{name}[0]", cell[0])
    else:
        yield name
