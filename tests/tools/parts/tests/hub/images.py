"""What is made of images on a hub that are not as one would have them."""

import sys
from pathlib import Path

import pytest
from PIL import Image
from test_own_data import CAT, DOG, hub, load, names_of, save_images  # noqa: F401

from package.engine.labels import DataError


def test_labels_of_the_hub_have_names_and_may_be_secret(hub, load, monkeypatch):
    label = hub.ClassLabel(names=[CAT, DOG])

    def make(labels):
        images = [Image.new("L", (8, 8), number) for number in range(len(labels))]
        features = hub.Features(image=hub.Image(), label=label)
        return hub.Dataset.from_dict({"image": images, "label": labels}, features)

    loaded = hub.DatasetDict(train=make([0, 1] * 10), test=make([-1] * 7))
    monkeypatch.setattr(hub, "load_dataset", lambda name: loaded)
    data = load(path=Path("hf:pets"))
    assert names_of(data) == [CAT, DOG]
    assert len(data.test.dataset) == 4, "what has no label is drawn from what has"
    loaded["dev"] = loaded["validation"] = make([0, 1])
    with pytest.raises(DataError, match="has two splits for val, "):
        load(path=Path("hf:pets"))


def test_an_image_of_the_hub_that_cannot_be_read_is_named(hub, load, monkeypatch):
    images = [{"bytes": b"no image", "path": None}] * 40
    features = hub.Features(image=hub.Image(), label=hub.ClassLabel(names=[CAT, DOG]))
    columns = {"image": images, "label": [0, 1] * 20}
    loaded = hub.DatasetDict(train=hub.Dataset.from_dict(columns, features))
    monkeypatch.setattr(hub, "load_dataset", lambda name: loaded)
    with pytest.raises(DataError, match=r"^hf:pets train:\d+ is not a readable image"):
        load(path=Path("hf:pets"))


# jinja: if target == "labels"
def test_lists_of_labels_have_names_too(hub, load, monkeypatch):
    """An empty list is known; where there is none, the row is left out."""
    names = hub.ClassLabel(names=["cat", "dog"])
    images = [Image.new("L", (8, 8), number) for number in range(40)]
    columns = {"image": images, "label": [[0], [1, 0], [], None] * 10}
    features = hub.Features(image=hub.Image(), label=hub.Sequence(names))
    loaded = hub.DatasetDict(train=hub.Dataset.from_dict(columns, features))
    monkeypatch.setattr(hub, "load_dataset", lambda name: loaded)
    data = load(path=Path("hf:pets"))
    assert names_of(data) == ["cat", "dog"]
    splits = [split.dataset for split in (data.train, data.validation, data.test)]
    rows = {}
    for split in splits:
        names = [example.name for example in split.examples]
        rows |= zip(names, split.targets.tolist(), strict=True)
    expected = {0: [1.0, 0.0], 1: [1.0, 1.0], 2: [0.0, 0.0]}
    assert rows == {f"train/{n}": expected[n % 4] for n in range(40) if n % 4 < 3}


# jinja: endif
def test_what_the_hub_cannot_give_is_explained(hub, load, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DataError, match="nowhere cannot be loaded, fix its name: "):
        load(path=Path(f"hf:{tmp_path}/nowhere"))
    save_images(tmp_path / "pets")
    with pytest.raises(DataError, match=r"has the columns image, label: .*--data\.columns"):
        load(path=Path(f"hf:{tmp_path}/pets"), columns=("file", "breed"))


def test_the_hub_asks_for_its_library(load, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match="hf:cats needs a library: pip install datasets"):
        load(path=Path("hf:cats"))
