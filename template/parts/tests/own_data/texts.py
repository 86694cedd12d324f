"""Texts in files of one's own: how they are read and prepared, and which faults are explained."""

import csv
import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
# jinja: if pretrained
import torch
from tiny import load_data

# jinja: else
import torch

# jinja: endif
from package.cli import main
# jinja: if pretrained
from package.data import read_inputs
# jinja: else
from package.data import load_data, read_inputs
# jinja: endif
from package.engine.labels import DataError
from package.targets import describe_labels, encode_labels
from package.tokenizer import load_tokenizer

GOOD, BAD = '"Warm" and lovely, film number {}', "a dull and\tcold film number {}"
# jinja: if target == "numbers"
STARS, NO_STARS = "4.5", "1"


# jinja: else
STARS, NO_STARS = "good", "bad"


# jinja: endif


@pytest.fixture
def load(settings, tmp_path):
    """``load(**settings)`` reads what was saved in the folder of the test, or elsewhere."""
    own = replace(settings.data, path=tmp_path, batch_size=4, held_out=0.25)
    return lambda seed=0, info=None, **changes: load_data(replace(own, **changes), seed, info)


def make_rows(count=8, columns=("text", "label")):
    """Texts and labels, ``count`` of each of two, below their header."""
    pairs = [(GOOD, STARS), (BAD, NO_STARS)]
    return [columns, *((t.format(n), label) for n in range(count) for t, label in pairs)]


def save(file, rows=None):
    rows = rows or make_rows()
    file.parent.mkdir(exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as stream:
        if file.suffix == ".csv":
            csv.writer(stream).writerows(rows)
        elif file.suffix == ".tsv":
            stream.writelines("\t".join(f.replace("\t", " ") for f in row) + "\n" for row in rows)
        else:
            header, *rest = rows
            stream.writelines(
                json.dumps(dict(zip(header, row, strict=True))) + "\n" for row in rest
            )
    return file


def names_of(data):
    """The training labels; what can be predicted is what a new reading of them tells."""
    labels = [row.label for row in data.train.dataset.rows]
    assert data.info.items() >= describe_labels(labels).items()
    return sorted(data.info.get("labels") or {label.text for label in labels})


def texts_of(split):
    return {row.text for row in split.dataset.rows}


# Another format: write texts in it as below, and try what is tried of the formats that are here.
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_a_file_is_read_and_split(load, tmp_path, suffix):
    file = save(tmp_path / f"films{suffix}")
    data = load(path=file)
    assert names_of(data) == sorted([STARS, NO_STARS])
    splits = [data.train, data.validation, data.test]
    assert [len(split.dataset) for split in splits] == [9, 3, 4]
    tab = " " if suffix == ".tsv" else "\t"
    expected = {row[0].replace("\t", tab) for row in make_rows()[1:]}
    assert set.union(*map(texts_of, splits)) == expected
    same, other = load(seed=1, path=file), load(split_seed=1, path=file)
    assert texts_of(same.test) == texts_of(data.test) != texts_of(other.test)


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_a_file_without_a_header_is_read_by_number(load, tmp_path, suffix):
    rows = [("x", label, text) for text, label in make_rows()[1:]]
    file = save(tmp_path / f"films{suffix}", rows)
    data = load(path=file, columns=("2", "1"))
    assert sum(len(s.dataset) for s in (data.train, data.validation, data.test)) == 16
    assert names_of(data) == sorted([STARS, NO_STARS])


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_columns_have_the_names_of_the_settings(load, tmp_path, suffix):
    file = save(tmp_path / f"films{suffix}", make_rows(columns=("review", "stars")))
    data = load(path=file, columns=("review", "stars"))
    assert names_of(data) == sorted([STARS, NO_STARS])


def test_labels_may_be_numbers_and_lines_blank(load, tmp_path):
    lines = [json.dumps({"text": f"film {n}", "label": n % 2}) for n in range(16)]
    (tmp_path / "films.jsonl").write_text("\n\n".join(lines) + "\n\n")
    data = load(path=tmp_path / "films.jsonl")
    assert names_of(data) == ["0", "1"]


@pytest.mark.parametrize("validation", ["val", "dev", "validation"])
def test_files_for_the_splits_are_kept_apart(load, tmp_path, validation):
    # jinja: if pretrained
    """The tokens are those of the backbone: no text adds to them."""
    # jinja: else
    """The tokenizer learns from the training texts alone: others would tell it of themselves."""
    # jinja: endif
    save(tmp_path / "train.csv")
    other = [("text", "label"), *(("quixotic quixotic", label) for label in (STARS, NO_STARS) * 3)]
    save(tmp_path / f"{validation}.tsv", other)
    save(tmp_path / "test.jsonl", other)
    data = load()
    assert [len(s.dataset) for s in (data.train, data.validation, data.test)] == [16, 6, 6]
    tokens = load_tokenizer(data.info).get_vocab()
    # jinja: if not pretrained
    assert "Ġfilm" in tokens
    # jinja: endif
    assert "Ġquixotic" not in tokens


def test_prediction_prepares_texts_as_training_does(load, tmp_path):
    data = load(path=save(tmp_path / "films.csv"))
    dataset = data.validation.dataset
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(["", *(row.text for row in dataset.rows), " "]))
    read = list(read_inputs([file], data.info))
    assert [rows for rows, _ in read] == [[{"name": f"{file}:{line}"}] for line in (2, 3, 4)]
    for (_, (token_ids, mask)), expected in zip(read, dataset.token_ids, strict=True):
        assert token_ids.tolist() == [expected]
        assert torch.equal(mask, torch.ones_like(token_ids).bool())


def test_other_data_is_prepared_as_the_checkpoint_remembers(load, tmp_path):
    remembered = load(path=save(tmp_path / "films.csv")).info
    rows = [("text", "label"), *((f"quixotic {n}", STARS) for n in range(8))]
    data = load(info=remembered, path=save(tmp_path / "others.csv", rows), max_length=1)
    assert data.info == remembered
    labels = [row.label for row in data.test.dataset.rows]
    assert torch.equal(data.test.dataset.targets, encode_labels(labels, remembered))


# jinja: if not pretrained
def test_pieces_of_words_are_told_from_their_starts(load, tmp_path):
    """Which is what dropout of words goes by; nor does a text turn into special tokens."""
    info = load(path=save(tmp_path / "films.csv")).info
    for text, words in [("Films,  zyx\u00e9\n", 2), ("[PAD] (film)", 2), ("film", 1)]:
        token_ids = load_tokenizer(info).encode(text).ids
        assert sum(info["is_word_start"][token] for token in token_ids) == words
        assert info["is_word_start"][token_ids[0]]
        assert min(token_ids) >= info["num_special"]


# jinja: else
def test_texts_are_no_longer_than_the_backbone_takes(load, tmp_path, capsys):
    """Which is said, and holds for a later `predict`: it has no place for another token."""
    table = save(tmp_path / "films.csv", [*make_rows(), *((f"{GOOD} " * 999, STARS),) * 4])
    data = load(path=table, max_length=10_000)
    assert f"10000 tokens {data.info['longest']} are used" in capsys.readouterr().err
    inputs = [inputs for _, inputs in read_inputs([table], data.info)]
    splits = (data.train, data.validation, data.test)
    assert max(len(x) for s in splits for x in s.dataset.token_ids) == data.info["longest"]
    assert max(token_ids.size(1) for token_ids, _ in inputs) == data.info["longest"]


# jinja: endif
def test_a_text_of_no_tokens_cannot_be_asked_for(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[1])
    with pytest.raises(SystemExit, match=r"data\.max_length"):
        main(["show", "data", "--data.max_length", "0"])


def test_long_texts_are_cut(load, tmp_path):
    data = load(path=save(tmp_path / "films.csv"), max_length=3)
    assert {len(token_ids) for token_ids in data.test.dataset.token_ids} == {3}


HEADER = "text,label\n"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, r"is no file, nor a folder with a train\.csv"),
        ({"test.csv": HEADER}, r"nor a folder with a train\.csv"),
        (
            {"train.csv": HEADER, "dev.csv": HEADER, "val.tsv": HEADER},
            r"val\.tsv and .*dev\.csv are the same split: remove one",
        ),
        (
            {"train.tsv": "review\tstars\n"},
            r"train\.tsv has no column 'text' but review, stars: .*--data\.columns",
        ),
        ({"train.jsonl": '{"review": "film"}'}, r"train\.jsonl:1 has no key 'text': .*--data\.col"),
        (
            {"train.csv": f"{HEADER}  ,{STARS}\n"},
            r"train\.csv:2 has an empty 'text': fill or remove it",
        ),
        ({"train.tsv": b"text\tlabel\ncaf\xe9\tgood\n"}, r"train\.tsv:2 is not UTF-8: save"),
        (
            {"train.csv": f"{HEADER}a film,but without quotes,good\n"},
            r"train\.csv:2 has 3 cells where the first row has 2: put quotation marks",
        ),
        ({"train.csv": f'{HEADER}film,{STARS}\n"a film,bad\n'}, r"train\.csv:3 is not CSV .*: fix"),
        ({"train.jsonl": "{'text': 1}"}, r"train\.jsonl:1 is not JSON .*: fix or remove it"),
        ({"train.csv": ""}, r"train\.csv holds no texts: fill it"),
        ({"train.csv": HEADER}, r"train\.csv holds no texts: fill it"),
        # jinja: if target == "classes"
        (
            {"train.csv": HEADER + "a,x\nb,y\n" * 9, "val.csv": f"{HEADER}a,x\nb,superb\n"},
            r"val\.csv:3 has the label 'superb', which the model is not trained for",
        ),
        ({"train.csv": HEADER + "film,good\n" * 9}, r"and on: all training labels are 'good': add"),
        (
            {"train.csv": f"{HEADER}film,good\nfilm,bad\n"},
            r"train\.csv:\d and on: too few examples .* '(good|bad)' has 1: add some",
        ),
        (
            {"train.jsonl": '{"text": "film", "label": null}'},
            r"train\.jsonl:1 has no label: give it one, or remove it",
        ),
        # jinja: elif target == "labels"
        (
            {"train.csv": HEADER + "a,x;y\nb,y\n" * 9, "val.csv": f"{HEADER}a,x\nb,y;superb\n"},
            r"val\.csv:3 has the label 'superb', which the model is not trained for",
        ),
        ({"train.csv": HEADER + "film,\n" * 9}, r"and on: no training example has a label: add"),
        (
            {"train.csv": f"{HEADER}film,good\nfilm,bad\n"},
            r"train\.csv:2 and on: too few examples to hold out a fraction of each label, .*: add",
        ),
        (
            {"train.jsonl": '{"text": "film", "label": null}'},
            r"train\.jsonl:1 has no labels: give it some, or an empty cell or list",
        ),
        # jinja: elif target == "numbers"
        (
            {"train.csv": HEADER + "a,1\nb,2\n" * 9, "val.csv": f"{HEADER}a,1\nb,superb\n"},
            r"val\.csv:3: 'superb' in column label is not a number below 1e\+30: write a n",
        ),
        ({"train.csv": HEADER + "a,1\nb,2e30\n"}, r"csv:3: '2e30' in column label is not a n"),
        ({"train.csv": HEADER + "film,3\n" * 9}, r"and on: all training numbers are 3: add"),
        ({"train.csv": HEADER + 'a,1;2\nb,"3;4"\nc,5\n' * 9}, r"csv:\d+ has label.*, where"),
        (
            {"train.csv": f"{HEADER}film,1\nfilm,2\n"},
            r"train\.csv:\d and on: too few examples .* 'all numbers' has \d: add some",
        ),
        (
            {"train.jsonl": '{"text": "film", "label": null}'},
            r"train\.jsonl:1 has no number: give it one, or remove it",
        ),
        (
            {"train.jsonl": '{"text": "film", "label": {"stars": 1}}'},
            r"train\.jsonl:1: .* in column label is not a number",
        ),
        # jinja: endif
    ],
)
def test_unusable_data_is_explained(load, tmp_path, files, words):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=words) as caught:
        load(path=tmp_path if files else tmp_path / "nowhere")
    assert "\n" not in str(caught.value)


def test_files_of_another_kind_are_refused(load, tmp_path):
    (tmp_path / "films.xlsx").touch()
    with pytest.raises(DataError, match=r"films\.xlsx is none of \.csv, \.tsv, \.jsonl: convert"):
        load(path=tmp_path / "films.xlsx")


def test_a_file_to_predict_that_is_not_there_is_named(load, tmp_path):
    info = load(path=save(tmp_path / "films.csv")).info
    with pytest.raises(DataError, match=r"nothing\.txt does not exist: texts .* predict -"):
        list(read_inputs([tmp_path / "nothing.txt"], info))


@pytest.fixture
def hub(monkeypatch, tmp_path):
    datasets = pytest.importorskip("datasets", reason="needs the extra hub")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()
    return datasets


def test_a_data_set_of_the_hub_is_read(hub, load, tmp_path):
    """A local one has the form of those of the hub."""
    columns = ("review", "stars")
    blank = (" ", STARS)  # which has no tokens
    save(tmp_path / "films" / "train.csv", [*make_rows(columns=columns), blank])
    save(tmp_path / "films" / "validation.csv", make_rows(2, columns))
    data = load(path=Path(f"hf:{tmp_path}/films"), columns=columns)
    assert names_of(data) == sorted([STARS, NO_STARS])
    splits = (data.train, data.validation, data.test)
    assert [len(split.dataset) for split in splits] == [12, 4, 4]
    assert texts_of(data.validation) == {row[0] for row in make_rows(2)[1:]}


def test_prediction_goes_on_past_what_cannot_be_read(load, tmp_path):
    """A text in the place of a file may be longer than any name."""
    info, faults = load(path=save(tmp_path / "films.csv")).info, []
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/a.txt").write_bytes(b"caf\xe9\n")
    (tmp_path / "texts/b.txt").write_text("a film")
    files = [Path("a film " * 99), tmp_path / "texts"]
    rows = [row["name"] for (row,), _ in read_inputs(files, info, faults)]
    assert rows == [f"{tmp_path}/texts/b.txt:1"]
    for fault, words in zip(faults, ["does not exist: texts themselves", "not UTF-8"], strict=True):
        assert words in str(fault)


def test_prediction_takes_tables_folders_and_a_pipe(load, tmp_path, monkeypatch):
    data = load(path=save(tmp_path / "films.csv"))
    table = save(tmp_path / "new" / "films.csv", [("stars", "text"), ("5", GOOD), ("1", BAD)])
    (tmp_path / "new" / "more.txt").write_text(f"{GOOD}\n\n{BAD}\n")
    (tmp_path / "new" / ".notes").mkdir()
    (tmp_path / "new" / ".notes" / "hidden.txt").write_text(GOOD)

    def read(path):
        return [(row["name"], ids.tolist()) for (row,), (ids, _) in read_inputs([path], data.info)]

    tokenizer = load_tokenizer(data.info)
    texts = [[tokenizer.encode(text).ids] for text in (GOOD, BAD)]
    rows = [(f"{table}:{number}", ids) for number, ids in zip((2, 3), texts, strict=True)]
    assert read(table) == rows
    kept, _ = next(read_inputs([table], data.info))
    assert kept == [{"name": f"{table}:2", "stars": "5", "text": GOOD}]
    text_file = tmp_path / "new" / "more.txt"
    lines = [(f"{text_file}:{number}", ids) for number, ids in zip((1, 3), texts, strict=True)]
    assert read(tmp_path / "new") == [*rows, *lines]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\n{BAD}\n"))
    assert read(Path("-")) == [("-:1", texts[0]), ("-:2", texts[1])]


def test_prediction_cuts_and_spells_texts_as_training_does(load, tmp_path):
    rows = [(f"{GOOD} " * 200, STARS), ("the tokens [PAD] and [UNK], spelt out", NO_STARS)]
    table = save(tmp_path / "films.csv", [*make_rows(), *rows])
    data = load(path=table, max_length=20)
    splits = (data.train, data.validation, data.test)
    expected = sorted(ids for split in splits for ids in split.dataset.token_ids)
    inputs = [inputs for _, inputs in read_inputs([table], data.info)]
    assert sorted(ids for token_ids, _ in inputs for ids in token_ids.tolist()) == expected
    assert max(map(len, expected)) == 20


def test_every_split_has_its_own_file_and_the_labels_of_training(load, tmp_path):
    """Numbered anew in each split, a split without bad films would call its good ones bad."""
    save(tmp_path / "train.csv")
    for name in ("val", "test"):
        save(tmp_path / f"{name}.csv", [("text", "label"), (f"a film to {name}", STARS)])
    data = load()
    assert names_of(data) == sorted([STARS, NO_STARS])
    for loader, name in ((data.validation, "val"), (data.test, "test")):
        assert texts_of(loader) == {f"a film to {name}"}
        labels = [row.label for row in loader.dataset.rows]
        assert torch.equal(loader.dataset.targets, encode_labels(labels, data.info))


# jinja: if target == "labels"
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_labels_stand_in_one_column_or_each_in_its_own(load, tmp_path, suffix):
    """In JSON they may be lists; a cell without labels is known, one of several is not."""
    cells = (["war"], ["love", "war"], []) if suffix == ".jsonl" else ("war", "love| war", "")
    one = [("text", "tags"), *((f"film {n}", cells[n % 3]) for n in range(24))]
    flags = (("", "1"), ("1", "1"), ("0", "0"))
    several = [("text", "love", "war"), *((f"film {n}", *flags[n % 3]) for n in range(24))]
    settings = {"held_out": 0.1, "label_separator": "|"}
    for rows, first in ((one, 0.0), (several, float("nan"))):
        file = save(tmp_path / f"films{suffix}", rows)
        data = load(path=file, columns=rows[0], **settings)
        assert names_of(data) == ["love", "war"]
        order = [["love", "war"].index(name) for name in data.info["labels"]]
        expected = torch.tensor([[first, 1.0], [1.0, 1.0], [0.0, 0.0]])[:, order]
        for split in (data.train, data.validation, data.test):
            numbers = [int(row.text.split()[1]) % 3 for row in split.dataset.rows]
            found = split.dataset.targets
            assert found.nan_to_num(9).equal(expected[numbers].nan_to_num(9))


# jinja: elif target == "numbers"
def numbers_of(data):
    """Columns, and the numbers of each text, with None for what is unknown."""
    found = {}
    for split in (data.train, data.validation, data.test):
        for row, numbers in zip(split.dataset.rows, split.dataset.targets.tolist(), strict=True):
            known = [None if number != number else number for number in numbers]
            found[int(row.text.split()[1])] = known
    return data.info["target_columns"], [found[number] for number in sorted(found)]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_several_columns_hold_a_number_each(load, tmp_path, suffix):
    """An empty cell is unknown, not 0, and the text still counts for the others."""
    header = ("text", "year", "stars", "length")
    rows = [(f"film {n}", "x", n / 4, "" if n % 3 else str(n)) for n in range(30)]
    file = save(
        tmp_path / f"films{suffix}",
        [header, *((a, b, str(c) if suffix != ".jsonl" else c, d) for a, b, c, d in rows)],
    )
    columns, numbers = numbers_of(load(path=file, columns=("text", "length", "stars")))
    assert columns == ["length", "stars"], "in the order of the settings, not of the file"
    assert numbers == [[None if n % 3 else n, n / 4] for n in range(30)]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_one_cell_may_hold_several_numbers(load, tmp_path, suffix):
    """In JSON a list as well."""
    rows = [("text", "box"), *((f"film {n}", f"{n}; {-n / 2}") for n in range(30))]
    expected = (["box_1", "box_2"], [[n, -n / 2] for n in range(30)])
    file = save(tmp_path / f"films{suffix}", rows)
    assert numbers_of(load(path=file, columns=("text", "box"))) == expected
    piped = [(text, cell.replace(";", "|")) for text, cell in rows]
    file = save(tmp_path / f"piped{suffix}", piped)
    assert numbers_of(load(path=file, columns=("text", "box"), label_separator="|")) == expected
    if suffix == ".jsonl":
        lists = [rows[0], *((f"film {n}", [n, -n / 2]) for n in range(30))]
        file = save(tmp_path / "lists.jsonl", lists)
        assert numbers_of(load(path=file, columns=("text", "box"))) == expected


def test_columns_are_named_one_after_the_other(tmp_path, monkeypatch, capsys):
    """By one flag, as the README has it."""
    rows = [(f"film {n}", str(n), str(-n)) for n in range(30)]
    file = save(tmp_path / "films.csv", [("text", "stars", "votes"), *rows])
    monkeypatch.chdir(Path(__file__).parents[1])
    with pytest.raises(SystemExit) as caught:
        main(["show", "data", "--data.path", str(file), "--data.columns", "text", "stars", "votes"])
    assert not caught.value.code
    table = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["stars", "0", "14.5", "29"] in table
    assert ["votes", "-29", "-14.5", "0"] in table


def test_statistics_are_those_of_the_training_texts(load, tmp_path):
    """With those of all, training would know what it is to be measured by."""
    for start, split in ((0, "train"), (1000, "val"), (2000, "test")):
        rows = [(f"film {n}", str(n)) for n in range(start, start + 10)]
        save(tmp_path / f"{split}.csv", [("text", "label"), *rows])
    data = load()
    assert data.info["target_mean"] == pytest.approx([4.5])
    assert data.info["target_std"] == pytest.approx([8.25**0.5])
    assert data.test.dataset.targets.min() == 2000, "targets are standardised twice"


def test_numbers_of_a_hub_are_read(hub, load, tmp_path):
    """Floats, and lists of them; a row without any is left out, and one without some is not."""
    columns = {
        "text": [f"film {n}" for n in range(30)],
        "stars": [None if n == 5 else float("nan") if n == 6 else n / 2 for n in range(30)],
        "box": [[n, None if n == 7 else -n] for n in range(30)],
    }
    (tmp_path / "films").mkdir()
    hub.Dataset.from_dict(columns).to_parquet(tmp_path / "films" / "train.parquet")
    path = Path(f"hf:{tmp_path}/films")
    _, numbers = numbers_of(load(path=path, columns=("text", "stars")))
    assert numbers == [[n / 2] for n in range(30) if n not in (5, 6)]
    _, numbers = numbers_of(load(path=path, columns=("text", "box")))
    assert numbers == [[n, None if n == 7 else -n] for n in range(30)]


# jinja: endif


# jinja: if not pretrained
def test_the_vocabulary_is_no_larger_than_asked_for(load, tmp_path):
    file = save(tmp_path / "films.csv")
    for size in (259, 263):
        assert load(path=file, vocabulary_size=size).info["vocabulary_size"] == size
# jinja: endif
