"""Folders of what no project reads as it is: what that is, and what would be read instead."""

from contextlib import suppress
from pathlib import Path

from scaffold.errors import ScaffoldError, joined
from scaffold.looking import corpus, masks, words
from scaffold.looking.files import ARCHIVES, IMAGES, OTHERS, TABLES, TEXTS, below, listing, refuse, subfolders
from scaffold.looking.reading import Request, shown


def check_rubbish(folder: Path, folders: list[Path], files: list[Path]) -> None:
    """Refuse what an archive left behind, and images with boxes or annotations."""
    names = {path.name for path in folders}
    if "__MACOSX" in names:
        raise refuse(f"{folder} holds __MACOSX, which an archive left behind", "remove it")
    boxes = [
        path
        for path in folders
        if path.name in {"labels", "annotations", "Annotations"} and below(path, {".txt", ".xml", ".json"}, 1)
    ]
    if boxes and (names & {"images", "JPEGImages", "train"}) and not below(boxes[0], IMAGES, 1):
        raise refuse(
            f"{folder} holds images and {boxes[0].name}, as for detecting objects, which no project does",
            "name folders of images by class, images with masks, or a table of labels",
        )
    coco = [file for file in files if file.suffix == ".json"]
    if (
        coco
        and "images" in names
        and not any(file.suffix.lower() in TABLES for file in files)
        and "masks" not in names
    ):
        raise refuse(
            f"{folder} holds {coco[0].name}, and annotations in JSON are not read",
            "write image files and labels into a CSV file",
        )


def check_unlike(splits: dict[str, Path], others: list[Path]) -> None:
    """Refuse a single class to train on and others to test, which are to be told as unlike it."""
    classes = {name: {path.name for path in subfolders(part)} for name, part in splits.items()}
    unlike = sorted(set[str]().union(*classes.values()) - classes["train"])
    if len(classes["train"]) != 1 or not unlike:
        return
    (single,) = classes["train"]
    outlined = [path.name for path in others if below(path, IMAGES, 1)]
    way = (
        f"for classification put all images into a folder for each class, {joined([single, *unlike], 'and')}"
    )
    if outlined:
        way += f"; for segmentation put them and the masks of {joined(outlined, 'and')} into {masks.FOLDERS}"
    raise refuse(
        f"{splits['train']} holds {single} alone, and other splits {joined(unlike, 'and')} too, as for "
        "finding what is unlike the rest, which no project does",
        way,
    )


def _check_texts(folder: Path) -> None:
    """Refuse folders of texts by class, whose files have no suffix that says so."""
    for place in (folder, *sorted(subfolders(folder), key=lambda path: "train" not in path.name)):
        own = [path for path in subfolders(place) if _holds_texts(path)]
        if len(own) > 1:
            raise corpus.texts_by_class(place, own)


def _holds_texts(folder: Path) -> bool:
    files = listing(folder)[1][:5]
    return len(files) > 1 and all(_is_text(file) for file in files)


def _is_text(path: Path) -> bool:
    start = b""
    with suppress(OSError), path.open("rb") as file:
        start = file.read(4096)
    return b" " in start and b"\0" not in start


def refuse_all(folder: Path, folders: list[Path], files: list[Path], request: Request) -> ScaffoldError:
    """Say of a folder that nothing in it is read, and what would be."""
    suffixes = {file.suffix.lower(): file for file in files}
    if {".content", ".cites"} <= suffixes.keys():
        nodes, edges = suffixes[".content"].name, suffixes[".cites"].name
        return refuse(
            f"{folder} holds {nodes} and {edges}, a graph as LINQS has it",
            "write the first as nodes.csv, with a header of id, a name for each feature and label, "
            "and the second as edges.csv, with a header of source,target",
        )
    for suffix, file in suffixes.items():
        if suffix in OTHERS or suffix in ARCHIVES:
            ways = OTHERS.get(suffix, "")
            alike = shown([file.name for file in files if file.suffix.lower() == suffix])
            return refuse(
                f"{folder} holds {alike}, and {f'{suffix} files' if ways else 'archives'} are not read",
                f"save each as {ways}" if ways else "unpack them, and name what was in them",
            )
    _check_texts(folder)
    tagged = [file for file in files if file.suffix not in TEXTS and _holds_tags(file, request)]
    if tagged:
        return refuse(
            f"{folder} holds {shown([file.name for file in tagged])}, words and tags in columns",
            "call them train.conll, val.conll and test.conll",
        )
    names = shown([path.name for path in (*files, *folders)])
    return refuse(
        f"{folder} holds {names}, and nothing that a project reads",
        "name a folder of images, texts or graphs, a table (.csv, .tsv, .jsonl), or text in .txt or .md",
    )


def _holds_tags(file: Path, request: Request) -> bool:
    with suppress(ScaffoldError):
        return bool(words.look(file, request, sure=False))
    return False
