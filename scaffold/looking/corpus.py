"""Plain text, of which a language model learns to write more."""

from pathlib import Path

from scaffold.errors import ScaffoldError
from scaffold.looking.edges import check_edges
from scaffold.looking.files import (
    SPLITS,
    TEXTS,
    below,
    is_image,
    listing,
    read_sample,
    refuse,
    says_more,
    splits_among,
    subfolders,
)
from scaffold.looking.reading import Reading, shown, split_fact

SMALL = 20_000  # characters, below which a model learns hardly anything


def look_at_file(path: Path, *, insisted: bool = False) -> list[Reading]:
    """Read a text."""
    text, _ = read_sample(path)
    if not text.strip():
        raise refuse(f"{path} is empty", "fill it, or name another")
    lines = [line for line in text.split("\n") if line.strip()][:2000]
    if lines[0].startswith("__label__"):
        raise refuse(
            f"{path} has labels within its lines, as fastText has", "write text and label into a CSV file"
        )
    if not insisted:
        check_edges(path, text)
    tabs = {line.count("\t") for line in lines}
    if not insisted and len(lines) > 5 and len(tabs) == 1 and tabs != {0}:
        raise refuse(
            f"{path} has {tabs.pop()} tabs in each line, as a table has",
            "rename it to .tsv if it is one, or say --task language_modelling",
        )
    return [_reading([path], path.stat().st_size, len(text))]


def look_at_folder(folder: Path, *, insisted: bool) -> list[Reading]:
    """Read a folder of texts; an empty list if it has none."""
    folders, files = listing(folder)
    texts = below(folder, {*TEXTS}, 20_000)
    if not any(insisted or says_more(path) for path in texts):
        return []
    named = {path.name: path for path in folders} | {
        path.stem: path for path in files if path.suffix in TEXTS
    }
    splits = splits_among(named, folder)
    _check_classes(folder, splits, insisted)
    sample = texts[:: max(1, len(texts) // 20)]
    read = [read_sample(path)[0] for path in sample[:20]]
    if not insisted:
        check_edges(texts[0], read[0])
    size = sum(path.stat().st_size for path in texts)
    reading = _reading(texts, size, size if len(texts) > 20 else sum(map(len, read)))
    if left := [file.name for file in files if is_image(file)]:
        reading.notes.append(f"not read beside texts: {shown(left)}")
    if splits:
        reading.facts.append(split_fact(splits, "cut from the end of"))
    return [reading]


def _check_classes(folder: Path, splits: dict[str, Path], insisted: bool) -> None:
    """Refuse folders of texts by class, which would be read as one long text."""
    part = splits.get("train", folder)
    if insisted or not part.is_dir():
        return
    folders, files = listing(part)
    own = [path for path in folders if path.name not in SPLITS and below(path, {*TEXTS}, 2)[1:]]
    strays = [file for file in files if file.suffix in TEXTS and says_more(file)]
    few = 10 * len(strays) <= sum(len(below(path, {*TEXTS}, 1_000)) for path in own)
    if len(own) > 1 and len(strays) <= len(own) and few:
        raise texts_by_class(part, own)


def texts_by_class(folder: Path, classes: list[Path]) -> ScaffoldError:
    """Say that no project reads texts so."""
    first = max(classes, key=lambda path: "train" in path.name)
    if len(within := subfolders(first)) > 1:  # the classes of a split
        return texts_by_class(first, within)
    names = shown([path.name for path in classes])
    way = "write texts and classes into a CSV file"
    if below(folder, {*TEXTS}, 1):
        way += ", or say --task language_modelling if all is one text"
    return refuse(f"{folder} holds folders of texts, {names}, as classes have them", way)


def _reading(texts: list[Path], size: int, characters: int) -> Reading:
    files = f"{len(texts):,} files of text" if len(texts) > 1 else f"{texts[0].name} is plain text"
    reading = Reading(
        "corpus", "tokens", f"{files}, {size / 1e6:.3g} MB", "a text without labels: its next token"
    )
    if characters < SMALL:
        reading.notes.append(f"{characters:,} characters are very few for a language model: add text")
    return reading
