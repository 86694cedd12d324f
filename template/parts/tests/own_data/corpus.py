"""Text files of one's own: how they are read and kept, and which faults are explained."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from package.data import load_data
from package.engine import corpus
from package.engine.labels import DataError
from package.tokenizer import load_tokenizer

RAIN = "the rain fell in torrents, "
TEXT = "".join(f"It was a dark and stormy night; {RAIN * n}zzz.\n" for n in range(12))


@pytest.fixture
def load(settings, tmp_path):
    """``load(**settings)`` reads what was saved in the folder of the test, or elsewhere."""
    changes = {"path": tmp_path, "batch_size": 4, "held_out": 0.25, "context": 8}
    own = replace(settings.data, **changes, vocabulary_size=0)
    return lambda seed=0, info=None, **changes: load_data(replace(own, **changes), seed, info)


def read(loader, data):
    """The text of a split, from its tokens."""
    ids = loader.dataset.open_tokens()
    return load_tokenizer(data.info).decode(np.array(ids).tolist())


def read_all(data):
    return [read(loader, data) for loader in (data.train, data.validation, data.test)]


def save(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@pytest.mark.parametrize("vocabulary_size", [0, 270])
@pytest.mark.parametrize("name", ["book.txt", "book.py"])
def test_a_file_is_read_as_it_is(load, tmp_path, name, vocabulary_size):
    """Line ends, tabs, capitals and all alphabets."""
    text = TEXT + "\tCaf\u00e9 \u4e16\u754c \U0001f600  [UNK]\r\n" * 30 + TEXT
    data = load(path=save(tmp_path / name, text), vocabulary_size=vocabulary_size)
    assert "".join(read_all(data)).replace("\ufffd", "") == text
    known = set(data.info["vocabulary"])
    assert "\u4e16" in known or vocabulary_size, "the training text lacks it"
    sizes = np.array(data.info["token_bytes"])[data.train.dataset.open_tokens()]
    assert sizes.sum() == len(read(data.train, data).encode()), "bytes of tokens are miscounted"


def test_files_of_a_folder_follow_each_other_by_name(load, tmp_path):
    for name, text in {"b.txt": "bca\n", "a/z.md": "abc\n", "c.txt": "cab\n"}.items():
        save(tmp_path / name, text * 40)
    save(tmp_path / ".hidden/d.txt", "hidden " * 40)
    save(tmp_path / "e.csv", "other " * 40)
    text = "".join(read_all(load()))
    assert text == "abc\n" * 40 + "bca\n" * 40 + "cab\n" * 40
    assert "".join(read_all(load())) == text, "what was kept is taken for text"


@pytest.mark.parametrize("validation", ["val", "dev", "validation"])
def test_files_for_the_splits_are_kept_apart(load, tmp_path, validation, capsys):
    """What tokens there are is told by the training text alone."""
    save(tmp_path / "train.txt", TEXT)
    save(tmp_path / f"{validation}.txt", "a quiet night \u00e9")
    save(tmp_path / "test" / "one.txt", "a dark ")
    save(tmp_path / "test" / "two.txt", "night")
    data = load()
    assert read_all(data) == [TEXT, "a \ufffd\ufffdiet night \ufffd", "a dark night"]
    assert set(data.info["vocabulary"][1:]) == set(TEXT)
    assert r"unknown characters, which the training text lacks: 'q', 'u'" in capsys.readouterr().err


def test_other_text_is_prepared_as_the_checkpoint_remembers(load, tmp_path):
    remembered = load(path=save(tmp_path / "a.txt", TEXT)).info
    data = load(info=remembered, path=save(tmp_path / "b.txt", "rain and night " * 30), context=3)
    assert data.info == remembered
    assert read(data.train, data).startswith("rain and night")
    (token_ids,), _ = next(iter(data.train))
    assert token_ids.size(1) == remembered["context"]


def test_a_text_is_made_tokens_once(load, tmp_path, monkeypatch):
    """Again only where it, or the tokens, are others."""
    path = save(tmp_path / "book.txt", TEXT)
    first = load(path=path)
    kept = {file.name: file.stat().st_mtime_ns for file in (tmp_path / ".tokens").iterdir()}
    assert len(kept) == 4, "a file for each split, and what keeps them out of git"
    (tmp_path / "copy").mkdir()
    again = load(path=path)
    assert {f.name: f.stat().st_mtime_ns for f in (tmp_path / ".tokens").glob("*16")}.items() <= (
        kept.items()
    )
    assert read_all(again) == read_all(first)
    save(path, TEXT.replace("rain", "snow"))
    assert "snow" in read(load(path=path).train, first)
    other = load(path=path, vocabulary_size=262, cache=tmp_path / "elsewhere")
    assert len([*(tmp_path / "elsewhere").glob("*16")]) == 3
    assert read_all(other)[0].count("snow") > 5


def test_an_interruption_leaves_no_half_file(load, tmp_path, monkeypatch):
    path = save(tmp_path / "book.txt", TEXT)

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(corpus.os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            load(path=path)
    assert [file.name for file in (tmp_path / ".tokens").iterdir()] == [".gitignore"]
    assert "".join(read_all(load(path=path))) == TEXT


@pytest.mark.parametrize("piece", [1, 2, 3, 7])
def test_a_text_that_is_read_in_pieces_is_the_same(load, tmp_path, monkeypatch, piece):
    """A character may begin in one piece and end in the next."""
    text = "\ufeff" + "caf\u00e9 \u4e16\U0001f600\n" * 40
    path = save(tmp_path / "book.txt", text)
    expected = read_all(load(path=path))
    monkeypatch.setattr(corpus, "PIECE", piece)
    assert read_all(load(path=path, cache=tmp_path / "other")) == expected
    assert "".join(expected) == text[1:], "a byte order mark is no text"


@pytest.mark.parametrize("piece", [5, 100, 2**18])
@pytest.mark.parametrize("place", [0, 3, 250, 707])
def test_what_is_not_utf_8_is_named_with_its_byte(load, tmp_path, monkeypatch, piece, place):
    monkeypatch.setattr(corpus, "PIECE", piece)
    content = TEXT.encode()
    path = save(tmp_path / "book.txt", content[:place] + b"\xff" + content[place:])
    words = rf"book\.txt: byte {place} is not UTF-8 .*: save"
    with pytest.raises(DataError, match=words) as caught:
        load(path=path)
    assert "\n" not in str(caught.value)
    assert not [*tmp_path.rglob("*.tmp")]


@pytest.mark.parametrize("vocabulary_size", [0, 270])
@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.csv": "text"}, r"holds no \.txt or \.md: add some"),
        ({"test.txt": TEXT}, r"has no train\.txt beside test\.txt: add it"),
        ({"train.txt": TEXT, "val.txt": "", "dev.md": ""}, r"dev\.md and .*val\.txt are the same"),
        ({"a.txt": ""}, r"the train text has 0 tokens, and needs 16: add text"),
        ({"a.txt": "few words"}, r"tokens, and needs 16: .* a smaller data\.context"),
        ({"train.txt": TEXT, "val.txt": "a"}, r"the val text has 1 tokens, and needs 2: add text"),
        ({"train.txt": TEXT, "test.txt": b"caf\xe9"}, r"test\.txt: byte 3 is not UTF-8"),
    ],
)
def test_unusable_text_is_explained(load, tmp_path, files, words, vocabulary_size):
    for name, content in files.items():
        save(tmp_path / name, content)
    with pytest.raises(DataError, match=words) as caught:
        load(vocabulary_size=vocabulary_size)
    assert "\n" not in str(caught.value)


def test_a_path_that_is_not_there_is_named(load, tmp_path):
    with pytest.raises(DataError, match=r"nowhere is no file, nor a folder of text files"):
        load(path=tmp_path / "nowhere")


def test_a_folder_that_cannot_be_written_is_named(load, tmp_path):
    save(tmp_path / "taken", "a file")
    path = save(tmp_path / "book.txt", TEXT)
    with pytest.raises(DataError, match=r"cannot keep tokens in .*taken.*--data\.cache"):
        load(path=path, cache=tmp_path / "taken")


def test_the_vocabulary_is_no_larger_than_asked_for(load, tmp_path):
    path = save(tmp_path / "book.txt", TEXT)
    for size in (258, 263):
        data = load(path=path, vocabulary_size=size)
        assert len(data.info["vocabulary"]) == size
        assert int(max(tokens.max() for (tokens,), _ in data.train)) < size


def test_training_reads_what_was_kept(load, tmp_path):
    """From a file that is mapped, so that a text may be larger than memory."""
    data = load(path=save(tmp_path / "book.txt", TEXT))
    assert isinstance(data.train.dataset.open_tokens(), np.memmap)
    assert torch.equal(data.train.dataset[0], data.train.dataset[0])
