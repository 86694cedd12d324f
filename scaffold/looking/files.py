"""Folders and text files, of which a bounded part is read."""

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from scaffold.errors import ScaffoldError, joined

IMAGES = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
TABLES = (".csv", ".tsv", ".jsonl")
TAGGED = (".conll", ".iob", ".iob2", ".bio", ".tsv", ".txt", ".jsonl")
TEXTS = (".txt", ".md")
ARCHIVES = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst"}
OTHERS = {
    ".json": "a .jsonl file with an object in each line",
    ".ndjson": "a .jsonl file",
    **dict.fromkeys(
        (".parquet", ".xlsx", ".xls", ".feather", ".arrow", ".dta", ".sav", ".ods"), "a .csv file"
    ),
    **dict.fromkeys(
        (".npy", ".npz", ".pt", ".pth", ".pkl", ".pickle", ".h5", ".hdf5", ".mat", ".db", ".sqlite"),
        "images, a table or text",
    ),
    **dict.fromkeys((".gml", ".graphml", ".gexf", ".edgelist", ".net"), "nodes.csv and edges.csv"),
    **dict.fromkeys((".sdf", ".mol", ".mol2", ".pdb"), "a .csv file with a column of SMILES"),
    **dict.fromkeys((".pdf", ".docx", ".doc", ".html", ".epub"), "plain text"),
}
SPLITS = {"train": "train", "test": "test"} | dict.fromkeys(("val", "valid", "validation", "dev"), "val")
ALMOST = {
    "training": "train",
    "trn": "train",
    "eval": "val",
    "testing": "test",
    "tst": "test",
}
# Names of files that say what others are.
ABOUT = re.compile(
    "(readme|licen[cs]e|about|copying|release|changelog|citation|citing|notice|version|authors)s?([^a-z]|$)",
    re.IGNORECASE,
)
ENTRIES = 20_000  # of one folder that are looked at
LOOKED_AT = 200_000  # of all folders together below one
BYTES = 8 * 2**20  # of one file


def refuse(what: str, remedy: str) -> ScaffoldError:
    """Make the error of data that cannot be read as they are."""
    return ScaffoldError(f"{what}: {remedy}")


def listing(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return folders and files, sorted, without what is hidden; of a huge folder some."""
    folders, files = _scan(folder, ENTRIES)
    return [folder / name for name in folders], [folder / name for name in files]


def subfolders(folder: Path) -> list[Path]:
    """Return the folders among its first entries, for which the many files of a class are no paths yet."""
    return [folder / name for name in _scan(folder, 1_000)[0]]


def _scan(folder: Path, most: int) -> tuple[list[str], list[str]]:
    try:
        with os.scandir(folder) as found:
            entries = [(entry.name, entry.is_dir()) for entry in islice(found, most)]
    except OSError as error:
        raise refuse(
            f"cannot read {folder} ({error.strerror})", "choose data that are yours to read"
        ) from error
    seen = sorted((name, is_dir) for name, is_dir in entries if not name.startswith("."))
    return [name for name, is_dir in seen if is_dir], [name for name, is_dir in seen if not is_dir]


def is_huge(folder: Path) -> bool:
    """Say whether a listing leaves something out."""
    with os.scandir(folder) as found:
        return sum(1 for _ in islice(found, ENTRIES + 1)) > ENTRIES


def below(folder: Path, suffixes: set[str], limit: int) -> list[Path]:
    """Return files with one of these suffixes at any depth, in a stable order; at most `limit`.

    For a few of them the first entries of a huge folder are enough.
    """
    return list(islice(_walk(folder, suffixes, min(ENTRIES, 100 + 2 * limit)), limit))


def _walk(folder: Path, suffixes: set[str], entries: int) -> Iterator[Path]:
    waiting, left = [folder], LOOKED_AT
    while waiting and left > 0:
        here = waiting.pop()
        folders, files = _scan(here, entries)
        left -= len(folders) + len(files)
        paths = (here / name for name in files if os.path.splitext(name)[1].lower() in suffixes)
        yield from (path for path in paths if path.is_file())
        waiting += [here / name for name in reversed(folders)]


def is_image(path: Path) -> bool:
    """Say so by the suffix."""
    return path.suffix.lower() in IMAGES


def says_more(path: Path) -> bool:
    """Say whether a text is not empty, and no README or licence, which are about the others."""
    return not ABOUT.match(path.name) and path.is_file() and path.stat().st_size > 0


def read_sample(path: Path) -> tuple[str, bool]:
    """Return the text of a file, and whether that is all; of a large one its begin and parts of the rest.

    A file may be sorted by class, so that its begin alone would tell of one. Parts begin and end with a line.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if size <= BYTES:
                return _decode(path, file.read()), True
            parts = [_whole_lines(file.read(BYTES // 2), first=True)]
            for number in range(1, 9):
                file.seek(BYTES // 2 + (size - BYTES // 2 - BYTES // 16) * number // 8)
                parts.append(_whole_lines(file.read(BYTES // 16), first=False))
    except OSError as error:
        raise refuse(
            f"cannot read {path} ({error.strerror})", "choose data that are yours to read"
        ) from error
    return "".join(_decode(path, part) for part in parts), False


def _whole_lines(part: bytes, *, first: bool) -> bytes:
    start = 0 if first else part.find(b"\n") + 1
    return part[start : part.rfind(b"\n") + 1]


def _decode(path: Path, content: bytes) -> str:
    if b"\0" in content[:4096]:
        raise refuse(f"{path} is no text in UTF-8", "name a text file, a table or a folder")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(f"{path}, about line {line}, is not UTF-8", "save the file in that encoding") from error


def splits_among(names: dict[str, Path], where: Path) -> dict[str, Path]:
    """Return what is a split by its name: `train` and others; a name that nearly is one is refused."""
    found: dict[str, Path] = {}
    for name, path in names.items():
        meant = SPLITS.get(name)
        if meant is None:
            continue
        if meant in found:
            raise refuse(f"{found[meant]} and {path} are the same split", "remove one of them")
        found[meant] = path
    found = {name: found[name] for name in ("train", "val", "test") if name in found}
    almost = {name: ALMOST[name.lower()] for name in names if name.lower() in ALMOST}
    almost |= {name: SPLITS[name.lower()] for name in names if name not in SPLITS and name.lower() in SPLITS}
    if almost and (len(almost) + len(found) > 1 or len(names) == 1):
        what = "splits" if len(almost) > 1 else "a split"
        ways = joined((f"{name} to {meant}" for name, meant in sorted(almost.items())), "and")
        raise refuse(f"{where} has {what} called {joined(sorted(almost), 'and')}", f"rename {ways}")
    if found and "train" not in found:
        if len(found) == len(names) or len(found) > 1:
            raise refuse(f"{where} has no train beside {shown_names(found)}", "add it")
        return {}
    return found


def shown_names(paths: dict[str, Path]) -> str:
    """Write the names of files or folders."""
    return " and ".join(path.name for path in paths.values())
