"""`scaffold new --data`: what is proposed for folders and files in the shapes of the wild."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import wild
from conftest import ROOT

from scaffold.answers import Given
from scaffold.looking.proposal import Proposal, propose
from scaffold.prompt import chooser
from scaffold.questions import Questions

QUESTIONS = Questions(ROOT)
IMAGES = ("vision", "classification")
TEXTS = ("nlp", "classification")
TAGS = ("nlp", "token_classification")
SAME = {"data.image_size": None}
FLIP = {"augment.horizontal_flip": 0.5}
PLANETOID = ("x", "tx", "allx", "y", "ty", "ally", "graph", "test.index")


def look(path: Path, *columns: str, **answers: str) -> Proposal:
    """Propose a project that is to stand beside the data."""
    given = {key: Given(value) for key, value in answers.items()}
    nobody = chooser(interactive=False)
    return propose(str(path), columns, path.parents[1] / "project", QUESTIONS, given, nobody)


def proposed(found: Proposal) -> dict[str, Any]:
    """Return what is proposed, without reasons and path."""
    facts = (*found.answers, *found.settings)
    return {fact.key: fact.value for fact in facts if fact.key != "data.path"}


def told(found: Proposal) -> str:
    """Return all that is said."""
    reasons = [fact.why for fact in (*found.answers, *found.settings, *found.seen)]
    return "\n".join([*reasons, *found.unknown, *found.notes])


class Shape(NamedTuple):
    """What lies where, the task and the settings that go with it, and patterns of what has to be said."""

    make: Callable[[Path], object]
    task: tuple[str, str]
    settings: dict[str, Any]
    said: tuple[str, ...] = ()
    at: str = "."


def columns(*names: str) -> dict[str, Any]:
    return {"data.columns": list(names)}


SHAPES = {
    "photographs by class": Shape(
        wild.classes,
        IMAGES,
        SAME | FLIP,
        ("3 folders of images in here: cat, dog, owl", "all 36 images .* are 24x24", "what the classes mean"),
    ),
    "splits above classes": Shape(
        lambda here: wild.splits(here, ("train", "valid", "test")),
        IMAGES,
        SAME | FLIP,
        ("splits as given by train and valid and test",),
    ),
    "digits": Shape(
        lambda here: wild.classes(here, "0123456789", suffix=".png", mode="L"),
        IMAGES,
        SAME,
        ("names such as '0' do not say", "--task regression takes them as numbers"),
    ),
    "turns left and right": Shape(
        lambda here: wild.classes(here, ("turn_left", "turn-right", "stop")),
        IMAGES,
        SAME | {"augment.horizontal_flip": 0.0},
        ("'turn-right' is another class in a mirror",),
    ),
    "letters of a sign language": Shape(
        lambda here: wild.classes(here, "ABC"), IMAGES, SAME, ("names such as 'A' do not say",)
    ),
    "photographs of many sizes": Shape(
        lambda here: [
            wild.picture(here / name / f"{n}.jpg", (300 + 40 * n, 500 - 30 * n))
            for name in ("cat", "dog")
            for n in range(5)
        ],
        IMAGES,
        {"data.image_size": 64} | FLIP,
        ("of 5 sizes, 300x500 to .*: scaled to 64x64",),
    ),
    "large frames of one shape": Shape(
        lambda here: wild.classes(here, ("day", "night"), 3, size=(640, 480)),
        IMAGES,
        {"data.image_size": [56, 72]} | FLIP,
        ("all 6 images that were opened are 640x480: scaled to 72x56 .height first",),
    ),
    "scans in grey": Shape(
        lambda here: wild.classes(here, ("sick", "well"), mode="L"),
        IMAGES,
        SAME,
        ("only JPEG in colour is taken",),
    ),
    "a folder too many, as archives have": Shape(
        lambda here: wild.classes(here / "archive" / "photos"), IMAGES, SAME | FLIP
    ),
    "ratings as folders": Shape(
        lambda here: wild.classes(here, "12345"), IMAGES, SAME, ("count something, or only name it",)
    ),
    "a broken image": Shape(
        lambda here: [wild.classes(here), wild.write(here / "cat" / "x.jpg", b"\xff\xd8no")],
        IMAGES,
        SAME | FLIP,
        ("1 of 37 images are broken, .*x.jpg",),
    ),
    "a folder too many beside what it is about": Shape(
        lambda here: [
            wild.ring(here / "graph", ("id", "label"), lambda n: "ab"[n % 2]),
            wild.write(here / "README.txt", "of 2007"),
        ],
        ("graph", "node_classification"),
        columns("id", "label"),
    ),
    "a folder too many beside a note": Shape(
        lambda here: [wild.classes(here / "photos"), wild.write(here / "source.txt", "of 2007")],
        IMAGES,
        SAME | FLIP,
    ),
    "parts of a set": Shape(
        lambda here: wild.classes(here, ("images_001", "images_002")),
        IMAGES,
        SAME | FLIP,
        ("whether images_001 and images_002 are classes, as their names only count",),
    ),
    "masks among images": Shape(
        lambda here: [
            wild.picture(here / name / f"{name} ({n}){suffix}.png", mode="L")
            for name in ("benign", "normal")
            for n in range(6)
            for suffix in ("", "_mask")
        ],
        IMAGES,
        SAME,
        (r"12 of these images are called like masks, benign \(0\)_mask.png beside benign \(0\).png",),
    ),
    "classes that a table says more of": Shape(
        lambda here: [
            *(wild.picture(here / name / f"{name}{n}.jpg") for name in ("cat", "dog") for n in range(6)),
            wild.table(
                here / "info.csv", ("file", "age"), lambda n: (f"{('cat', 'dog')[n % 2]}{n // 2}.jpg", n), 12
            ),
        ],
        IMAGES,
        SAME | FLIP,
        ("info.csv names these images, and is not read",),
    ),
    "classes that a column repeats": Shape(
        lambda here: [
            *(
                wild.picture(here / f"Gray-{name}" / f"{n}{name}.jpg")
                for name in ("cat", "dog")
                for n in range(6)
            ),
            wild.table(
                here / "info.csv",
                ("file", "kind", "age"),
                lambda n: (f"{n // 2}{('cat', 'dog')[n % 2]}.jpg", ("gray cat", "gray dog")[n % 2], n),
                12,
            ),
        ],
        IMAGES,
        SAME | FLIP,
        ("2 folders of images", "info.csv names these images, and is not read"),
    ),
    "a table of images beside another": Shape(
        lambda here: [
            wild.image_table(here, ("file", "label"), lambda n: [("cat", "dog")[n % 2]]),
            wild.table(here / "parts.csv", ("file", "part"), lambda n: (f"{n}.jpg", n % 3)),
        ],
        IMAGES,
        columns("file", "label") | SAME | FLIP,
        ("parts.csv names these images too, and is not read: columns of it belong into labels.csv",),
        at="labels.csv",
    ),
    "a single table called train": Shape(
        lambda here: [
            wild.image_table(here, ("file", "label"), lambda n: [("cat", "dog")[n % 2]]),
            (here / "labels.csv").rename(here / "train.csv"),
            wild.table(here / "sample_submission.csv", ("file", "label"), lambda n: (f"{n}.jpg", "cat")),
        ],
        IMAGES,
        columns("file", "label") | SAME | FLIP,
        ("not read, as no split is called so: sample_submission.csv",),
    ),
    "images of which half show nothing": Shape(
        lambda here: wild.image_table(
            here,
            ("file", "findings", ""),
            lambda n: [("No Finding", "mass|edema", "No Finding", "edema|hernia", "mass")[n % 5], ""],
        ),
        ("vision", "multilabel"),
        columns("file", "findings") | {"data.label_separator": "|"} | SAME | FLIP,
        at="labels.csv",
    ),
    "a table of images": Shape(
        lambda here: wild.image_table(here, ("file", "label"), lambda n: [("cat", "dog")[n % 2]]),
        IMAGES,
        columns("file", "label") | SAME | FLIP,
        ("column `file` names image files", "column `label`: 2 distinct words in 60 rows"),
        at="labels.csv",
    ),
    "a folder with a table of images": Shape(
        lambda here: wild.image_table(here, ("photo", "species"), lambda n: [("cat", "dog")[n % 2]]),
        IMAGES,
        columns("photo", "species") | SAME | FLIP,
    ),
    "images with several labels": Shape(
        lambda here: wild.image_table(
            here, ("file", "genres"), lambda n: [("war|love", "love|crime", "war", "crime|war")[n % 4]]
        ),
        ("vision", "multilabel"),
        columns("file", "genres") | {"data.label_separator": "|"} | SAME | FLIP,
        ("3 distinct labels, several in a cell such as 'war.love'",),
    ),
    "images with a number": Shape(
        lambda here: wild.image_table(here, ("file", "price"), lambda n: [n * 1.5]),
        ("vision", "regression"),
        columns("file", "price") | SAME,
    ),
    "images with boxes": Shape(
        lambda here: wild.image_table(
            here, ("file", "x", "y", "w", "h"), lambda n: (n * 0.5, n * 0.7, 3.5 + n, 99.25 - n)
        ),
        ("vision", "regression"),
        columns("file", "x", "y", "w", "h") | SAME,
        ("which of the columns of numbers are wanted",),
    ),
    "masks": Shape(
        wild.masks,
        ("vision", "segmentation"),
        SAME | FLIP,
        ("24 files of the same names", "counts nowhere: 0, 1, 2 occur", "what the values are called"),
    ),
    "masks of images in grey": Shape(
        lambda here: wild.masks(here, mode="L"),
        ("vision", "segmentation"),
        SAME,
        ("augment.horizontal_flip is off, 0.5 switches it on",),
    ),
    "masks below splits": Shape(
        lambda here: [wild.masks(here / name, count=9) for name in ("train", "val")],
        ("vision", "segmentation"),
        SAME | FLIP,
        ("test will be held out of train",),
    ),
    "masks of yes and no": Shape(
        lambda here: wild.masks(here, (0, 255)),
        ("vision", "segmentation"),
        SAME | FLIP | {"data.void": 254},
        ("0 and 255 alone, so both are classes",),
    ),
    "a table of images and masks": Shape(
        lambda here: [
            wild.masks(here),
            wild.table(
                here / "pairs.csv", ("photo", "truth"), lambda n: (f"images/{n}.jpg", f"masks/{n}.png"), 24
            ),
        ],
        ("vision", "segmentation"),
        columns("photo", "truth") | SAME | FLIP,
        at="pairs.csv",
    ),
    "reviews with stars": Shape(
        lambda here: wild.table(
            here / "reviews.csv", ("text", "stars"), lambda n: (wild.sentence(n), 1 + n % 5)
        ),
        TEXTS,
        columns("text", "stars"),
        ("column `stars`: 5 distinct integers in 60 rows: classes; --task regression takes them as", "rank"),
        at="reviews.csv",
    ),
    "a table of much else": Shape(
        lambda here: wild.table(
            here / "tweets.csv",
            ("tweet_id", "airline_sentiment", "confidence", "airline", "title", "text", "created"),
            lambda n: (
                *(57030613 + 7 * n, ("bad", "good")[n % 2], n / 60, "UVW"[n % 3]),
                *(wild.sentence(n, 3), wild.sentence(n), "2015-02-24 11:35:52 -0800"),
            ),
        ),
        TEXTS,
        columns("text", "airline_sentiment"),
        ("whether title belongs to the text",),
        at="tweets.csv",
    ),
    "a table beside splits": Shape(
        lambda here: [
            wild.splits(here),
            wild.table(here / "birds.csv", ("file", "class"), lambda n: (f"train/cat/{n}.jpg", n % 2), 6),
        ],
        IMAGES,
        SAME | FLIP,
    ),
    "questions by number": Shape(
        lambda here: wild.table(
            here / "pairs.csv",
            ("qid1", "qid2", "question1", "question2", "is_duplicate"),
            lambda n: (n * 7 % 61, 1000 - n, wild.sentence(n), wild.sentence(n + 99), n % 2),
        ),
        TEXTS,
        columns("question1", "is_duplicate"),
        ("whether question2 belongs to the text",),
    ),
    "texts behind an index": Shape(
        lambda here: wild.table(
            here / "spam.csv",
            ("", "message", "label"),
            lambda n: (n, wild.sentence(n), ("spam", "ham")[n % 2]),
        ),
        TEXTS,
        columns("message", "label"),
        at="spam.csv",
    ),
    "splits without a header": Shape(
        lambda here: [
            wild.table(here / f"{name}.tsv", (), lambda n: (wild.sentence(n), n % 2), mark="\t")
            for name in ("train", "dev", "test")
        ],
        TEXTS,
        columns("0", "1"),
        ("seems to have no header", "splits as given by train.tsv and dev.tsv and test.tsv"),
    ),
    "a column split": Shape(
        lambda here: wild.table(
            here / "a.csv",
            ("text", "label", "split"),
            lambda n: (wild.sentence(n), "xy"[n % 2], ("train", "train", "test")[n % 3]),
        ),
        TEXTS,
        columns("text", "label"),
        ("as column `split` says",),
        at="a.csv",
    ),
    "a question above its answers": Shape(
        lambda here: wild.table(
            here / "a.csv",
            ("How much did you like our service then?", "answer"),
            lambda n: (wild.sentence(n), "yn"[n % 2]),
        ),
        TEXTS,
        columns("How much did you like our service then?", "answer"),
        ("whether the first row of a.csv names its columns",),
        at="a.csv",
    ),
    "codes that are called like images elsewhere": Shape(
        lambda here: [
            wild.pictures(here / "pictures", 9),
            wild.table(
                here / "a.csv", ("code", "text", "label"), lambda n: (n % 6, wild.sentence(n), "xy"[n % 2])
            ),
        ],
        TEXTS,
        columns("text", "label"),
        at="a.csv",
    ),
    "rows numbered like images elsewhere": Shape(
        lambda here: [
            wild.pictures(here / "pictures", 40),
            wild.table(
                here / "a.csv", ("", "text", "label"), lambda n: (n, wild.sentence(n), "xy"[n % 2]), 20
            ),
        ],
        TEXTS,
        columns("text", "label"),
        at="a.csv",
    ),
    "texts with a number": Shape(
        lambda here: wild.table(here / "ads.csv", ("ad", "price"), lambda n: (wild.sentence(n), n * 3.25)),
        ("nlp", "regression"),
        columns("ad", "price"),
        ("60 distinct numbers in 60 rows, 0 to 191.75: numbers",),
        at="ads.csv",
    ),
    "texts with labels in a cell": Shape(
        lambda here: wild.table(
            here / "papers.csv",
            ("abstract", "topics"),
            lambda n: (wild.sentence(n), ("ml;vision", "nlp", "ml;nlp", "vision;nlp;ml")[n % 4]),
        ),
        ("nlp", "multilabel"),
        columns("abstract", "topics"),
        at="papers.csv",
    ),
    "comments with columns of 0 and 1": Shape(
        lambda here: wild.table(
            here / "comments.csv",
            ("id", "comment_text", "toxic", "threat", "insult"),
            lambda n: (f"c{n}", wild.sentence(n), n % 2, n % 3 % 2, int(n % 5 == 0)),
        ),
        ("nlp", "multilabel"),
        columns("comment_text", "toxic", "threat", "insult"),
        ("3 columns of 1 and 0",),
        at="comments.csv",
    ),
    "objects with lists of labels": Shape(
        lambda here: wild.lines(
            here / "feelings.jsonl",
            lambda n: {"id": n, "text": wild.sentence(n), "emotions": ["joy", "fear", "anger"][: n % 4]},
        ),
        ("nlp", "multilabel"),
        columns("text", "emotions"),
        at="feelings.jsonl",
    ),
    "objects with a class": Shape(
        lambda here: wild.lines(
            here / "intents.jsonl", lambda n: {"utterance": wild.sentence(n), "intent": f"book_{n % 6}"}
        ),
        TEXTS,
        columns("utterance", "intent"),
        at="intents.jsonl",
    ),
    "CoNLL with splits": Shape(
        lambda here: [wild.conll(here / f"{name}.conll") for name in ("train", "test")],
        TAGS,
        {},
        ("the tags are of entities: person", "val will be held out of train"),
    ),
    "CoNLL-U": Shape(
        lambda here: wild.conll(
            here / "en.conll", "{number}\t{word}\t{word}\tNOUN{tag}\t_\t_\t0\troot\t_\t_"
        ),
        TAGS,
        columns("1", "3"),
        at="en.conll",
    ),
    "CoNLL-U with words that are written as one": Shape(
        lambda here: wild.write(
            here / "fr.conll",
            "".join(
                f"{number}\t{word}\t_\t{tag}" + "\t_" * 6 + "\n"
                for _ in range(40)
                for number, word, tag in (
                    ("1-2", "du", "_"),
                    (1, "de", "ADP"),
                    (2, "le", "DET"),
                    ("2.1", "x", "_"),
                )
            ),
        ),
        TAGS,
        columns("1", "3"),
        ("80 rows of 10 columns", "2 distinct tags, ADP, DET"),
        at="fr.conll",
    ),
    "CoNLL in a text file": Shape(
        lambda here: wild.conll(here / "ner.txt", "{word} NN {tag}"), TAGS, {}, at="ner.txt"
    ),
    "lists of words and tags": Shape(
        lambda here: wild.lines(
            here / "news.jsonl",
            lambda n: {"words": wild.sentence(n).split(), "ner_tags": ["B-person", *["O"] * 9]},
        ),
        TAGS,
        columns("words", "ner_tags"),
        at="news.jsonl",
    ),
    "lists of integers as tags": Shape(
        lambda here: wild.lines(
            here / "news.jsonl",
            lambda n: {"tokens": wild.sentence(n).split(), "pos": [n % 9, *[7] * 9], "tags": [1, *[0] * 9]},
        ),
        TAGS,
        columns("tokens", "tags"),
        ("what the integers of `tags` are called",),
        at="news.jsonl",
    ),
    "books that a table tells of": Shape(
        lambda here: [
            *(wild.book(here / f"books/{name}.txt", 300) for name in ("pg84", "pg11")),
            wild.write(here / "metadata.csv", "id,title\n84,Frankenstein\n11,Alice\n"),
        ],
        ("nlp", "language_modelling"),
        {},
        ("2 files of text", "not read beside texts: metadata.csv"),
    ),
    "a book": Shape(
        lambda here: wild.book(here / "book.txt"),
        ("nlp", "language_modelling"),
        {},
        ("book.txt is plain text",),
        at="book.txt",
    ),
    "books and a cover": Shape(
        lambda here: [
            wild.picture(here / "cover.jpg"),
            *(wild.book(here / f"{n}.txt", 300) for n in range(3)),
        ],
        ("nlp", "language_modelling"),
        {},
        ("3 files of text", "not read beside texts: cover.jpg"),
    ),
    "notes in folders": Shape(
        lambda here: [wild.book(here / name, 300) for name in ("index.md", "2023/a.md", "2024/a.md")],
        ("nlp", "language_modelling"),
        {},
        ("3 files of text",),
    ),
    "nodes with classes": Shape(
        lambda here: wild.ring(here, ("id", "label", "age"), lambda n: ("ab"[n % 2], 20 + n)),
        ("graph", "node_classification"),
        columns("id", "label"),
        ("nodes.csv with 60 rows and edges.csv with 60 rows", "whether edges have a direction"),
    ),
    "nodes of an unknown class": Shape(
        lambda here: wild.ring(here, ("id", "label"), lambda n: [("a", "b", "unknown")[n % 3]]),
        ("graph", "node_classification"),
        columns("id", "label"),
        ("`unknown` of label is a class like the others: leave cells empty",),
    ),
    "nodes of which some are in no split": Shape(
        lambda here: wild.ring(
            here,
            ("id", "label", "split", "zone"),
            lambda n: (("a", "b", "")[n % 3], ("train", "val", "test", "")[n % 4], 1 + n % 6),
        ),
        ("graph", "node_classification"),
        columns("id", "label"),
        ("whether the integers of zone are codes",),
    ),
    "nodes with numbers": Shape(
        lambda here: wild.ring(here, ("person", "income"), lambda n: [n * 1.25]),
        ("graph", "node_regression"),
        columns("person", "income"),
        ("nodes.csv has no features",),
    ),
    "edges alone": Shape(
        lambda here: wild.table(
            here / "edges.csv", ("source", "target"), lambda n: (f"n{n}", f"n{(n + 1) % 60}"), rows=60
        ),
        ("graph", "link_prediction"),
        {},
        ("edges.csv with 60 rows, which name the nodes", "which edges are for training"),
    ),
    "nodes of which any column may be a feature": Shape(
        lambda here: wild.ring(here, ("id", "zone", "age"), lambda n: ("ab"[n % 2], 20 + n * n % 31)),
        ("graph", "link_prediction"),
        columns("id"),
        ("whether zone or age is to be predicted of each node", "whether edges have a direction"),
    ),
    "edges that say two things": Shape(
        lambda here: [
            wild.ring(here, ("id", "label"), lambda n: "ab"[n % 2]),
            wild.write(here / "edges.csv", "source,target,weight\nn0,n1,0.5\nn1,n2,1\nn2,n1,2\n"),
            wild.write(here / "features.json", "{}"),
        ],
        ("graph", "node_classification"),
        columns("id", "label"),
        (
            "1 rows of edges.csv have the edge of an earlier row .* n2 to n1.* set data.directed",
            "not read, beside nodes.csv and edges.csv: features.json",
        ),
    ),
    "a TUDataset of classes": Shape(
        lambda here: wild.tudataset(here / "raw", labels=lambda graph: graph % 2),
        ("graph", "graph_classification"),
        {},
        ("40 graphs of 120 nodes", "TOY_graph_labels.txt: 2 distinct integers in 40 rows: classes"),
    ),
    "a TUDataset of labels": Shape(
        lambda here: wild.tudataset(here, labels=lambda n: f"{n % 2}, {n % 3 % 2 if n % 5 else ''}"),
        ("graph", "graph_multilabel"),
        {},
    ),
    "a TUDataset of numbers": Shape(
        lambda here: wild.tudataset(here, attributes=lambda n: n * 0.37), ("graph", "graph_regression"), {}
    ),
    "Planetoid": Shape(
        lambda here: [wild.write(here / "raw" / f"ind.toy.{part}", "x") for part in PLANETOID],
        ("graph", "node_classification"),
        {},
        ("the files are pickles, which are not opened",),
    ),
    "molecules with a number": Shape(
        lambda here: wild.table(
            here / "esol.csv", ("smiles", "solubility"), lambda n: (wild.molecule(n), n * -0.31)
        ),
        ("graph", "graph_regression"),
        {"chem": True} | columns("smiles", "solubility"),
        at="esol.csv",
    ),
    "molecules with a long title": Shape(
        lambda here: wild.table(
            here / "esol.csv",
            ("smiles", "measured log solubility in mols per litre"),
            lambda n: (wild.molecule(n), n * -0.31),
        ),
        ("graph", "graph_regression"),
        {"chem": True} | columns("smiles", "measured log solubility in mols per litre"),
        at="esol.csv",
    ),
    "molecules with assays": Shape(
        lambda here: wild.table(
            here / "tox.csv",
            ("mol_id", "SMILES", "assay_1", "assay_2"),
            lambda n: (f"T{n}", wild.molecule(n), n % 2, "" if n % 4 else 1),
        ),
        ("graph", "graph_multilabel"),
        {"chem": True} | columns("SMILES", "assay_1", "assay_2"),
        at="tox.csv",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_recognised(name: str, folder: Path) -> None:
    """Right in all of it, with the fact that decided it, and no file is touched."""
    shape = SHAPES[name]
    here = folder / "here"
    shape.make(here)
    before = sorted((file, file.stat().st_mtime_ns) for file in folder.rglob("*"))
    found = look(here / shape.at)
    assert proposed(found) == {"domain": shape.task[0], "task": shape.task[1], **shape.settings}
    for pattern in shape.said:
        assert re.search(pattern, told(found)), told(found)
    assert all(fact.why for fact in (*found.answers, *found.settings))
    assert sorted((file, file.stat().st_mtime_ns) for file in folder.rglob("*")) == before


def test_columns_choose_among_keys_of_tags(folder: Path) -> None:
    """Alone, or behind that of words; and one number will do for a table without a header."""
    here = folder / "here" / "a.jsonl"
    wild.lines(here, lambda n: {"words": wild.sentence(n).split(), "pos": [n % 9] * 10, "ner": [1, *[0] * 9]})
    for names in (("ner",), ("words", "ner")):
        assert proposed(look(here, *names))["data.columns"] == ["words", "ner"]
    table = wild.table(folder / "here" / "b.tsv", (), lambda n: (n % 2, n % 3, wild.sentence(n)), mark="\t")
    for names in (("1",), ("2", "1")):
        assert proposed(look(table, *names))["data.columns"] == ["2", "1"]


def test_a_header_over_numbers_is_not_doubted(folder: Path) -> None:
    names = ("smiles", "measured log solubility in mols per litre")
    wild.table(folder / "here" / "a.csv", names, lambda n: (wild.molecule(n), n * -0.31))
    assert "first row" not in told(look(folder / "here" / "a.csv"))
