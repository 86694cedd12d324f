"""Tables in plain text and in Markdown."""

from collections.abc import Iterator

SHOWN = 30  # rows of classes, columns or the like


def align(rows: list[list[str]]) -> Iterator[str]:
    """Columns of a table, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


def make_table(header: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of Markdown."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in [header, *rows]]
    first, *rest = [f"| {' | '.join(row)} |" for row in cells]
    return [first, "|---" * len(header) + "|", *rest]
