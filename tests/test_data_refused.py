"""`scaffold new --data`: what cannot be read is told in a sentence with a remedy, whatever files hold."""

import contextlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import wild
from test_data_shapes import PLANETOID, look

from scaffold.errors import ScaffoldError
from scaffold.looking import files


class Refused(NamedTuple):
    """What lies where, and patterns of what has to be said to be wrong, and to be done."""

    make: Callable[[Path], object]
    wrong: str
    remedy: str
    at: str = "."


def texts(path: Path, *columns: str, mark: str = ",") -> Path:
    """Make a table of texts whose other columns hold a few words each."""
    return wild.table(
        path,
        ("text", *columns),
        lambda n: (wild.sentence(n), *("abcdefg"[n % (place + 2)] for place in range(len(columns)))),
        mark=mark,
    )


REFUSED = {
    "an empty folder": Refused(os.mkdir, "is empty", "fill it"),
    "nothing there": Refused(os.mkdir, "there is no file or folder", "--data", at="nowhere"),
    "loose images": Refused(
        lambda here: wild.pictures(here, 5), "holds 5 images and nothing that says", "a folder for each class"
    ),
    "a single class": Refused(
        lambda here: wild.classes(here / "train", ["cat"]), "a single class", "add another class"
    ),
    "an empty class": Refused(
        lambda here: [wild.classes(here), wild.write(here / "yak/notes.txt", "later")],
        "yak holds no images",
        "fill or remove it",
    ),
    "splits within classes": Refused(
        lambda here: [wild.splits(here / name, ("train", "test")) for name in ("red", "blue")],
        "test is a split within a class",
        "move it to .*/here/test/blue",
    ),
    "a split by another name": Refused(
        lambda here: wild.splits(here, ("train", "testing")),
        "a split called testing",
        "rename testing to test",
    ),
    "a capital split": Refused(
        lambda here: wild.splits(here, ("Train", "Test")),
        "splits called Test and Train",
        "rename Test to test and Train to train",
    ),
    "the same split twice": Refused(
        lambda here: wild.splits(here, ("train", "dev", "val")), "the same split", "remove one"
    ),
    "no train": Refused(
        lambda here: wild.splits(here, ("val", "test")), "has no train beside val and test", "add it"
    ),
    "a test split without classes": Refused(
        lambda here: [wild.splits(here, ["train"]), wild.pictures(here / "test", 4)],
        "test holds 4 images and nothing that says",
        "a folder for each class",
    ),
    "a class that training lacks": Refused(
        lambda here: [wild.splits(here), wild.pictures(here / "test" / "yak", 2)],
        "test has the class yak, which .*train has not",
        "add it there",
    ),
    "what an archive left behind": Refused(
        lambda here: [wild.classes(here), wild.write(here / "__MACOSX/._0.jpg", "")], "__MACOSX", "remove it"
    ),
    "boxes of objects": Refused(
        lambda here: [wild.pictures(here / "images", 3), wild.write(here / "labels/0.txt", "0 .1 .1 .2 .2")],
        "images and labels, as for detecting objects",
        "folders of images by class",
    ),
    "images that lie elsewhere": Refused(
        lambda here: [
            wild.pictures(here / "images", 60),
            wild.table(here / "labels.csv", ("file", "label"), lambda n: (f"{n}.jpg", "ab"[n % 2])),
        ],
        "labels.csv names 0.jpg",
        "write images/0.jpg",
        at="labels.csv",
    ),
    "images without suffix": Refused(
        lambda here: [
            wild.pictures(here / "part_1", 60),
            wild.table(here / "meta.csv", ("image_id", "dx", "age"), lambda n: (n, ("nv", "mel")[n % 2], n)),
        ],
        "column image_id of .*meta.csv names images without suffix",
        "write part_1/0.jpg instead of 0",
    ),
    "folders that hold parts of what a table names": Refused(
        lambda here: [
            *(wild.picture(here / f"part_{n // 30}" / f"x{n:03}.jpg") for n in range(60)),
            wild.table(
                here / "meta.csv", ("lesion", "image", "dx"), lambda n: (n // 2, f"x{n:03}", "ab"[n % 2])
            ),
        ],
        "meta.csv names the images of .* in column `image`, so that folders are no classes",
        "write part_0/x000.jpg instead of x000, .* --data .*meta.csv; if the folders are",
    ),
    "numbers that name images within folders": Refused(
        lambda here: [
            wild.pictures(here / "training/training", 40, ".png"),
            *(wild.picture(here / f"extra/extra/{n}.png") for n in range(100, 130)),
            wild.table(here / "training.csv", ("id", "age"), lambda n: (n, n * 7 % 90), 40),
            wild.table(here / "extra.csv", ("Case", "Sex"), lambda n: (100 + n, "MF"[n % 2]), 30),
        ],
        "^training.csv names the images of .* in column `id`",
        "write training/training/0.png instead of 0",
    ),
    "images beside splits that a table names": Refused(
        lambda here: [
            *(wild.picture(here / ("train", "test")[n > 39] / f"x{n}.jpg") for n in range(60)),
            wild.table(here / "labels.csv", ("id", "breed"), lambda n: (f"x{n}", "ab"[n % 2]), 40),
            wild.table(here / "sample.csv", ("id", "a", "b"), lambda n: (f"x{n + 40}", 0.5, 0.5), 20),
        ],
        "^labels.csv names the images of .* in column `id`$",
        "write train/x0.jpg instead of x0, .* --data .*labels.csv$",
    ),
    "images that a table above names": Refused(
        lambda here: [
            *(wild.picture(here / "train" / f"x{n}.jpg") for n in range(60)),
            wild.table(here / "labels.csv", ("id", "breed"), lambda n: (f"x{n}", "ab"[n % 2])),
        ],
        r"^\.\./labels.csv names the images",
        "write train/x0.jpg instead of x0, ",
        at="train",
    ),
    "a table of images in each split": Refused(
        lambda here: [
            (
                wild.pictures(here / name / "images", 9),
                wild.table(here / name / "meta.csv", ("age", "file"), lambda n: (n, f"images/{n}.jpg"), 9),
            )
            for name in ("train", "validation")
        ],
        "^train/meta.csv, validation/meta.csv name the images of .* in column `file`$",
        "join their rows into .*/images.csv, with a column split .* write train/images/0.jpg instead",
    ),
    "a table of images for each split": Refused(
        lambda here: [
            (
                wild.pictures(here / name, 9),
                wild.write(
                    here / f"{name}.csv", "f,l\n" + "".join(f"{name}/{n}.jpg,{n % 2}\n" for n in range(9))
                ),
            )
            for name in ("train", "val", "test")
        ],
        "^train.csv, .* name the images",
        "^join their rows into .*/images.csv, with a column split of train, val and test, then name the",
    ),
    "a division beside a table of images": Refused(
        lambda here: [
            wild.pictures(here / "all/all", 60),
            wild.table(here / "attributes.csv", ("file", "bald"), lambda n: (f"{n}.jpg", n % 2)),
            wild.table(here / "parts.csv", ("file", "part"), lambda n: (f"{n}.jpg", n % 3)),
        ],
        "attributes.csv, parts.csv name the images",
        "join the columns of all into attributes.csv, a division as column split .* write all/all/0.jpg",
    ),
    "labels of 1 and -1": Refused(
        lambda here: wild.image_table(
            here, ("file", "bald", "young"), lambda n: (n % 2 * 2 - 1, n % 3 % 2 * 2 - 1)
        ),
        "2 columns hold 1 and -1, bald, young",
        "write 0 instead of -1",
    ),
    "an image twice": Refused(
        lambda here: (
            wild.image_table(here, ("file", "label"), lambda n: "ab"[n % 2])
            and wild.table(
                here / "labels.csv", ("file", "label"), lambda n: (f"images/{n // 2}.jpg", "ab"[n % 2])
            )
        ),
        "names images/0.jpg more than once",
        "one row for each image",
        at="labels.csv",
    ),
    "a mask that is missing": Refused(
        lambda here: [wild.masks(here), (here / "masks" / "3.png").rename(here / "3.png")],
        "3.jpg .* no mask of the same name",
        "add it",
    ),
    "masks in colours": Refused(
        lambda here: [wild.masks(here), wild.picture(here / "masks" / "0.png")],
        "0.png has colours, not a class for each pixel",
        "a palette",
    ),
    "masks in a folder of their own beside boxes": Refused(
        lambda here: [
            wild.pictures(here / "JPEGImages", 9),
            wild.pictures(here / "SegmentationClass", 9, ".png", mode="P"),
            wild.write(here / "Annotations/0.xml", "<annotation/>"),
        ],
        "JPEGImages and SegmentationClass, ",
        "folders called images and masks",
    ),
    "masks of another size": Refused(
        lambda here: [wild.masks(here), wild.picture(here / "masks" / "0.png", (9, 9), "L")],
        "is 9x9, its image 24x24",
        "one size",
    ),
    "masks by another name": Refused(
        lambda here: [wild.masks(here), (here / "masks").rename(here / "gt")],
        "images and gt, of the same names",
        "folders called images and masks",
    ),
    "masks of some images": Refused(
        lambda here: [
            wild.pictures(here / "JPEGImages", 30),
            wild.pictures(here / "SegmentationClass", 9, ".png", mode="P"),
            wild.write(here / "Annotations/0.xml", "<annotation/>"),
        ],
        "JPEGImages and SegmentationClass, ",
        "folders called images and masks, .*, and leave out images without one",
    ),
    "masks beside each split": Refused(
        lambda here: [
            *(wild.pictures(here / name, 9, ".png") for name in ("train", "val")),
            *(wild.picture(here / f"{name}_labels/{n}_L.png") for name in ("train", "val") for n in range(9)),
        ],
        "train, train_labels, val and val_labels, images and masks by their names",
        "make train/images of train and train/masks of train_labels, and so on, each mask a PNG",
    ),
    "masks by another end": Refused(
        lambda here: [
            wild.pictures(here / "images", 9),
            *(wild.picture(here / f"masks/{n}_L.png", mode="L") for n in range(9)),
        ],
        "0_L.png is not called like 0.jpg",
        "rename it as 0.png, and all others likewise",
    ),
    "one class to train, others to test": Refused(
        lambda here: [
            wild.classes(here / "train", ["good"], suffix=".png"),
            wild.classes(here / "test", ["good", "scratch", "hole"], suffix=".png"),
            *(wild.picture(here / f"ground_truth/hole/{n}_mask.png", mode="L") for n in range(9)),
        ],
        "train holds good alone, and other splits hole and scratch too",
        "a folder for each class, good, hole and scratch; .* masks of ground_truth into folders",
    ),
    "masks by a suffix": Refused(
        lambda here: [
            wild.pictures(here / "images", 9),
            *(wild.picture(here / f"masks/{n}_mask.png", mode="L") for n in range(9)),
        ],
        "0_mask.png is not called like 0.jpg",
        "rename it as 0.png, and all others likewise",
    ),
    "masks in GIF": Refused(
        lambda here: [
            wild.pictures(here / "images", 9),
            wild.pictures(here / "masks", 9, ".gif", mode="L"),
        ],
        "0.gif is a GIF file, which is not read",
        "save it as 0.png",
    ),
    "masks beside splits": Refused(
        lambda here: [
            wild.pictures(here / "train", 9),
            wild.pictures(here / "test", 3),
            *(wild.picture(here / f"train_masks/{n}_mask.gif", mode="L") for n in range(9)),
        ],
        "train and train_masks, of the same names, as images and masks",
        "folders called images and masks, each mask a PNG",
    ),
    "masks and images in one folder": Refused(
        lambda here: [
            wild.picture(here / f"all/{n}{suffix}", mode="L")
            for n in range(9)
            for suffix in (".jpg", "_mask.png")
        ],
        "in one folder, 0_mask.png beside 0.jpg",
        "folders called images and masks",
    ),
    "parts of a set that a table names": Refused(
        lambda here: [
            *(wild.picture(here / f"images_00{n % 3}/images/x{n}.jpg") for n in range(60)),
            wild.table(here / "boxes.csv", ("file", "x"), lambda n: (f"x{n}.jpg", n * 0.3), 9),
            wild.table(here / "labels.csv", ("file", "label", ""), lambda n: (f"x{n}.jpg", "ab"[n % 2], "")),
        ],
        "^labels.csv names the images of .* in column `file`, so that folders are no classes",
        "write images_000/images/x0.jpg instead of x0.jpg, .* --data .*labels.csv; if the folders are",
    ),
    "splits by a part of their names": Refused(
        lambda here: (
            [wild.classes(here / f"a/seg_{name}/seg_{name}", count=3) for name in ("train", "test")]
            + [wild.pictures(here / "a/seg_pred", 3)]
        ),
        "holds seg_test and seg_train, splits by their names",
        "train of seg_train/seg_train, and leave nothing else",
    ),
    "decimal commas": Refused(
        lambda here: wild.table(
            here / "a.tsv",
            ("Nr", "text", "size", "Preis"),
            lambda n: (n + 1, wild.sentence(n), f"{n % 7},{n}", f"{n + 1}.516,04" if n % 9 else "k.A."),
            mark="\t",
        ),
        "numbers with commas are not read, such as 2.516,04 in `size` and `Preis` of",
        "write 2516.04, a point before decimals",
        at="a.tsv",
    ),
    "commas that tell nothing": Refused(
        lambda here: wild.lines(here / "a.jsonl", lambda n: {"text": wild.sentence(n), "price": f"{n},125"}),
        "such as 0,125 in `price`",
        "write 0.125 or 0125 or 0;125 if that is more than one number",
        at="a.jsonl",
    ),
    "an edge list": Refused(
        lambda here: wild.write(
            here / "soc.txt", "# Nodes: 9\n# From\tTo\n" + "".join(f"{n}\t{n + 1}\t-2\n" for n in range(9))
        ),
        "soc.txt is a list of edges, 1 2 -2 and so on",
        "write it as edges.csv with a header, source,target .* enough for link_prediction; .* nodes.csv",
    ),
    "an edge list behind comments": Refused(
        lambda here: wild.write(
            here / "soc.tsv", "# Nodes: 9\n" + "".join(f"{n}\t{n + 1}\n" for n in range(9))
        ),
        "soc.tsv is a list of edges",
        "edges.csv",
        at="soc.tsv",
    ),
    "edges alone by another name": Refused(
        lambda here: wild.table(here / "trust.csv", ("source", "target", "w"), lambda n: (n, n + 1, 0.5)),
        "trust.csv is a list of edges",
        "edges.csv",
        at="trust.csv",
    ),
    "tabs too many": Refused(
        lambda here: wild.write(here / "a.tsv", "text\tlabel\nso it is\tgood\nwell\t\tbad\n" * 3),
        "a.tsv:3 has 3 cells",
        "one tab",
        at="a.tsv",
    ),
    "objects within objects": Refused(
        lambda here: wild.lines(
            here / "a.jsonl",
            lambda n: {"data": {"text": wild.sentence(n)}, "result": [{"value": {"choices": ["ab"[n % 2]]}}]},
        ),
        r"objects within cells \(data.text, result\[0\].value.choices\)",
        "keys of their own, such as text and label",
        at="a.jsonl",
    ),
    "a label within an object": Refused(
        lambda here: wild.lines(
            here / "a.jsonl", lambda n: {"text": wild.sentence(n), "label": {"name": "ab"[n % 2]}}
        ),
        "label.name",
        "in place of label.name",
        at="a.jsonl",
    ),
    "words of other suffixes": Refused(
        lambda here: [wild.conll(here / f"eng.{name}") for name in ("train", "testa", "testb")],
        "eng.testa, eng.testb, eng.train, words and tags in columns",
        "train.conll, val.conll and test.conll",
    ),
    "CoNLL-U beside what it is about": Refused(
        lambda here: [
            *(
                wild.conll(here / f"fr-ud-{name}.conllu", "{number}\t{word}" + "\tNOUN" * 8)
                for name in ("train", "test")
            ),
            wild.write(here / "README.md", "# French"),
            wild.write(here / "LICENSE.txt", "CC BY-SA 4.0"),
        ],
        "fr-ud-test.conllu, fr-ud-train.conllu, words and tags in columns",
        "train.conll, val.conll and test.conll",
    ),
    "a word in each row of a table": Refused(
        lambda here: wild.table(
            here / "ner.csv",
            ("sentence", "word", "tag"),
            lambda n: ("" if n % 9 else f"Sentence: {n}", wild.WORDS[n % 9], "O" if n % 5 else "B-geo"),
        ),
        "column tag of .* holds tags of words",
        "into a .conll file",
        at="ner.csv",
    ),
    "a graph of OGB": Refused(
        lambda here: [
            *(wild.write(here / f"raw/{name}.csv.gz", "") for name in ("edge", "node-feat", "node-label")),
            wild.write(here / "RELEASE_v1.txt", ""),
        ],
        "raw holds edge.csv, node-feat.csv and node-label.csv, a graph as OGB has it",
        "unpack them, write .* as nodes.csv, .* and edge.csv as edges.csv",
    ),
    "a graph in more tables": Refused(
        lambda here: [
            wild.table(here / "txs_edgelist.csv", ("a", "b"), lambda n: (f"n{n}", f"n{(n + 1) % 60}")),
            wild.table(here / "txs_classes.csv", ("tx", "class"), lambda n: (f"n{n}", "ab"[n % 2])),
            wild.table(here / "txs_features.csv", (), lambda n: (f"n{n}", n * 0.5, n * 0.25)),
        ],
        "txs_edgelist.csv, txs_classes.csv and txs_features.csv, as a graph has them",
        "to edges.csv, .*, and join txs_classes.csv and txs_features.csv into nodes.csv",
    ),
    "a graph of LINQS": Refused(
        lambda here: [
            wild.write(here / f"cora.{name}", "7\t0\t1\tTheory\n") for name in ("content", "cites")
        ],
        "cora.content and cora.cites, a graph",
        "nodes.csv, .* edges.csv",
    ),
    "a folder of another format": Refused(
        lambda here: [wild.write(here / f"{name}.parquet", "PAR1") for name in ("train", "test")],
        "test.parquet, train.parquet, and .parquet files are not read",
        "save each as a .csv file",
    ),
    "semicolons": Refused(
        lambda here: texts(here / "a.csv", "label", mark=";"), "by semicolons", "with commas", at="a.csv"
    ),
    "semicolons and decimal commas": Refused(
        lambda here: wild.table(
            here / "a.csv", ("text", "price"), lambda n: (wild.sentence(n), f"1.{n:03},50"), mark=";"
        ),
        "by semicolons",
        "with commas, and write numbers with a point",
        at="a.csv",
    ),
    "tabs in CSV": Refused(
        lambda here: texts(here / "a.csv", "label", mark="\t"),
        "separated by tabs",
        "rename it to .tsv",
        at="a.csv",
    ),
    "tabs in a text": Refused(
        lambda here: texts(here / "a.txt", "label", mark="\t"),
        "1 tabs in each line",
        "rename it to .tsv",
        at="a.txt",
    ),
    "a row of other cells": Refused(
        lambda here: wild.write(here / "a.csv", "text,label\nso it is,good\nwell, well,bad\n" * 3),
        "a.csv:3 has 3 cells where the first row has 2",
        "quotation marks",
        at="a.csv",
    ),
    "an open quotation": Refused(
        lambda here: wild.write(here / "a.csv", 'text,label\n"so it is,good\n'),
        "is not CSV",
        "fix",
        at="a.csv",
    ),
    "a header twice": Refused(
        lambda here: wild.write(here / "a.csv", "text,text\nso it is,good\n"),
        "called 'text'",
        "own",
        at="a.csv",
    ),
    "a header alone": Refused(
        lambda here: wild.write(here / "a.csv", "text,label\n"), "a header and no rows", "fill it", at="a.csv"
    ),
    "splits of a column by other names": Refused(
        lambda here: wild.table(
            here / "a.csv",
            ("text", "label", "split"),
            lambda n: (wild.sentence(n), n % 2, ("fit", "test")[n % 2]),
        ),
        "column split of .*a.csv holds fit",
        "train, val or test",
        at="a.csv",
    ),
    "broken JSON": Refused(
        lambda here: wild.write(here / "a.jsonl", '{"text": "so", "label": 1}\n{"text": \n'),
        "a.jsonl:2 is not JSON",
        "an object in braces",
        at="a.jsonl",
    ),
    "another encoding": Refused(
        lambda here: wild.write(here / "a.csv", "text,label\nfür,1\n".encode("latin1")),
        "line 2, is not UTF-8",
        "save the file in that encoding",
        at="a.csv",
    ),
    "UTF-16": Refused(
        lambda here: wild.write(here / "a.csv", "text,label\nso,1\n".encode("utf-16")),
        "UTF-8",
        "text",
        at="a.csv",
    ),
    "bytes": Refused(
        lambda here: wild.write(here / "a.bin", bytes(range(256))), "no text", "name", at="a.bin"
    ),
    "rows of numbers": Refused(
        lambda here: wild.table(here / "iris.csv", ("length", "width"), lambda n: (n * 0.1, n * 0.2)),
        "length, width, none of texts, image files or SMILES",
        "no project for rows of mere numbers",
        at="iris.csv",
    ),
    "an open target": Refused(
        lambda here: texts(here / "a.csv", "city", "shop"),
        "which column of .*a.csv is to be predicted stays open, city or shop",
        "--columns city",
        at="a.csv",
    ),
    "an open target of some words": Refused(
        lambda here: texts(here / "a.csv", "a city", "shop"),
        "a city or shop",
        "--columns 'a city'",
        at="a.csv",
    ),
    "a test split without labels": Refused(
        lambda here: [texts(here / "train.csv", "target"), texts(here / "test.csv")],
        "test.csv has no column target",
        "or name .*train.csv alone",
    ),
    "texts alone": Refused(
        lambda here: texts(here / "a.csv"),
        "looks like something to be predicted",
        "--columns LABEL",
        at="a.csv",
    ),
    "several tables": Refused(
        lambda here: [texts(here / name, "label") for name in ("a.csv", "b.csv")],
        "several tables, a.csv, b.csv",
        "as in --data .*a.csv",
    ),
    "texts in folders by class beside other files": Refused(
        lambda here: [
            *(wild.book(here / f"train/{name}/{n}.txt", 3) for name in ("neg", "pos") for n in range(20)),
            *(wild.write(here / "train" / f"urls_{name}.txt", "http://a.b/c") for name in ("neg", "pos")),
            wild.write(here / "notes.txt", "of 2007"),
        ],
        "train holds folders of texts, neg, pos, as classes have them",
        "CSV file, or say --task language_modelling",
    ),
    "texts without a suffix by class": Refused(
        lambda here: [
            wild.book(here / f"news-{part}" / name / f"{5100 + n}", 3)
            for part in ("test", "train")
            for name in ("autos", "space")
            for n in range(3)
        ],
        "news-train holds folders of texts, autos, space, as classes have them",
        "write texts and classes into a CSV file$",
    ),
    "a text about nothing": Refused(
        lambda here: [wild.write(here / "RELEASE_v1.txt", ""), wild.write(here / "README.md", "# Of 2007")],
        "nothing that a project reads",
        "name a folder",
    ),
    "texts that a table names": Refused(
        lambda here: [
            *(wild.book(here / f"texts/{n}.txt", 9) for n in range(20)),
            wild.table(here / "labels.csv", ("file", "label"), lambda n: (f"{n}.txt", "ab"[n % 2]), 20),
        ],
        "labels.csv names the texts of",
        "write the texts themselves in place of their names",
    ),
    "texts and a table that may be meant": Refused(
        lambda here: [wild.book(here / "books/a.txt"), texts(here / "metadata.csv", "genre")],
        "holds texts and a table, metadata.csv",
        "as in --data .*metadata.csv or --task language_modelling",
    ),
    "several keys of tags": Refused(
        lambda here: wild.lines(
            here / "a.jsonl",
            lambda n: {
                "tokens": wild.sentence(n).split(),
                "pos_tags": [7, *[n % 3] * 9],
                "ner_tags": [1] * 10,
            },
        ),
        "which key of .* has the tags of words stays open, pos_tags or ner_tags",
        "--columns pos_tags",
    ),
    "spans of letters": Refused(
        lambda here: wild.lines(
            here / "a.jsonl", lambda n: {"text": wild.sentence(n), "label": [[0, 5, "PER"]] * (n % 3)}
        ),
        r"column label of .* holds spans of letters, such as \[0, 5, 'PER'\]",
        "a word and its tag into each row of a .conll file",
    ),
    "spans as objects": Refused(
        lambda here: wild.lines(
            here / "a.jsonl",
            lambda n: {"text": wild.sentence(n), "spans": [{"start": 0, "end": 5, "label": "PER"}]},
        ),
        "column spans of .* holds spans of letters",
        "a .conll file",
    ),
    "texts in folders by class": Refused(
        lambda here: [
            wild.book(here / "train" / name / f"{n}.txt", 3) for name in ("neg", "pos") for n in range(3)
        ],
        "folders of texts, neg, pos, as classes have them",
        "CSV file",
    ),
    "words without tags": Refused(
        lambda here: wild.write(here / "a.conll", "one\ntwo\n\nthree\n"), "1 columns", "its tag", at="a.conll"
    ),
    "words by another suffix": Refused(
        lambda here: wild.conll(here / "en.conllu"), "words and tags", "rename it to .conll", at="en.conllu"
    ),
    "labels within lines": Refused(
        lambda here: wild.write(here / "a.txt", "__label__1 so it is\n" * 9), "fastText", "CSV", at="a.txt"
    ),
    "an archive": Refused(
        lambda here: wild.write(here / "a.zip", "PK"), "is an archive", "unpack", at="a.zip"
    ),
    "another format": Refused(
        lambda here: wild.write(here / "a.parquet", "PAR1"), "a .parquet file", "a .csv file", at="a.parquet"
    ),
    "edges to strangers": Refused(
        lambda here: [
            wild.ring(here, ("id", "label"), lambda n: "ab"[n % 2]),
            wild.write(here / "edges.csv", "source,target\nn0,n99\n"),
        ],
        "names n99, which is in no row of column id",
        "add or remove it",
    ),
    "edges by other names": Refused(
        lambda here: wild.ring(here, ("id", "label"), lambda n: "ab"[n % 2], ("from", "to")),
        "no column source but from, to",
        "source and target",
    ),
    "tables of a graph by other names": Refused(
        lambda here: [texts(here / name, "label") for name in ("git_edges.csv", "git_target.csv")],
        "git_edges.csv and git_target.csv, as a graph has them",
        "rename git_edges.csv to edges.csv",
    ),
    "numbers among labels of graphs": Refused(
        lambda here: wild.tudataset(here, labels=lambda n: n * 0.77),
        "numbers",
        "rename it to TOY_graph_attributes",
    ),
    "graphs without labels": Refused(wild.tudataset, "neither TOY_graph_labels.txt nor", "of each graph"),
    "a part of Planetoid": Refused(
        lambda here: wild.write(here / "ind.toy.graph", "x"),
        "ind.toy.x is missing",
        "copy all Planetoid files",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_said_with_a_remedy(name: str, folder: Path) -> None:
    shape = REFUSED[name]
    shape.make(folder / "here")
    with pytest.raises(ScaffoldError) as refused:
        look(folder / "here" / shape.at)
    wrong, _, remedy = str(refused.value).rpartition(": ")
    assert re.search(shape.wrong, wrong), wrong
    assert re.search(shape.remedy, remedy), remedy


CONTENTS = {
    "nothing": b"",
    "zeros": bytes(50),
    "an end of line": b"\n",
    "a mark of order": b"\xef\xbb\xbf",
    "commas": b",,,\n,,,\n",
    "a quotation mark": b'"',
    "a number": b"7",
    "one row": b"text,label",
    "a long cell": b"text,label\n" + b"x" * 200_000 + b",1\n",
    "null": b"null\n",
    "lists": b"[1]\n[2]\n",
    "deep lists": b"[" * 100_000,
    "objects of objects": b'{"text": {"a": 1}, "label": null}\n' * 9,
    "lists of lists": b'{"tokens": [[1], []], "tags": [[], 2]}\n' * 9,
    "empty objects": b"{}\n{}\n",
    "numbers beyond all": b"text,label\nso it is,1e999\nso it was,-inf\nso it will be,nan\n",
    "half an image": b"\x89PNG\r\n\x1a\n\x00\x00",
    "a JPEG that ends": b"\xff\xd8\xff\xe1\xff\xff",
    "an image of no size": b"GIF89a\x00\x00\x00\x00" + bytes(30),
    "a TIFF that leads nowhere": b"II*\x00\xff\xff\xff\xff",
}
NAMES = ("a.csv", "a.tsv", "a.jsonl", "a.conll", "a.txt", "a", "a.png")
TOGETHER = (
    *("train.csv", "cat/a.jpg", "nodes.csv", "edges.csv", "TOY_A.txt", "TOY_graph_indicator.txt"),
    *("TOY_graph_labels.txt", "images/1.png", "masks/1.png", "train/images/1.png", "train/masks/1.png"),
    *("train/cat/1.png", "ind.x.graph", "train.conll"),
)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_whatever_a_file_holds_no_error_but_a_sentence(content: bytes, folder: Path) -> None:
    """Files of every suffix alone, each in a folder, and some together, whose names promise a form."""
    for name in NAMES:
        with contextlib.suppress(ScaffoldError):
            look(wild.write(folder / "files" / name, content))
    for number, name in enumerate(TOGETHER):
        here = folder / f"{number}"
        for wanted in [name, *TOGETHER[:number]]:
            wild.write(here / wanted, content)
            with contextlib.suppress(ScaffoldError):
                look(here)
        shutil.rmtree(here)


def test_huge_data_are_looked_at_in_part(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is sorted by class shows all of them, for parts of it all are read."""
    monkeypatch.setattr(files, "BYTES", 2**15)
    here = folder / "here"
    wild.table(here / "a.csv", ("text", "label"), lambda n: (wild.sentence(n), "abcd"[n // 2500]), 10_000)
    found = look(here / "a.csv")
    (said,) = [fact.why for fact in found.answers if fact.key == "task"]
    assert re.search(r"4 distinct words in the \d,?\d+ rows that were read of a.csv", said)


def test_a_huge_folder_is_not_walked_to_its_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ENTRIES", 20)
    here = folder / "here"
    wild.classes(here, count=50)
    assert "+ images" not in str(look(here).answers)  # of each class 20 were seen
    wild.pictures(here / "loose", 50)
    with pytest.raises(ScaffoldError, match="holds 20 images and more and nothing"):
        look(here / "loose")


def test_planetoid_is_not_opened(folder: Path) -> None:
    """Its pickles could run anything."""
    here = folder / "here"
    for part in PLANETOID:
        wild.write(here / f"ind.toy.{part}", b"cos\nsystem\n(S'touch /tmp/pwned'\ntR.").chmod(0)
    look(here)
