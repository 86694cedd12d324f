"""Tables of texts: their header, their splits, and what they must not be."""

import pytest
from test_own_data import NO_STARS, STARS, load, texts_of  # noqa: F401

from package.engine.labels import DataError

ROWS = [f"film {n},{(STARS, NO_STARS)[n % 2]}" for n in range(24)]


def write(path, header, rows):
    path.write_text("\n".join([header, *rows]))
    return path


@pytest.mark.parametrize("validation", ["val", "valid", "validation", "dev"])
def test_a_column_gives_the_splits(load, tmp_path, validation):
    """Else texts that were kept for the test would be trained on."""
    names = ["train", "train", validation, "test"]
    rows = [f"{row}, {names[n // 2 % 4]}" for n, row in enumerate(ROWS)]
    data = load(path=write(tmp_path / "films.csv", "text, label, split", rows))
    for loader, split in (
        (data.train, "train"),
        (data.validation, validation),
        (data.test, "test"),
    ):
        expected = {f"film {n}" for n in range(24) if names[n // 2 % 4] == split}
        assert texts_of(loader) == expected


def test_a_split_that_a_column_lacks_is_held_out(load, tmp_path):
    rows = [f"{row},{'test' if n < 4 else 'train'}" for n, row in enumerate(ROWS)]
    data = load(path=write(tmp_path / "films.csv", "text,label,split", rows))
    assert texts_of(data.test) == {f"film {n}" for n in range(4)}
    assert len(data.validation.dataset) == 5


@pytest.mark.parametrize(
    ("header", "between", "words"),
    [
        ("text,label,split", ",Test", r"films\.csv:2: the split is train, val or test, not Test"),
        ("text,label,split", ",", r"films\.csv:2: the split is train, val or test, not empty"),
        ("text,label,split", ",test", r"films\.csv has no rows for training: add some"),
        (
            "text;label",
            "",
            r"no column 'text' but text;label: put commas \(tabs in TSV\) between the cells",
        ),
        ("text\tlabel", "", r"no column 'text' but text\tlabel: put commas \(tabs in TSV\)"),
        ("text,text", "", r"films\.csv:1: each column needs a name of its own"),
    ],
)
def test_a_table_that_cannot_be_used_is_explained(load, tmp_path, header, between, words):
    rows = [f"{row}{between}" for row in ROWS]
    with pytest.raises(DataError, match=words) as caught:
        load(path=write(tmp_path / "films.csv", header, rows))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('["film", 1]', r"films\.jsonl:1 is no object in braces: write one in each line"),
        ("[", r"films\.jsonl:1 is not JSON .*: fix or remove it, each line is an object"),
    ],
)
def test_json_that_is_not_a_row_is_explained(load, tmp_path, line, words):
    (tmp_path / "films.jsonl").write_text(f"{line}\n")
    with pytest.raises(DataError, match=words):
        load(path=tmp_path / "films.jsonl")


def test_columns_that_are_not_used_are_said_once(load, tmp_path, capsys):
    for _ in range(2):
        load(path=write(tmp_path / "films.csv", "text,label,year", [f"{row},7" for row in ROWS]))
    assert capsys.readouterr().err == f"note: {tmp_path}/films.csv: not used: year\n"
