"""`scaffold new --data`: what is proposed for folders and files in the shapes of the wild."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import wild
from conftest import ROOT

from scaffold.answers import Given
from scaffold.errors import ScaffoldError
from scaffold.looking.proposal import Proposal, propose
from scaffold.prompt import chooser
from scaffold.questions import Questions

Make = Callable[[Path], Path]
QUESTIONS = Questions(ROOT)


def look(path: Path, columns: tuple[str, ...] = (), **given: str) -> Proposal:
    """Propose a project beside the data."""
    answers = {key: Given(value) for key, value in given.items()}
    return propose(
        str(path), columns, path.parent.parent / "project", QUESTIONS, answers, chooser(interactive=False)
    )


def values(proposal: Proposal) -> dict[str, Any]:
    """Return what is proposed, without reasons."""
    return {
        fact.key: fact.value for fact in (*proposal.answers, *proposal.settings) if fact.key != "data.path"
    }


class Right(NamedTuple):
    """A shape, what has to be proposed for it, and what has to be said (patterns of reasons, of the unknown, of notes)."""

    make: Make
    task: tuple[str, str]
    settings: dict[str, Any]
    said: tuple[str, ...] = ()


class Refused(NamedTuple):
    """A shape that cannot be read, and what is said of it: what is wrong, and what to do."""

    make: Make
    what: str
    remedy: str


IMAGES = ("vision", "classification")
TEXTS = ("nlp", "classification")
FLIP = {"augment.horizontal_flip": 0.5}
SAME = {"data.image_size": None}

RIGHT = {
    "photographs by class": Right(
        wild.classes,
        IMAGES,
        SAME | FLIP,
        ("3 folders of images in .*: cat, dog, owl", "all 36 images .* are 24x24", "what the classes mean"),
    ),
    "splits above classes": Right(
        wild.split_classes, IMAGES, SAME | FLIP, ("splits as given by train and val and test",)
    ),
    "digits stay as they are": Right(
        lambda f: wild.classes(f, tuple("0123456789"), 3, suffix=".png", mode="L"),
        IMAGES,
        SAME,
        ("names such as '0' do not say", "--task regression takes them as numbers"),
    ),
    "turns have sides": Right(
        lambda f: wild.classes(f, ("turn_left", "turn-right", "stop")),
        IMAGES,
        SAME | {"augment.horizontal_flip": 0.0},
        ("'turn-right' is another class in a mirror",),
    ),
    "letters of sign language": Right(
        lambda f: wild.classes(f, tuple("ABC")), IMAGES, SAME, ("names such as 'A'",)
    ),
    "photographs of many sizes": Right(
        lambda f: [
            wild.picture(f / name / f"{n}.jpg", (300 + 40 * n, 500 - 30 * n))
            for name in ("cat", "dog")
            for n in range(5)
        ][0].parents[1],
        IMAGES,
        {"data.image_size": 64} | FLIP,
        ("of 5 sizes, 300x500 to .*: scaled to 64 by 64",),
    ),
    "large frames of one shape": Right(
        lambda f: wild.classes(f, ("day", "night"), 2, size=(640, 480)),
        IMAGES,
        {"data.image_size": [56, 72]} | FLIP,
        ("all 4 images that were opened are 640x480",),
    ),
    "scans in grey": Right(
        lambda f: wild.classes(f, ("sick", "well"), mode="L"), IMAGES, SAME, ("no colour photographs",)
    ),
    "one folder too many": Right(
        lambda f: wild.classes(f / "archive" / "photos").parents[1], IMAGES, SAME | FLIP
    ),
    "ratings as folders": Right(
        lambda f: wild.classes(f, ("1", "2", "3", "4", "5")),
        IMAGES,
        SAME,
        ("count something, or only name it", "--task regression takes them as numbers"),
    ),
    "table of images and classes": Right(
        lambda f: wild.image_table(f, ("file", "label"), lambda n: ("cat", "dog")[n % 2 :][:1]),
        IMAGES,
        {"data.columns": ["file", "label"]} | SAME | FLIP,
        ("column `file` names image files", "column `label`: 2 distinct words in 30 rows"),
    ),
    "folder with a table of images": Right(
        lambda f: wild.image_table(f, ("photo", "species"), lambda n: (("cat", "dog")[n % 2],)).parent,
        IMAGES,
        {"data.columns": ["photo", "species"]} | SAME | FLIP,
    ),
    "images with several labels": Right(
        lambda f: wild.image_table(
            f, ("file", "genres"), lambda n: (("war|love", "love|crime", "war", "crime|war")[n % 4],)
        ),
        ("vision", "multilabel"),
        {"data.columns": ["file", "genres"], "data.label_separator": "|"} | SAME | FLIP,
        ("3 distinct labels, several in a cell",),
    ),
    "images with a number": Right(
        lambda f: wild.image_table(f, ("file", "price"), lambda n: (f"{n * 1.5:.1f}",)),
        ("vision", "regression"),
        {"data.columns": ["file", "price"]} | SAME,
    ),
    "images with boxes": Right(
        lambda f: wild.image_table(
            f, ("file", "x", "y", "w", "h"), lambda n: (n * 0.5, n * 0.7, 3.5 + n, 9.25 - n), 30
        ),
        ("vision", "regression"),
        {"data.columns": ["file", "x", "y", "w", "h"]} | SAME,
        ("which of the columns of numbers are wanted",),
    ),
    "masks below splits": Right(
        wild.masks,
        ("vision", "segmentation"),
        SAME,
        ("which value of masks counts nowhere: 0, 1, 2 occur", "what the values are called"),
    ),
    "masks of yes and no": Right(
        lambda f: wild.masks(f, False, values=(0, 255)),
        ("vision", "segmentation"),
        SAME | {"data.void": 254},
        ("both are classes",),
    ),
    "table of pairs": Right(
        lambda f: wild.table(
            wild.masks(f, False) / "pairs.csv",
            ("photo", "truth"),
            [(f"images/{n}.jpg", f"masks/{n}.png") for n in range(8)],
        ),
        ("vision", "segmentation"),
        {"data.columns": ["photo", "truth"]} | SAME,
    ),
    "reviews and stars": Right(
        lambda f: wild.texts(f / "reviews.csv", ("text", "stars"), lambda n: (1 + n % 5,)),
        TEXTS,
        {"data.columns": ["text", "stars"]},
        (
            "column `stars`: 5 distinct integers in 60 rows: classes; --task regression takes them as numbers",
            "or count or rank it",
        ),
    ),
    "texts and an index": Right(
        lambda f: wild.table(
            f / "spam.csv",
            ("", "message", "label"),
            [(n, wild.sentence(n), ("spam", "ham")[n % 2]) for n in range(50)],
        ),
        TEXTS,
        {"data.columns": ["message", "label"]},
    ),
    "splits without a header": Right(
        lambda f: (
            [
                wild.texts(f / f"{name}.tsv", None, lambda n: (n % 2,), mark="\t")
                for name in ("train", "dev", "test")
            ][0].parent
        ),
        TEXTS,
        {"data.columns": ["0", "1"]},
        ("no header", "splits as given by train.tsv and dev.tsv and test.tsv"),
    ),
    "texts with a number": Right(
        lambda f: wild.texts(f / "flats.csv", ("ad", "price"), lambda n: (f"{n * 3.25:.2f}",)),
        ("nlp", "regression"),
        {"data.columns": ["ad", "price"]},
        ("0 to 191.75: numbers",),
    ),
    "texts with labels in a cell": Right(
        lambda f: wild.texts(
            f / "papers.csv",
            ("abstract", "topics"),
            lambda n: (("ml;vision", "nlp", "ml;nlp", "vision;nlp;ml")[n % 4],),
        ),
        ("nlp", "multilabel"),
        {"data.columns": ["abstract", "topics"]},
    ),
    "texts with columns of 0 and 1": Right(
        lambda f: wild.texts(
            f / "comments.csv",
            ("comment_text", "toxic", "threat", "insult"),
            lambda n: (n % 2, n % 3 % 2, int(n % 5 == 0)),
        ),
        ("nlp", "multilabel"),
        {"data.columns": ["comment_text", "toxic", "threat", "insult"]},
        ("3 columns of 1 and 0",),
    ),
    "objects with lists of labels": Right(
        lambda f: wild.lines(
            f / "feelings.jsonl",
            lambda n: {"id": n, "text": wild.sentence(n), "emotions": ["joy", "fear", "anger"][: n % 4]},
        ),
        ("nlp", "multilabel"),
        {"data.columns": ["text", "emotions"]},
    ),
    "objects with a class": Right(
        lambda f: wild.lines(
            f / "intents.jsonl", lambda n: {"utterance": wild.sentence(n), "intent": f"book_{n % 6}"}
        ),
        TEXTS,
        {"data.columns": ["utterance", "intent"]},
    ),
    "CoNLL with splits": Right(
        lambda f: [wild.conll(f / f"{name}.conll") for name in ("train", "test")][0].parent,
        ("nlp", "token_classification"),
        {},
        ("1 kinds? of entities in the tags, person", "val will be held out of train"),
    ),
    "CoNLL-U": Right(
        lambda f: wild.conll(f / "en.conll", row="{place}\t{word}\t{word}\tNOUN{tag}\t_\t_\t0\troot\t_\t_"),
        ("nlp", "token_classification"),
        {"data.columns": ["1", "3"]},
    ),
    "CoNLL in a text file": Right(
        lambda f: wild.conll(f / "ner.txt", row="{word} NN {tag}"), ("nlp", "token_classification"), {}
    ),
    "lists of words and tags": Right(
        lambda f: wild.lines(
            f / "news.jsonl", lambda n: {"words": wild.sentence(n).split(), "ner_tags": ["B-x", *["O"] * 9]}
        ),
        ("nlp", "token_classification"),
        {"data.columns": ["words", "ner_tags"]},
    ),
    "a book": Right(
        lambda f: wild.book(f / "book.txt"), ("nlp", "language_modelling"), {}, ("book.txt is plain text",)
    ),
    "notes in folders": Right(
        lambda f: (
            [wild.book(f / year / f"{month}.md", 200) for year in ("2023", "2024") for month in "ab"][
                0
            ].parents[1]
            if wild.book(f / "index.md", 100)
            else f
        ),
        ("nlp", "language_modelling"),
        {},
    ),
    "nodes with classes": Right(
        lambda f: wild.nodes(f, ("id", "label", "age"), lambda n: (("a", "b")[n % 2], 20 + n)),
        ("graph", "node_classification"),
        {"data.columns": ["id", "label"]},
        ("edges have a direction",),
    ),
    "nodes with numbers": Right(
        lambda f: wild.nodes(f, ("person", "income"), lambda n: (f"{n * 1.25}",)),
        ("graph", "node_regression"),
        {"data.columns": ["person", "income"]},
    ),
    "TUDataset of classes": Right(
        lambda f: wild.tudataset(f / "raw", lambda g: g % 2).parent,
        ("graph", "graph_classification"),
        {},
        ("30 graphs of 90 nodes",),
    ),
    "TUDataset of labels": Right(
        lambda f: wild.tudataset(f, lambda g: f"{g % 2}, {g % 3 % 2 if g % 5 else ''}"),
        ("graph", "graph_multilabel"),
        {},
    ),
    "TUDataset of numbers": Right(
        lambda f: wild.tudataset(f, None, lambda g: f"{g * 0.37:.2f}"), ("graph", "graph_regression"), {}
    ),
    "Planetoid": Right(
        lambda f: [
            wild.write(f / "raw" / f"ind.toy.{part}", "x")
            for part in ("x", "tx", "allx", "y", "ty", "ally", "graph", "test.index")
        ][0].parents[1],
        ("graph", "node_classification"),
        {},
        ("pickles, which are not opened",),
    ),
    "molecules with a number": Right(
        lambda f: wild.molecules(f / "esol.csv", ("smiles", "solubility"), lambda n: (f"{-n * 0.31:.2f}",)),
        ("graph", "graph_regression"),
        {"chem": True, "data.columns": ["smiles", "solubility"]},
    ),
    "molecules with assays": Right(
        lambda f: (
            wild.molecules(
                f / "tox.csv", ("mol_id", "SMILES", "assay_1", "assay_2"), lambda n: (n % 2, n % 3 % 2)
            )
            and wild.table(
                f / "tox.csv",
                ("SMILES", "assay_1", "assay_2"),
                [(f"{'C' * n}O", n % 2, "" if n % 4 else 1) for n in range(1, 40)],
            )
        ),
        ("graph", "graph_multilabel"),
        {"chem": True, "data.columns": ["SMILES", "assay_1", "assay_2"]},
    ),
}

REFUSED = {
    "an empty folder": Refused(lambda f: f.mkdir(parents=True) or f, "is empty", "fill it"),  # type: ignore[func-returns-value]
    "loose images": Refused(
        lambda f: wild.pictures(f, 5)[0].parent,
        "holds 5 images and nothing that says what they are",
        "folder for each class",
    ),
    "an empty class": Refused(
        lambda f: (wild.classes(f) / "yak").mkdir() or f, "yak holds no images", "fill or remove it"
    ),  # type: ignore[func-returns-value]
    "splits within classes": Refused(
        lambda f: (
            [wild.pictures(f / name / split, 2) for name in ("cat", "dog") for split in ("train", "test")]
            and f
        ),
        "test is a split within a class",
        "move it to",
    ),
    "a split by another name": Refused(
        lambda f: wild.split_classes(f, ("training", "testing")),
        "has a split called testing",
        "rename it to test",
    ),
    "test images without classes": Refused(
        lambda f: wild.pictures(wild.classes(f / "train").parent / "test", 4)[0].parents[1],
        "test holds 4 images and nothing",
        "folder for each class",
    ),
    "a class that training lacks": Refused(
        lambda f: wild.pictures(wild.split_classes(f, ("train", "test")) / "test" / "yak", 2)[0].parents[2],
        "has the class yak",
        "add it there",
    ),
    "semicolons": Refused(
        lambda f: wild.texts(f / "a.csv", ("text", "label"), lambda n: (n % 2,), mark=";"),
        "separated by semicolons",
        "save it with commas",
    ),
    "tabs in a text file": Refused(
        lambda f: wild.texts(f / "a.txt", None, lambda n: (n % 2,), mark="\t"),
        "1 tabs in each line",
        "rename it to .tsv",
    ),
    "a row of other cells": Refused(
        lambda f: wild.write(f / "a.csv", "text,label\nso it is,good\nwell, well,bad\n" * 3),
        "a.csv:3 has 3 cells where the first row has 2",
        "quotation marks",
    ),
    "broken JSON": Refused(
        lambda f: wild.write(f / "a.jsonl", '{"text": "so", "label": 1}\n{"text": \n'),
        "a.jsonl:2 is not JSON",
        "object in braces",
    ),
    "not UTF-8": Refused(
        lambda f: (
            (wild.write(f / "a.csv", "x"), (f / "a.csv").write_bytes("text,label\nfür,1\n".encode("latin1")))[
                0
            ].parent
            / "a.csv"
        ),
        "line 2, is not UTF-8",
        "save the file",
    ),
    "rows of numbers": Refused(
        lambda f: wild.table(f / "iris.csv", ("length", "width"), [(n * 0.1, n * 0.2) for n in range(50)]),
        "none of texts, image files or SMILES",
        "mere numbers",
    ),
    "a table in which the target is open": Refused(
        lambda f: wild.texts(f / "a.csv", ("text", "city", "shop"), lambda n: ("ab"[n % 2], "xyz"[n % 3])),
        "which column .* is to be predicted stays open, city or shop",
        "--columns city",
    ),
    "texts alone": Refused(
        lambda f: wild.texts(f / "a.csv", ("text",), lambda n: ()),
        "looks like something to be predicted",
        "--columns LABEL",
    ),
    "several tables": Refused(
        lambda f: (
            [wild.texts(f / name, ("text", "label"), lambda n: (n % 2,)) for name in ("a.csv", "b.csv")][
                0
            ].parent
        ),
        "several tables, a.csv, b.csv",
        "as in --data",
    ),
    "images that lie elsewhere": Refused(
        lambda f: (
            wild.pictures(f / "images", 3)[0].parents[1]
            and wild.table(f / "labels.csv", ("file", "label"), [(f"{n}.jpg", "ab"[n % 2]) for n in range(3)])
        ),
        "names 0.jpg",
        "write images/0.jpg",
    ),
    "a mask that is missing": Refused(
        lambda f: (wild.masks(f, False) / "masks" / "3.png").unlink() or f,
        "3.jpg .*no mask of the same name",
        "add it",
    ),  # type: ignore[func-returns-value]
    "masks in colours": Refused(
        lambda f: wild.picture(wild.masks(f, False) / "masks" / "0.png").parents[1],
        "has colours, not a class",
        "palette",
    ),
    "masks by another name": Refused(
        lambda f: (wild.masks(f, False) / "masks").rename(f / "gt").parent,
        "holds images and gt",
        "rename these folders to images and masks",
    ),
    "boxes of objects": Refused(
        lambda f: wild.write(
            wild.pictures(f / "images", 3)[0].parents[1] / "labels" / "0.txt", "0 .1 .1 .2 .2"
        ).parents[1],
        "detecting objects",
        "folders of images by class",
    ),
    "texts in folders by class": Refused(
        lambda f: [
            wild.book(f / "train" / name / f"{n}.txt", 3) for name in ("neg", "pos") for n in range(3)
        ][0].parents[2],
        "folders of texts, neg, pos",
        "CSV file",
    ),
    "an archive": Refused(lambda f: wild.write(f / "a.zip", "PK"), "is an archive", "unpack it"),
    "another format": Refused(
        lambda f: wild.write(f / "a.parquet", "PAR1"), "is a .parquet file", "save it as a .csv file"
    ),
    "nothing there": Refused(lambda f: f / "nowhere", "there is no file or folder", "--data"),
    "a hub": Refused(lambda f: Path("hf:owner/name"), "is of a hub", "leave --data out"),
    "edges of strangers": Refused(
        lambda f: (
            wild.table(
                wild.nodes(f, ("id", "label"), lambda n: ("ab"[n % 2],)) / "edges.csv",
                ("source", "target"),
                [("n0", "n99")],
            ).parent
        ),
        "names n99",
        "add or remove it",
    ),
    "edges by other names": Refused(
        lambda f: wild.nodes(f, ("id", "label"), lambda n: ("ab"[n % 2],), ("from", "to")),
        "no column source",
        "source and target",
    ),
    "numbers among graph labels": Refused(
        lambda f: wild.tudataset(f, lambda g: g * 0.77),
        "holds numbers",
        "rename it to TOY_graph_attributes.txt",
    ),
    "graphs without labels": Refused(
        lambda f: wild.tudataset(f, None), "neither TOY_graph_labels.txt nor", "add what"
    ),
    "part of Planetoid": Refused(
        lambda f: wild.write(f / "ind.toy.graph", "x").parent, "ind.toy.x is missing", "copy all"
    ),
    "a file of bytes": Refused(
        lambda f: (
            (wild.write(f / "a.bin", ""), (f / "a.bin").write_bytes(bytes(range(256))))[0].parent / "a.bin"
        ),
        "is no text",
        "name a text file",
    ),
}


@pytest.mark.parametrize("shape", RIGHT)
def test_a_shape_is_recognised(shape: str, folder: Path) -> None:
    wanted = RIGHT[shape]
    path = wanted.make(folder / "data")
    before = sorted((file, file.stat().st_mtime_ns) for file in folder.rglob("*"))
    found = look(path)
    assert values(found) == dict(zip(("domain", "task"), wanted.task, strict=True)) | wanted.settings
    said = "\n".join(
        [*(fact.why for fact in (*found.answers, *found.settings, *found.seen)), *found.unknown, *found.notes]
    )
    for pattern in wanted.said:
        assert re.search(pattern, said), said
    assert sorted((file, file.stat().st_mtime_ns) for file in folder.rglob("*")) == before
    assert all(fact.why for fact in (*found.answers, *found.settings))


@pytest.mark.parametrize("shape", REFUSED)
def test_what_cannot_be_read_is_said_in_a_sentence(shape: str, folder: Path) -> None:
    wanted = REFUSED[shape]
    path = wanted.make(folder / "data")
    with pytest.raises(ScaffoldError) as refused:
        look(path)
    what, _, remedy = str(refused.value).rpartition(": ")
    assert re.search(wanted.what, what), what
    assert wanted.remedy in remedy
    assert json.dumps(str(refused.value)).count("\\n") == 0
