"""What lies at a path: the file or folder that a project is to read, and how."""

import os
from contextlib import suppress
from pathlib import Path

from scaffold.errors import ScaffoldError
from scaffold.looking import corpus, foreign, graph, graphs, images, masks, naming, rows, words
from scaffold.looking.files import (
    ARCHIVES,
    IMAGES,
    OTHERS,
    SPLITS,
    TABLES,
    TAGGED,
    TEXTS,
    below,
    is_image,
    listing,
    refuse,
    says_more,
    splits_among,
)
from scaffold.looking.reading import Reading, Request, shown, split_fact

Found = tuple[Path, list[Reading]]


def look(path: Path, request: Request, insisted: str) -> Found:
    """Say how a path may be read, the likeliest first; `insisted` is the one form wanted, or empty."""
    if path.as_posix().startswith("hf:"):
        raise ScaffoldError(
            f"{path.as_posix()} is of a hub, where nothing is looked at: leave --data out, "
            "and set data.path in configs/default.yaml",
            2,
        )
    if not os.path.lexists(path):
        raise ScaffoldError(f"there is no file or folder {path}: name your data with --data", 2)
    if not os.access(path, os.R_OK):
        raise refuse(f"cannot read {path}", "choose data that are yours to read")
    if path.is_file():
        return _look_at_file(path, request, insisted)
    if not path.is_dir():
        raise refuse(f"{path} is neither a file nor a folder", "name one that is")
    return _look_at_folder(path, request, insisted)


def _look_at_file(path: Path, request: Request, insisted: str) -> Found:
    suffix = path.suffix.lower()
    if suffix in ARCHIVES:
        raise refuse(f"{path} is an archive", "unpack it, and name what was in it")
    if suffix in OTHERS:
        raise refuse(f"{path} is a {suffix} file, which is not read", f"save it as {OTHERS[suffix]}")
    if is_image(path):
        raise refuse(f"{path} is a single image", "name the folder of all images, or a table of them")
    if insisted == "corpus":
        return path, corpus.look_at_file(path, insisted=True)
    beside = {file.name for file in listing(path.parent)[1]} if path.name in graph.NAMES else set()
    if beside >= graph.NAMES or (path.name == "edges.csv" and graph.edges_will_do(request)):
        return path.parent, graph.look(path.parent, request)
    if suffix in TABLES:
        tagged = words.look(path, request, sure=insisted == "words") if suffix == ".tsv" else []
        return path, tagged or rows.look(path, request)
    if suffix in TAGGED:
        tagged = words.look(path, request, sure=suffix != ".txt" or insisted == "words")
        return path, tagged or corpus.look_at_file(path)
    if suffix not in TEXTS and words.look(path, request, sure=False):
        raise refuse(f"{path} holds words and tags in columns", "rename it to .conll")
    return path, corpus.look_at_file(path)


def _look_at_folder(folder: Path, request: Request, insisted: str, depth: int = 0) -> Found:
    folders, files = listing(folder)
    if not folders and not files:
        raise refuse(f"{folder} is empty", "fill it, or name another")
    if insisted == "corpus" and (texts := corpus.look_at_folder(folder, insisted=True)):
        return folder, texts
    segmented = masks.look(folder)
    if not segmented:
        masks.tell_otherwise_named(folder)
        foreign.check_rubbish(folder, folders, files)
    for found in (graphs.look(folder), graph.look(folder, request), segmented):
        if found:
            return folder, found
    by_folders = len([path for path in folders if below(path, IMAGES, 1)]) > 1
    if by_folders and any(path.name in SPLITS for path in folders):
        return folder, images.look(folder)  # a table beside splits says what these say
    if table := _tables(folder, files, request, by_folders):
        return table
    if tagged := _tagged(folder, files, request, insisted):
        return folder, tagged
    written = len([file for file in files if file.suffix.lower() in TEXTS and says_more(file)])
    loose = not folders and any(is_image(file) for file in files)
    if (
        len(folders) == 1
        and not any(is_image(file) for file in listing(folders[0])[1])
        and depth < 4
        and folders[0].name not in SPLITS
        and (not written or len(below(folders[0], IMAGES, written + 1)) > written)
    ):
        return _look_at_folder(folders[0], request, insisted, depth + 1)
    if (folders or loose) and (pictures := images.look(folder)):
        return folder, pictures
    if texts := corpus.look_at_folder(folder, insisted=False):
        return folder, texts
    raise foreign.refuse_all(folder, folders, files, request)


def _tables(folder: Path, files: list[Path], request: Request, by_folders: bool) -> Found | None:
    """Read the tables of a folder: splits, or a single one; beside folders of images one that names them."""
    tables = [file for file in files if file.suffix.lower() in TABLES]
    splits = splits_among({table.stem: table for table in tables}, folder)
    if splits:
        train = splits["train"]
        tagged = words.look(train, request, sure=False) if train.suffix == ".tsv" else []
        for reading in tagged:
            reading.facts.append(split_fact(splits))
        readings = tagged or rows.look(train, request, splits)
        if left := [table.name for table in tables if table not in splits.values()]:
            readings[0].notes.append(f"not read, as no split is called so: {shown(left)}")
        if readings[0].form in {"texts", "words"} or len(splits) == 1:
            return folder if readings[0].form in {"texts", "words"} else train, readings
        raise refuse(
            f"{folder} holds a table of {readings[0].form} for each split",
            f"join them into one, with a column split, or name {train} alone",
        )
    if by_folders:
        named = []
        for table in tables:
            with suppress(ScaffoldError):  # which is said where the folders turn out to be no classes
                named += [
                    (table, found) for found in [rows.look(table, request)] if found[0].form == "images"
                ]
        return named[0] if len(named) == 1 else None
    if len(tables) > 1:
        if found := naming.tables_naming(folder):
            raise naming.refuse_for(folder, found)
        raise ScaffoldError(
            f"{folder} holds several tables, {shown([table.name for table in tables])}: name one, "
            f"as in --data {tables[0]}, or call them train, val and test if they are splits",
            2,
        )
    if tables and (texts := _texts_over(folder, tables[0], request)):
        return folder, texts
    return (tables[0], rows.look(tables[0], request)) if tables else None


def _texts_over(folder: Path, table: Path, request: Request) -> list[Reading]:
    """Read texts of which a smaller table beside them only tells; where it may be meant, ask."""
    texts = [file for file in below(folder, {*TEXTS}, naming.MOST) if says_more(file)]
    if sum(file.stat().st_size for file in texts) <= table.stat().st_size:
        return []
    if len(texts) > 1 and list(naming.tables_among([table], texts)):
        raise refuse(
            f"{table} names the texts of {folder}, which are not read so",
            f"write the texts themselves in place of their names, then name the table, as in --data {table}",
        )
    if request.target or request.columns:
        return []
    found = corpus.look_at_folder(folder, insisted=False)
    with suppress(ScaffoldError):
        if rows.look(table, request)[0].form != "texts":
            return []
        found = []
    if not found:
        raise ScaffoldError(
            f"{folder} holds texts and a table, {table.name}: say which is meant, as in --data {table} "
            "or --task language_modelling",
            2,
        )
    for reading in found:
        reading.notes.append(f"not read beside texts: {table.name}")
    return found


def _tagged(folder: Path, files: list[Path], request: Request, insisted: str) -> list[Reading]:
    """Read CoNLL files that are splits."""
    named = {file.stem: file for file in files if file.suffix in TAGGED}
    splits = splits_among(named, folder) if named.keys() & SPLITS.keys() else {}
    if not splits:
        others = [file for file in files if file.suffix in TAGGED and file.suffix not in {".txt", *TABLES}]
        if others:
            raise ScaffoldError(
                f"{folder} holds {shown([file.name for file in others])}: name one, "
                f"as in --data {others[0]}, or call them train, val and test if they are splits",
                2,
            )
        return []
    found = words.look(splits["train"], request, sure=splits["train"].suffix != ".txt" or insisted == "words")
    for reading in found:
        reading.facts.append(split_fact(splits))
    return found
