"""Folders and files as people have them, made on the spot, to be looked at and trained on."""

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

WORDS = (
    "the",
    "a",
    "film",
    "plot",
    "was",
    "is",
    "very",
    "warm",
    "dull",
    "slow",
    "with",
    "of",
    "and",
    "ending",
)
ROWS = 60
Cells = Callable[[int], Sequence[object]]


def write(path: Path, content: str | bytes) -> Path:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def table(path: Path, header: Sequence[str], cells: Cells, rows: int = ROWS, mark: str = ",") -> Path:
    """Write a table; no cell holds a mark. Without a header the rows stand alone."""
    lines = [list(header)] * bool(header) + [list(cells(row)) for row in range(rows)]
    return write(path, "".join(mark.join(map(str, line)) + "\n" for line in lines))


def lines(path: Path, record: Callable[[int], object], rows: int = ROWS) -> Path:
    """Write JSONL."""
    return write(path, "".join(json.dumps(record(row)) + "\n" for row in range(rows)))


def sentence(number: int, words: int = 9) -> str:
    """Return a sentence that no other number gives."""
    draw = random.Random(number)
    return " ".join(draw.choice(WORDS) for _ in range(words)) + f" {number}"


def book(path: Path, sentences: int = 2000) -> Path:
    """Write plain text."""
    return write(path, "\n".join(sentence(number).capitalize() + "." for number in range(sentences)))


def conll(path: Path, row: str = "{word}\t{tag}", texts: int = 40) -> Path:
    """Write short texts with a person in each, a word a row."""
    out = []
    for text in range(texts):
        for place, word in enumerate(sentence(text).split()):
            out.append(row.format(number=place + 1, word=word, tag="B-person" if place == text % 5 else "O"))
        out.append("")
    return write(path, "\n".join(out) + "\n")


def picture(path: Path, size: tuple[int, int] = (24, 24), mode: str = "RGB", number: int = 0) -> Path:
    """Write an image of one colour, which depends on the number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", size, (number * 37 % 256, number * 91 % 256, 128))
    image.convert(mode).save(path)
    return path


def pictures(folder: Path, count: int, suffix: str = ".jpg", **how: Any) -> Path:
    """Write several."""
    for number in range(count):
        picture(folder / f"{number}{suffix}", number=number, **how)
    return folder


def classes(folder: Path, names: Sequence[str] = ("cat", "dog", "owl"), count: int = 12, **how: Any) -> Path:
    """Write images into a folder for each class."""
    for name in names:
        pictures(folder / name, count, **how)
    return folder


def splits(folder: Path, names: Sequence[str] = ("train", "val", "test")) -> Path:
    """Do so for each split."""
    for name in names:
        classes(folder / name, count=6)
    return folder


def image_table(folder: Path, columns: Sequence[str], cells: Cells, rows: int = ROWS) -> Path:
    """Write images, and a table of their files and of other cells."""
    pictures(folder / "images", rows)
    return table(folder / "labels.csv", columns, lambda n: (f"images/{n}.jpg", *cells(n)), rows)


def masks(folder: Path, values: Sequence[int] = (0, 1, 2), count: int = 24, **how: Any) -> Path:
    """Write images, and masks of stripes of these values."""
    pictures(folder / "images", count, **how)
    for number in range(count):
        mask = Image.new("L", (24, 24))
        mask.putdata([values[x * len(values) // 24] for _ in range(24) for x in range(24)])
        (folder / "masks").mkdir(parents=True, exist_ok=True)
        mask.save(folder / "masks" / f"{number}.png")
    return folder


def ring(
    folder: Path, columns: Sequence[str], cells: Cells, ends: Sequence[str] = ("source", "target")
) -> Path:
    """Write the tables of a graph of 60 nodes."""
    table(folder / "nodes.csv", columns, lambda n: (f"n{n}", *cells(n)))
    table(folder / "edges.csv", ends, lambda n: (f"n{n}", f"n{(n + 1) % ROWS}"))
    return folder


def tudataset(folder: Path, **cells: Callable[[int], object]) -> Path:
    """Write 40 graphs of three nodes in a row, and a cell for each graph into files of these names."""
    pairs = [
        (3 * graph + a, 3 * graph + b) for graph in range(40) for a, b in ((1, 2), (2, 1), (2, 3), (3, 2))
    ]
    write(folder / "TOY_A.txt", "".join(f"{a}, {b}\n" for a, b in pairs))
    write(folder / "TOY_graph_indicator.txt", "".join(f"{node // 3 + 1}\n" for node in range(120)))
    for name, cell in cells.items():
        write(folder / f"TOY_graph_{name}.txt", "".join(f"{cell(graph)}\n" for graph in range(40)))
    return folder


def molecule(number: int) -> str:
    """Return the SMILES of a chain with something at its end."""
    return "C" * (1 + number // 6) + ("O", "N", "c1ccccc1", "C(=O)O", "C#N", "Cl")[number % 6]
