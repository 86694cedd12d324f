"""Tables of images and folders of splits: their names, and what they must not be."""

import pytest
from test_own_data import CAT, DOG, load, save_images  # noqa: F401

from package.engine.labels import DataError


def write_table(folder, header="file, label, split", validation="val", between=", "):
    """Twelve images of each class, in turn for training, twice, validation and test."""
    save_images(folder, count=12)
    splits = ["train", "train", validation, "test"]
    names = [(label, n) for label in (CAT, DOG) for n in range(12)]
    rows = [between.join((f"{label}/{n}.png", label, splits[n % 4])) for label, n in names]
    (folder / "pets.csv").write_text("\n".join([header, *rows]))
    return folder / "pets.csv"


@pytest.mark.parametrize("validation", ["val", "valid", "validation", "dev"])
def test_a_column_or_folders_give_the_splits(load, tmp_path, validation):
    table = write_table(tmp_path, validation=validation)
    data = load(path=table)
    sizes = [len(loader.dataset) for loader in (data.train, data.validation, data.test)]
    assert sizes == [12, 6, 6]
    assert {int(e.image.stem) % 4 for e in data.validation.dataset.examples} == {2}
    for split in ("train", validation, "test"):
        save_images(tmp_path / "pets" / split, count=2)
    data = load(path=tmp_path / "pets")
    assert {e.image.parts[-3] for e in data.validation.dataset.examples} == {validation}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"validation": "trial"}, r"pets\.csv:4: the split is train, val or test, not trial"),
        (
            {"header": "file;label;split", "between": ";"},
            r"label;split: put commas between the cells, no semicolons",
        ),
        ({"header": "file, file, split"}, r"pets\.csv:1: each column needs a name of its own"),
    ],
)
def test_a_table_that_cannot_be_used_is_explained(load, tmp_path, change, words):
    with pytest.raises(DataError, match=words):
        load(path=write_table(tmp_path, **change))


@pytest.mark.parametrize("name", ["", CAT])
def test_a_folder_without_folders_is_explained(load, tmp_path, name):
    """The commonest first mistake."""
    save_images(tmp_path / "pets")
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match=r"and no folders: put images into a folder for each label"):
        load(path=tmp_path / ("pets" if name else "none") / name)
