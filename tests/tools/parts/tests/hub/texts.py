"""What is made of texts on a hub that are not as one would have them."""

import sys
from pathlib import Path

import pytest
from test_own_data import NO_STARS, STARS, hub, load, make_rows, names_of, save, texts_of  # noqa: F401

from package.engine.labels import DataError


def test_labels_of_the_hub_have_names_and_may_be_secret(hub, load, tmp_path, monkeypatch):
    features = hub.Features(text=hub.Value("string"), label=hub.ClassLabel(names=[NO_STARS, STARS]))

    def make(labels):
        texts = [" \n", *(f"film {number}" for number in range(1, len(labels)))]
        return hub.Dataset.from_dict({"text": texts, "label": labels}, features)

    loaded = hub.DatasetDict(train=make([0, *[0, 1] * 8]), test=make([-1] * 7))
    monkeypatch.setattr(hub, "load_dataset", lambda name, configuration: loaded)
    data = load(path=Path("hf:glue:sst2"))
    assert names_of(data) == sorted([NO_STARS, STARS])
    assert len(data.test.dataset) == 4
    assert all(row.label.text in (NO_STARS, STARS) for row in data.test.dataset.rows)
    assert " \n" not in set.union(*map(texts_of, (data.train, data.validation, data.test)))
    loaded["dev"] = loaded["validation"] = make([0, 1])
    with pytest.raises(DataError, match="has two splits for val, "):
        load(path=Path("hf:glue:sst2"))


# jinja: if target == "labels"
def test_lists_of_labels_have_names_too(hub, load, monkeypatch):
    """An empty list is known; where there is none, the row is left out."""
    features = hub.Features(
        text=hub.Value("string"), label=hub.Sequence(hub.ClassLabel(names=["love", "war"]))
    )
    columns = {"text": [f"film {n}" for n in range(40)], "label": [[0], [1, 0], [], None] * 10}
    loaded = hub.DatasetDict(train=hub.Dataset.from_dict(columns, features))
    monkeypatch.setattr(hub, "load_dataset", lambda name: loaded)
    data = load(path=Path("hf:films"))
    assert names_of(data) == ["love", "war"]
    splits = [split.dataset for split in (data.train, data.validation, data.test)]
    rows = {}
    for split in splits:
        rows |= zip([row.text for row in split.rows], split.targets.tolist(), strict=True)
    expected = {0: [1.0, 0.0], 1: [1.0, 1.0], 2: [0.0, 0.0]}
    assert rows == {f"film {n}": expected[n % 4] for n in range(40) if n % 4 < 3}


# jinja: endif
def test_what_the_hub_cannot_give_is_explained(hub, load, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DataError, match="nowhere cannot be loaded, fix its name: "):
        load(path=Path(f"hf:{tmp_path}/nowhere"))
    save(tmp_path / "films" / "train.csv", make_rows(columns=("review", "stars")))
    with pytest.raises(DataError, match=r"has the columns review, stars: .*--data\.columns"):
        load(path=Path(f"hf:{tmp_path}/films"))


def test_the_hub_asks_for_its_library(load, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match="hf:films needs a library: pip install datasets"):
        load(path=Path("hf:films"))
