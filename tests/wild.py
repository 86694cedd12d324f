"""Folders and files as people have them, made on the spot: a function each, which returns what to name."""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PIL import Image

Make = Callable[[Path], Path]


def write(path: Path, text: str) -> Path:
    """Write a text, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def table(
    path: Path, header: Sequence[str] | None, rows: Iterable[Sequence[object]], mark: str = ","
) -> Path:
    """Write cells, which hold no marks."""
    lines = [mark.join(map(str, row)) for row in ([header] if header else []) + [list(row) for row in rows]]
    return write(path, "\n".join(lines) + "\n")


def picture(path: Path, size: tuple[int, int] = (24, 24), mode: str = "RGB", seed: int = 0) -> Path:
    """Write an image of a colour that depends on the seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", size, (seed * 37 % 256, seed * 91 % 256, 128))
    image.convert(mode).save(path)
    return path


def pictures(folder: Path, count: int, suffix: str = ".jpg", **how: object) -> list[Path]:
    """Write several."""
    return [picture(folder / f"{number}{suffix}", seed=number, **how) for number in range(count)]  # type: ignore[arg-type]


def mask(path: Path, size: tuple[int, int] = (24, 24), values: Sequence[int] = (0, 1, 2)) -> Path:
    """Write a grey PNG of stripes of these values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("L", size)
    image.putdata([values[x * len(values) // size[0]] for _ in range(size[1]) for x in range(size[0])])
    image.save(path)
    return path


def sentence(number: int, words: int = 9) -> str:
    """Return a sentence that no other number gives."""
    draw = random.Random(number)
    vocabulary = [
        "the",
        "a",
        "film",
        "actor",
        "plot",
        "was",
        "is",
        "very",
        "warm",
        "dull",
        "bright",
        "slow",
        "long",
        "with",
        "of",
        "and",
        "story",
        "ending",
        "music",
    ]
    return " ".join(draw.choice(vocabulary) for _ in range(words)) + f" {number}"


def classes(
    folder: Path, names: Sequence[str] = ("cat", "dog", "owl"), count: int = 12, **how: object
) -> Path:
    """Make a folder of images for each class."""
    for name in names:
        pictures(folder / name, count, **how)  # type: ignore[arg-type]
    return folder


def split_classes(folder: Path, splits: Sequence[str] = ("train", "val", "test")) -> Path:
    """Make that for each split."""
    for split in splits:
        classes(folder / split, count=6)
    return folder


def image_table(
    folder: Path, header: Sequence[str], cells: Callable[[int], Sequence[object]], count: int = 30
) -> Path:
    """Make a table of images that lie beside it."""
    pictures(folder / "images", count)
    return table(folder / "labels.csv", header, [(f"images/{n}.jpg", *cells(n)) for n in range(count)])


def masks(folder: Path, above: bool = True, **how: object) -> Path:
    """Make images and masks, with splits above them or without."""
    for part in [folder / name for name in ("train", "val")] if above else [folder]:
        pictures(part / "images", 8)
        for number in range(8):
            mask(part / "masks" / f"{number}.png", **how)  # type: ignore[arg-type]
    return folder


def texts(
    path: Path,
    header: Sequence[str] | None,
    cells: Callable[[int], Sequence[object]],
    count: int = 60,
    mark: str = ",",
) -> Path:
    """Make a table of texts, which stand first."""
    return table(path, header, [(sentence(number), *cells(number)) for number in range(count)], mark)


def lines(path: Path, record: Callable[[int], object], count: int = 60) -> Path:
    """Make a JSONL file."""
    return write(path, "".join(json.dumps(record(number)) + "\n" for number in range(count)))


def conll(path: Path, count: int = 30, row: str = "{word}\t{tag}") -> Path:
    """Make a CoNLL file of short texts with a person in each."""
    out = []
    for number in range(count):
        for place, word in enumerate(sentence(number).split()):
            tag = "B-person" if place == number % 5 else "O"
            out.append(row.format(word=word, tag=tag, place=place + 1))
        out.append("")
    return write(path, "\n".join(out) + "\n")


def book(path: Path, count: int = 3000) -> Path:
    """Make a plain text."""
    return write(path, "\n".join(sentence(number, 12).capitalize() + "." for number in range(count)))


def nodes(
    folder: Path,
    header: Sequence[str],
    cells: Callable[[int], Sequence[object]],
    ends: Sequence[str] = ("source", "target"),
) -> Path:
    """Make the tables of a graph, a ring."""
    table(folder / "nodes.csv", header, [(f"n{number}", *cells(number)) for number in range(40)])
    table(folder / "edges.csv", ends, [(f"n{number}", f"n{(number + 1) % 40}") for number in range(40)])
    return folder


def tudataset(
    folder: Path, labels: Callable[[int], object] | None, attributes: Callable[[int], object] | None = None
) -> Path:
    """Make graphs of three nodes in a row."""
    graphs = 30
    edges = [(3 * g + a, 3 * g + b) for g in range(graphs) for a, b in ((1, 2), (2, 1), (2, 3), (3, 2))]
    write(folder / "TOY_A.txt", "".join(f"{a}, {b}\n" for a, b in edges))
    write(folder / "TOY_graph_indicator.txt", "".join(f"{node // 3 + 1}\n" for node in range(3 * graphs)))
    for kind, cells in (("labels", labels), ("attributes", attributes)):
        if cells:
            write(folder / f"TOY_graph_{kind}.txt", "".join(f"{cells(graph)}\n" for graph in range(graphs)))
    return folder


def molecules(path: Path, header: Sequence[str], cells: Callable[[int], Sequence[object]]) -> Path:
    """Make a table of molecules: chains, some with oxygen or a ring."""
    smiles = [
        "C" * (1 + number % 9) + ("O", "N", "c1ccccc1", "C(=O)O", "C#N")[number % 5] for number in range(45)
    ]
    return table(path, header, [(line, *cells(number)) for number, line in enumerate(dict.fromkeys(smiles))])
