"""Texts in files of one's own: how they are read and prepared, and which faults are explained."""

import csv
import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nlp_default.data import load_data, load_tokenizer, read_inputs
from nlp_default.engine.labels import DataError
from nlp_default.tools.summary import summarize

GOOD, BAD = '"Warm" and lovely, film number {}', "a dull and\tcold film number {}"


@pytest.fixture
def file_settings(settings, tmp_path):
    return replace(settings.data, path=tmp_path, batch_size=4, held_out=0.25)


def make_rows(count=8, columns=("text", "label")):
    """Texts and labels, ``count`` of each of two classes, below their header."""
    pairs = [(GOOD, "good"), (BAD, "bad")]
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


def texts_of(split):
    return {row.text for row in split.dataset.rows}


# Another format: write texts in it as below, and try what is tried of the formats that are here.
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_a_file_is_read_and_split(file_settings, tmp_path, suffix):
    file = save(tmp_path / f"films{suffix}")
    data = load_data(replace(file_settings, path=file), seed=0)
    assert data.info["classes"] == ["bad", "good"]
    splits = [data.train, data.validation, data.test]
    assert [len(split.dataset) for split in splits] == [9, 3, 4]
    tab = " " if suffix == ".tsv" else "\t"
    expected = {row[0].replace("\t", tab) for row in make_rows()[1:]}
    assert set.union(*map(texts_of, splits)) == expected
    same, other = (load_data(replace(file_settings, path=file), seed=seed) for seed in (0, 1))
    assert texts_of(same.test) == texts_of(data.test) != texts_of(other.test)


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_a_file_without_a_header_is_read_by_number(file_settings, tmp_path, suffix):
    rows = [("x", label, text) for text, label in make_rows()[1:]]
    file = save(tmp_path / f"films{suffix}", rows)
    data = load_data(replace(file_settings, path=file, columns=("2", "1")), seed=0)
    assert sum(len(s.dataset) for s in (data.train, data.validation, data.test)) == 16
    assert data.info["classes"] == ["bad", "good"]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_columns_have_the_names_of_the_settings(file_settings, tmp_path, suffix):
    file = save(tmp_path / f"films{suffix}", make_rows(columns=("review", "stars")))
    data = load_data(replace(file_settings, path=file, columns=("review", "stars")), seed=0)
    assert data.info["classes"] == ["bad", "good"]


def test_labels_may_be_numbers_and_lines_blank(file_settings, tmp_path):
    lines = [json.dumps({"text": f"film {n}", "label": n % 2}) for n in range(16)]
    (tmp_path / "films.jsonl").write_text("\n\n".join(lines) + "\n\n")
    data = load_data(replace(file_settings, path=tmp_path / "films.jsonl"), seed=0)
    assert data.info["classes"] == ["0", "1"]


@pytest.mark.parametrize("validation", ["val", "dev", "validation"])
def test_files_for_the_splits_are_kept_apart(file_settings, tmp_path, validation):
    """The tokenizer learns from the training texts alone: others would tell it of themselves."""
    save(tmp_path / "train.csv")
    other = [("text", "label"), *(("quixotic quixotic", label) for label in ("good", "bad") * 3)]
    save(tmp_path / f"{validation}.tsv", other)
    save(tmp_path / "test.jsonl", other)
    data = load_data(file_settings, seed=0)
    assert [len(s.dataset) for s in (data.train, data.validation, data.test)] == [16, 6, 6]
    tokens = load_tokenizer(data.info).get_vocab()
    assert "Ġfilm" in tokens
    assert "Ġquixotic" not in tokens


def test_prediction_prepares_texts_as_training_does(file_settings, tmp_path):
    data = load_data(replace(file_settings, path=save(tmp_path / "films.csv")), seed=0)
    dataset = data.validation.dataset
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(["", *(row.text for row in dataset.rows), " "]))
    read = list(read_inputs([file], data.info))
    assert [names for names, _ in read] == [[f"{file}:{line}"] for line in (2, 3, 4)]
    for (_, (token_ids, mask)), expected in zip(read, dataset.token_ids, strict=True):
        assert token_ids.tolist() == [expected]
        assert torch.equal(mask, torch.ones_like(token_ids).bool())


def test_other_data_is_prepared_as_the_checkpoint_remembers(file_settings, tmp_path):
    remembered = load_data(replace(file_settings, path=save(tmp_path / "films.csv")), seed=0).info
    rows = [("text", "label"), *((f"quixotic {n}", "good") for n in range(8))]
    other = replace(file_settings, path=save(tmp_path / "others.csv", rows), max_length=1)
    data = load_data(other, seed=0, info=remembered)
    assert data.info == remembered
    assert set(data.test.dataset.targets.tolist()) == {1}


def test_pieces_of_words_are_told_from_their_starts(file_settings, tmp_path):
    """Which is what dropout of words goes by; nor does a text turn into special tokens."""
    info = load_data(replace(file_settings, path=save(tmp_path / "films.csv")), seed=0).info
    for text, words in [("Films,  zyx\u00e9\n", 2), ("[PAD] (film)", 2), ("film", 1)]:
        token_ids = load_tokenizer(info).encode(text).ids
        assert sum(info["is_word_start"][token] for token in token_ids) == words
        assert info["is_word_start"][token_ids[0]]
        assert min(token_ids) >= info["num_special"]


def test_a_text_of_no_tokens_cannot_be_asked_for(file_settings):
    with pytest.raises(ValueError, match=r"data\.max_length is 0"):
        replace(file_settings, max_length=0)


def test_long_texts_are_cut(file_settings, tmp_path):
    settings = replace(file_settings, path=save(tmp_path / "films.csv"), max_length=3)
    data = load_data(settings, seed=0)
    assert {len(token_ids) for token_ids in data.test.dataset.token_ids} == {3}


def nowhere(path):
    path.rmdir()


def no_training_file(path):
    save(path / "test.csv")


def two_files_for_a_split(path):
    save(path / "train.csv")
    save(path / "dev.csv")
    save(path / "val.tsv")


def missing_column(path):
    save(path / "train.tsv", make_rows(columns=("review", "stars")))


def missing_key(path):
    save(path / "train.jsonl", make_rows(columns=("review", "stars")))


def unknown_label(path):
    save(path / "train.csv")
    save(path / "val.csv", [("text", "label"), (GOOD, "good"), (GOOD, "superb")])


def empty_text(path):
    save(path / "train.csv", [*make_rows(), ("  ", "good")])


def wrong_encoding(path):
    save(path / "train.tsv", [*make_rows(), ("caf\u00e9", "good")])
    text = (path / "train.tsv").read_text(encoding="utf-8")
    (path / "train.tsv").write_text(text, encoding="latin-1")


def ragged_row(path):
    save(path / "train.csv", [*make_rows(), ("a film", "but without quotes", "good")])


def open_quotation(path):
    save(path / "train.csv")
    with (path / "train.csv").open("a") as stream:
        stream.write('"a film,good\n')


def no_json(path):
    save(path / "train.jsonl")
    with (path / "train.jsonl").open("a") as stream:
        stream.write("{'text': 1}\n")


def empty_file(path):
    (path / "train.csv").touch()


def header_only(path):
    save(path / "train.csv", make_rows(count=0))


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (nowhere, "is no file, nor a folder"),
        (no_training_file, r"nor a folder with a train\.csv"),
        (two_files_for_a_split, r"val\.tsv and .*dev\.csv are the same split: remove one"),
        (missing_column, r"train\.tsv has no column 'text' but review, stars: .*--data\.columns"),
        (missing_key, r"train\.jsonl:1 has no key 'text': .*--data\.columns"),
        (unknown_label, r"val\.csv:3 has the label 'superb', which no training example has: mend"),
        (empty_text, r"train\.csv:18 has an empty 'text': fill or remove it"),
        (wrong_encoding, r"train\.tsv:18 is not UTF-8: save"),
        (ragged_row, r"train\.csv:18 has 3 fields where the first row has 2: put quotation marks"),
        (open_quotation, r"train\.csv:18 is not CSV .*: mend the row"),
        (no_json, r"train\.jsonl:17 is not JSON .*: mend or remove it"),
        (empty_file, r"train\.csv holds no texts: fill it"),
        (header_only, r"train\.csv holds no texts: fill it"),
    ],
)
def test_unusable_data_is_explained(file_settings, tmp_path, prepare, words):
    prepare(tmp_path)
    with pytest.raises(DataError, match=words) as caught:
        load_data(file_settings, seed=0)
    assert "\n" not in str(caught.value)


def test_files_of_another_kind_are_refused(file_settings, tmp_path):
    (tmp_path / "films.xlsx").touch()
    with pytest.raises(DataError, match=r"films\.xlsx is none of \.csv, \.tsv, \.jsonl: convert"):
        load_data(replace(file_settings, path=tmp_path / "films.xlsx"), seed=0)


def test_a_file_to_predict_that_is_not_there_is_named(file_settings, tmp_path):
    info = load_data(replace(file_settings, path=save(tmp_path / "films.csv")), seed=0).info
    with pytest.raises(DataError, match=r"nothing\.txt cannot be read"):
        list(read_inputs([tmp_path / "nothing.txt"], info))


@pytest.fixture
def hub(monkeypatch, tmp_path):
    datasets = pytest.importorskip("datasets", reason="needs the extra hub")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()
    return datasets


def test_a_data_set_of_the_hub_is_read(hub, file_settings, tmp_path):
    """A local one has the form of those of the hub."""
    columns = ("review", "stars")
    save(tmp_path / "films" / "train.csv", make_rows(columns=columns))
    save(tmp_path / "films" / "validation.csv", make_rows(2, columns))
    settings = replace(file_settings, path=Path(f"hf:{tmp_path}/films"), columns=columns)
    data = load_data(settings, seed=0)
    assert data.info["classes"] == ["bad", "good"]
    splits = (data.train, data.validation, data.test)
    assert [len(split.dataset) for split in splits] == [12, 4, 4]
    assert texts_of(data.validation) == {row[0] for row in make_rows(2)[1:]}


def test_labels_of_the_hub_have_names_and_may_be_secret(hub, file_settings, tmp_path, monkeypatch):
    features = hub.Features(text=hub.Value("string"), label=hub.ClassLabel(names=["bad", "good"]))

    def make(labels):
        texts = [" \n", *(f"film {number}" for number in range(1, len(labels)))]
        return hub.Dataset.from_dict({"text": texts, "label": labels}, features)

    loaded = hub.DatasetDict(train=make([0, *[0, 1] * 8]), test=make([-1] * 7))
    monkeypatch.setattr(hub, "load_dataset", lambda name, configuration: loaded)
    data = load_data(replace(file_settings, path=Path("hf:glue:sst2")), seed=0)
    assert data.info["classes"] == ["bad", "good"]
    assert len(data.test.dataset) == 4
    assert all(row.label.text in ("bad", "good") for row in data.test.dataset.rows)
    assert " \n" not in set.union(*map(texts_of, (data.train, data.validation, data.test)))
    loaded["dev"] = loaded["validation"] = make([0, 1])
    with pytest.raises(DataError, match="has two splits for val, "):
        load_data(replace(file_settings, path=Path("hf:glue:sst2")), seed=0)


def test_what_the_hub_cannot_give_is_explained(hub, file_settings, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DataError, match="nowhere cannot be loaded, mend its name: "):
        load_data(replace(file_settings, path=Path(f"hf:{tmp_path}/nowhere")), seed=0)
    save(tmp_path / "films" / "train.csv", make_rows(columns=("review", "stars")))
    with pytest.raises(DataError, match=r"has the columns review, stars: .*--data\.columns"):
        load_data(replace(file_settings, path=Path(f"hf:{tmp_path}/films")), seed=0)


def test_the_hub_asks_for_its_library(file_settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match="hf:films needs a library: pip install datasets"):
        load_data(replace(file_settings, path=Path("hf:films")), seed=0)


def test_prediction_takes_tables_folders_and_a_pipe(file_settings, tmp_path, monkeypatch):
    data = load_data(replace(file_settings, path=save(tmp_path / "films.csv")), seed=0)
    table = save(tmp_path / "new" / "films.csv", [("stars", "text"), ("5", GOOD), ("1", BAD)])
    (tmp_path / "new" / "more.txt").write_text(f"{GOOD}\n\n{BAD}\n")
    (tmp_path / "new" / ".notes").mkdir()
    (tmp_path / "new" / ".notes" / "hidden.txt").write_text(GOOD)

    def read(path):
        return [(name, ids.tolist()) for (name,), (ids, _) in read_inputs([path], data.info)]

    tokenizer = load_tokenizer(data.info)
    texts = [[tokenizer.encode(text).ids] for text in (GOOD, BAD)]
    rows = [(f"{table}:{number}", ids) for number, ids in zip((2, 3), texts, strict=True)]
    assert read(table) == rows
    text_file = tmp_path / "new" / "more.txt"
    lines = [(f"{text_file}:{number}", ids) for number, ids in zip((1, 3), texts, strict=True)]
    assert read(tmp_path / "new") == [*rows, *lines]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\n{BAD}\n"))
    assert read(Path("-")) == [("-:1", texts[0]), ("-:2", texts[1])]


def test_prediction_cuts_and_spells_texts_as_training_does(file_settings, tmp_path):
    rows = [(f"{GOOD} " * 200, "good"), ("the tokens [PAD] and [UNK], spelt out", "bad")]
    table = save(tmp_path / "films.csv", [*make_rows(), *rows])
    data = load_data(replace(file_settings, path=table, max_length=20), seed=0)
    splits = (data.train, data.validation, data.test)
    expected = sorted(ids for split in splits for ids in split.dataset.token_ids)
    inputs = [inputs for _, inputs in read_inputs([table], data.info)]
    assert sorted(ids for token_ids, _ in inputs for ids in token_ids.tolist()) == expected
    assert max(map(len, expected)) == 20


def test_the_summary_says_what_was_read_and_what_looks_wrong(file_settings, tmp_path):
    save(tmp_path / "train.csv", [*make_rows()[:4], *[(f"film {n}", "good") for n in range(40)]])
    save(tmp_path / "val.csv", [("text", "label"), ("film 1", "good"), ("film 2", "bad")])
    save(tmp_path / "test.csv", [("text", "label"), ("film " * 30, "good")])
    lines = [*summarize(load_data(replace(file_settings, max_length=20), seed=0))]
    for line in (
        "      train  validation  test",
        "good     42           1     1",
        "bad       1           1     0",
        "all      43           2     1",
        "words       2       2    30",
        f'  good: {tmp_path / "train.csv"}:2 "Warm" and lovely, film number 0',
        "- classes are out of balance: 42 training examples of good, 1 of bad",
        "- fewer than 10 training examples of bad",
        "- no test example of bad",
        f"- 1 longer than data.max_length, 20 tokens: {tmp_path / 'test.csv'}:2 (test)",
        f"- 1 with a copy of another class: {tmp_path / 'train.csv'}:7 (train, good) = "
        f"{tmp_path / 'val.csv'}:3 (validation, bad)",
        f"- 1 with a copy in another split: {tmp_path / 'train.csv'}:6 (train, good) = "
        f"{tmp_path / 'val.csv'}:2 (validation, good)",
    ):
        assert line in lines


def test_every_split_has_its_own_file_and_the_classes_of_training(file_settings, tmp_path):
    """Numbered anew in each split, a split without bad films would call its good ones bad."""
    save(tmp_path / "train.csv")
    for name in ("val", "test"):
        save(tmp_path / f"{name}.csv", [("text", "label"), (f"a film to {name}", "good")])
    data = load_data(file_settings, seed=0)
    for loader, name in ((data.validation, "val"), (data.test, "test")):
        assert texts_of(loader) == {f"a film to {name}"}
        assert loader.dataset.targets.tolist() == [data.info["classes"].index("good")]


def one_class(path):
    save(path / "train.csv", [row for row in make_rows() if row[1] != "bad"])


def too_few(path):
    save(path / "train.csv", make_rows(count=1))


def empty_label(path):
    (path / "train.jsonl").write_text('{"text": "film", "label": null}\n')


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (one_class, r"train\.csv:\d and on: all training labels are 'good': add another class"),
        (too_few, r"train\.csv:\d and on: too few examples .* '(good|bad)' has 1: add some"),
        (empty_label, r"train\.jsonl:1 has no label: give it one, or remove it"),
    ],
)
def test_classes_that_cannot_be_learned_are_explained(file_settings, tmp_path, prepare, words):
    prepare(tmp_path)
    with pytest.raises(DataError, match=words):
        load_data(file_settings, seed=0)


def test_the_vocabulary_is_no_larger_than_asked_for(file_settings, tmp_path):
    file = save(tmp_path / "films.csv")
    for size in (259, 263):
        settings = replace(file_settings, path=file, vocabulary_size=size)
        assert load_data(settings, seed=0).info["vocabulary_size"] == size
