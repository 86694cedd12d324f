"""Words and tags in files of one's own: how they are read, and which faults are explained."""

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
from package.engine.conll import read_texts
from package.engine.labels import DataError
from package.targets import describe_labels
from package.tokenizer import load_tokenizer

PLACES = ["Paris", "New York", "Rome"]


@pytest.fixture
def load(settings, tmp_path):
    """``load(**settings)`` reads what was saved in the folder of the test, or elsewhere."""
    own = replace(settings.data, path=tmp_path, batch_size=4, held_out=0.25)
    return lambda seed=0, info=None, **changes: load_data(replace(own, **changes), seed, info)


def make_texts(count=16):
    """Words and tags of texts with a place, of one word or two, in each."""
    texts = []
    for number in range(count):
        place = PLACES[number % 3].split()
        words = ["I", "went", "to", *place, f"on-{number}", "#", "."]
        tags = ["O"] * 3 + ["B-place", "I-place"][: len(place)] + ["O"] * 3
        texts.append((words, tags))
    return texts


def save(file, texts=None):
    """In the format that the suffix tells; CoNLL with two columns that are not used."""
    texts = texts or make_texts()
    file.parent.mkdir(exist_ok=True)
    if file.suffix == ".jsonl":
        lines = [json.dumps({"tokens": words, "tags": tags}) for words, tags in texts]
    else:
        mark = "\t" if file.suffix == ".tsv" else " "
        lines = ["# made up", f"-DOCSTART-{mark}-X-{mark}O{mark}O", ""]
        for number, (words, tags) in enumerate(texts):
            rows = [mark.join([w, "NN", "_", tag]) for w, tag in zip(words, tags, strict=True)]
            lines += [f"# id = {number}", *rows, "" if mark == " " else "\t\t\t"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def texts_of(*splits):
    return {(*row.words, *row.label.tags) for split in splits for row in split.dataset.rows}


# Another format: write texts in it as above, and try what is tried of the formats that are here.
@pytest.mark.parametrize("suffix", [".conll", ".txt", ".tsv", ".bio", ".jsonl"])
def test_a_file_is_read_and_split(load, tmp_path, suffix):
    file = save(tmp_path / f"trips{suffix}")
    data = load(path=file)
    assert data.info["tags"] == ["O", "B-place", "I-place"]
    splits = (data.train, data.validation, data.test)
    assert [len(split.dataset.rows) for split in splits] == [9, 3, 4]
    assert texts_of(*splits) == {(*words, *tags) for words, tags in make_texts()}
    same, other = load(seed=1, path=file), load(split_seed=1, path=file)
    assert texts_of(same.test) == texts_of(data.test) != texts_of(other.test)


def test_columns_have_the_names_or_numbers_of_the_settings(load, tmp_path):
    file = tmp_path / "trips.conll"
    rest = " NN" * 7  # as CoNLL-U has it, with a row of two words that is none
    rows = [f"1 Paris{n} B-place{rest}\n1-2 both _{rest}\n2 here O{rest}\n" for n in range(16)]
    file.write_text("\n".join(rows))
    data = load(path=file, columns=("1", "2"))
    assert data.info["tags"] == ["O", "B-place", "I-place"]
    assert ("Paris3", "here", "B-place", "O") in texts_of(data.train, data.validation, data.test)
    file = tmp_path / "trips.jsonl"
    lines = [json.dumps({"w": ["Rome", f"{n}"], "ner_tags": [1, 0], "id": n}) for n in range(16)]
    file.write_text("\n\n".join(lines))
    assert load(path=file, columns=("w", "ner_tags")).info["tags"] == ["0", "1"]


def test_what_is_not_used_is_said_once(load, tmp_path, capsys):
    save(tmp_path / "train.conll")
    load()
    load()
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"note: {tmp_path}/train.conll: not used: columns 1, 2"]


def test_a_word_may_begin_like_a_comment(load, tmp_path):
    """Hashtags are words; comments are told by their columns, or by the = behind a key."""
    lines = ["#first\tO", "#x\tB-tag", "# text = a b\tc\td", "#\tO", ""] * 12
    (tmp_path / "a.tsv").write_text("\n".join(lines))
    rows = load(path=tmp_path / "a.tsv").train.dataset.rows
    assert {(*row.words,) for row in rows} == {("#first", "#x", "#")}
    lines = ["# a comment", "# id = 4", "1 # # O", "# # # B-a", "", "# newdoc"] * 12
    (tmp_path / "b.conll").write_text("\n".join(lines))
    rows = load(path=tmp_path / "b.conll").train.dataset.rows
    assert {(*row.words,) for row in rows} == {("1", "#")}


@pytest.mark.parametrize("validation", ["val", "dev", "validation"])
def test_files_for_the_splits_are_kept_apart(load, tmp_path, validation):
    # jinja: if pretrained
    """The tokens are those of the backbone: no text adds to them."""
    # jinja: else
    """The tokenizer learns from the training words alone: others would tell it of themselves."""
    # jinja: endif
    save(tmp_path / "train.conll")
    other = [(["quixotic", "Rome"], ["O", "B-place"])] * 6
    save(tmp_path / f"{validation}.tsv", other)
    save(tmp_path / "test.jsonl", other)
    data = load()
    splits = (data.train, data.validation, data.test)
    assert [len(split.dataset.rows) for split in splits] == [16, 6, 6]
    tokens = load_tokenizer(data.info).get_vocab()
    # jinja: if not pretrained
    assert "ĠParis" in tokens, "capital letters are lost, by which names are told"
    # jinja: endif
    assert "Ġquixotic" not in tokens


def test_other_data_is_prepared_as_the_checkpoint_remembers(load, tmp_path):
    remembered = load(path=save(tmp_path / "trips.conll")).info
    rows = [(["quixotic", "Rome"], ["O", "B-place"])] * 16
    data = load(info=remembered, path=save(tmp_path / "others.jsonl", rows), max_length=1)
    assert data.info == remembered
    assert {tag for _, row in data.test.dataset.windows for tag in row.tolist()} >= {0, 1}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("I-place I-place O I-person", "B-place I-place O B-person"),
        ("B-place E-place O S-person", "B-place I-place O B-person"),
    ],
)
def test_other_ways_to_write_entities_are_converted(load, tmp_path, capsys, tags, expected):
    texts = [(["New", "York", "met", "Ann"], tags.split())] * 16
    data = load(path=save(tmp_path / "a.conll", texts))
    (found,) = {tuple(row.tolist()) for _, row in data.test.dataset.windows}
    words = [data.info["tags"][tag] for tag in found if tag >= 0]
    assert words == expected.split()
    notes = [line for line in capsys.readouterr().err.splitlines() if "read as" in line]
    assert len({*notes}) == len(notes) > 0
    assert all(str(tmp_path / "a.conll:") in note for note in notes)


@pytest.mark.parametrize("kinds", [2, 5])
def test_tags_that_are_no_entities_are_taken(load, tmp_path, kinds):
    names = [f"KIND{number}" for number in range(kinds)]
    texts = [([f"w{n}"] * kinds, names) for n in range(16)]
    assert load(path=save(tmp_path / "a.conll", texts)).info["tags"] == names


def test_a_text_of_no_tokens_cannot_be_asked_for(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[1])
    with pytest.raises(SystemExit, match=r"data\.max_length"):
        main(["show", "data", "--data.max_length", "0"])


def test_of_long_texts_nothing_is_lost(load, tmp_path):
    texts = [(words * 9, tags * 9) for words, tags in make_texts()]
    data = load(path=save(tmp_path / "trips.conll", texts), max_length=11)
    for split in (data.train, data.validation, data.test):
        dataset = split.dataset
        assert max(len(token_ids) for token_ids, _ in dataset.windows) <= 11
        found = [tag for _, row in dataset.windows for tag in row.tolist() if tag >= 0]
        expected = [tag for row in dataset.rows for tag in row.label.tags]
        assert [data.info["tags"][tag] for tag in found] == expected
        for _, row in dataset.windows:
            known = row[row >= 0]
            assert known[0] != 2, "a window begins within an entity"


ONE = "Paris B-place\nis O\n\n"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, r"is no file, nor a folder with a train\.conll"),
        ({"test.conll": ONE}, r"nor a folder with a train\.conll"),
        ({"train.conll": ONE, "dev.txt": ONE, "val.tsv": ONE}, r"are the same split: remove one"),
        ({"train.conll": ""}, r"train\.conll holds no words: fill it"),
        ({"train.conll": "\n\n# x\n-DOCSTART- O\n"}, r"train\.conll holds no words: fill it"),
        ({"train.conll": f"{ONE}Rome\n"}, r"train\.conll:4 has 1 columns where .* has 2: give"),
        ({"train.conll": f"{ONE}Rome x O\n"}, r"train\.conll:4 has 3 columns where .* has 2"),
        ({"train.conll": "Paris\nis\n"}, r"train\.conll:1 has 1 columns, so that it has no tag"),
        ({"train.tsv": "Paris\tB-place\nis\t\n"}, r"train\.tsv:2 has no tag: give it one, O if"),
        ({"train.tsv": "Paris\tB-place\n \tO\n"}, r"train\.tsv:2 has no word: write it"),
        ({"train.conll": b"Paris B-place\ncaf\xe9 O\n"}, r"train\.conll:2 is not UTF-8: save"),
        ({"train.conll": f"{ONE * 12}Rome city\n"}, r"conll:37 has the tag 'city' among tags"),
        ({"train.conll": "is O\n\nit O\n\n" * 9}, r"conll:\d+ and on: all training tags are 'O'"),
        (
            {"train.conll": ONE * 9, "val.conll": f"{ONE}# a comment\nAnn B-person\n"},
            r"val\.conll:5 has the label 'B-person', which the model is not trained for",
        ),
        ({"train.jsonl": '{"words": ["a"]}'}, r"train\.jsonl:1 has no key 'tokens': .*--data\.col"),
        ({"train.jsonl": "['a']"}, r"train\.jsonl:1 is not JSON .*: fix or remove it"),
        (
            {"train.jsonl": '\n{"tokens": [], "tags": []}'},
            r"train\.jsonl:2 has no list of words in 'tokens': fill",
        ),
        (
            {"train.jsonl": '{"tokens": "a b", "tags": ["O", "O"]}'},
            r"train\.jsonl:1 has no list of words in 'tokens'",
        ),
        (
            {"train.jsonl": '{"tokens": ["a", ""], "tags": ["O", "O"]}'},
            r"train\.jsonl:1, word 2 is '': write a text, or remove it",
        ),
        (
            {"train.jsonl": '{"tokens": ["a", "b"], "tags": ["O"]}'},
            r"train\.jsonl:1 has 2 words and 1 tags: give it a list with a tag for each word",
        ),
        (
            {"train.jsonl": '{"tokens": ["a", "b"], "tags": ["O", null]}'},
            r"train\.jsonl:1, word 2 has no tag: give it one",
        ),
    ],
)
def test_unusable_data_is_explained(load, tmp_path, files, words):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=words) as caught:
        load(path=tmp_path if files else tmp_path / "nowhere")
    assert "\n" not in str(caught.value)


def test_columns_that_are_not_there_are_explained(load, tmp_path):
    file = save(tmp_path / "trips.conll")
    with pytest.raises(DataError, match=r"trips\.conll:5 has 4 columns, .*--data\.columns"):
        load(path=file, columns=("0", "7"))


def test_files_of_another_kind_are_refused(load, tmp_path):
    (tmp_path / "trips.xlsx").touch()
    with pytest.raises(DataError, match=r"trips\.xlsx is none of \.conll, .*: convert"):
        load(path=tmp_path / "trips.xlsx")


def test_files_without_tags_are_read_for_prediction(tmp_path):
    words = [words for words, _ in make_texts()]
    (tmp_path / "a.conll").write_text("\n\n".join("\n".join(each) for each in words))
    texts = read_texts(tmp_path / "a.conll", ("tokens", "tags"), tagged=False)
    assert [text.words for text in texts] == words
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps({"tokens": each}) for each in words))
    texts = read_texts(tmp_path / "a.jsonl", ("tokens", "tags"), tagged=False)
    assert [text.words for text in texts] == words


def test_a_file_to_predict_that_is_not_there_is_named(load, tmp_path):
    info = load(path=save(tmp_path / "trips.conll")).info
    with pytest.raises(DataError, match=r"nothing\.txt does not exist: texts .* predict -"):
        list(read_inputs([tmp_path / "nothing.txt"], info))


def test_prediction_goes_on_past_what_cannot_be_read(load, tmp_path):
    """A text in the place of a file may be longer than any name."""
    info, faults = load(path=save(tmp_path / "trips.conll")).info, []
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/a.txt").write_bytes(b"caf\xe9\n")
    (tmp_path / "texts/b.conll").write_text("I O\nwent\n")
    (tmp_path / "texts/c.txt").write_text("I went")
    files = [Path("I went " * 99), tmp_path / "texts"]
    names = [text.place for text, *_ in read_inputs(files, info, faults)]
    assert names == [f"{tmp_path}/texts/c.txt:1"]
    expected = ["does not exist: texts themselves", "not UTF-8", "b.conll:2 has 1 columns"]
    for fault, words in zip(faults, expected, strict=True):
        assert words in str(fault)


def test_prediction_takes_conll_json_lines_folders_and_a_pipe(load, tmp_path, monkeypatch):
    info = load(path=save(tmp_path / "trips.conll")).info
    texts = make_texts(3)
    files = [save(tmp_path / "new" / name, texts) for name in ("a.conll", "b.jsonl")]
    lines = "\n\n".join(" ".join(words) for words, _ in texts)
    (tmp_path / "new" / "c.txt").write_text(lines)
    (tmp_path / "new" / ".notes").mkdir()
    (tmp_path / "new" / ".notes" / "hidden.txt").write_text(lines)
    words = [words for words, _ in texts]
    read = list(read_inputs([tmp_path / "new"], info))
    assert [text.words for text, *_ in read] == words * 3
    starts = [f"{files[0]}:5", f"{files[1]}:1", f"{tmp_path}/new/c.txt:1"]
    assert [text.place for text, *_ in read][::3] == starts
    assert read[0][0].cells[3] == ["Paris", "NN", "_", "B-place"], "columns are lost"
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    piped = [inputs for _, inputs, _ in read_inputs([Path("-")], info)]
    for (token_ids, _), (_, (expected, _), _) in zip(piped, read, strict=False):
        assert torch.equal(token_ids, expected)


# jinja: if not pretrained
def test_the_vocabulary_is_no_larger_than_asked_for(load, tmp_path):
    file = save(tmp_path / "trips.conll")
    for size in (259, 263):
        assert load(path=file, vocabulary_size=size).info["vocabulary_size"] == size


# jinja: endif
def test_tags_are_those_of_the_training_texts(load, tmp_path):
    save(tmp_path / "train.conll", [*make_texts(), (["Ann"], ["B-person"])])
    save(tmp_path / "val.conll", make_texts(4))
    data = load(path=tmp_path)
    labels = [row.label for row in data.train.dataset.rows]
    assert data.info.items() >= describe_labels(labels).items()
    assert data.info["tags"] == ["O", "B-person", "I-person", "B-place", "I-place"]
