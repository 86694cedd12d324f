"""What `show data` says of images: what was read, and what looks wrong."""

import shutil

from PIL import Image
from test_own_data import load, save_images  # noqa: F401

from package.tools.summary import summarize


def test_the_summary_says_what_was_read_and_what_looks_wrong(load, tmp_path):
    save_images(tmp_path / "train", count=40)
    save_images(tmp_path / "val", count=5, size=(40, 20))
    save_images(tmp_path / "test", count=5)
    for number in range(4, 40):
        (tmp_path / "train" / "cat" / f"{number}.png").unlink()
    for number in range(5):
        (tmp_path / "test" / "cat" / f"{number}.png").unlink()
    Image.new("RGB", (8, 8), "navy").save(tmp_path / "test" / "cat" / "blue.png")
    torn = tmp_path / "val" / "dog" / "1.png"
    torn.write_bytes(torn.read_bytes()[:500])  # has a header, and not all of its pixels
    text = "\n".join(summarize(load(image_size=[16])))
    for line in (
        "     train  validation  test",
        "cat      4           5     1",
        "dog     40           5     5",
        "all     44          10     6",
        "width       8      32    40",
        "  cat: cat/0.png 32x32 RGB",
        "- fewer than 10 training examples of cat",
        "- 1 of one colour: cat/blue.png (test)",
        "- 1 cannot be read: dog/1.png (validation)",
    ):
        assert line in text.splitlines()
    assert "- out of balance" not in text


def test_the_summary_finds_copies(load, tmp_path):
    save_images(tmp_path / "train", high=80)
    save_images(tmp_path / "val", low=80, high=160)
    save_images(tmp_path / "test", low=160)
    shutil.copy(tmp_path / "train/dog/2.png", tmp_path / "train/dog/x.png")
    shutil.copy(tmp_path / "train/cat/1.png", tmp_path / "val/cat/y.png")
    shutil.copy(tmp_path / "train/cat/0.png", tmp_path / "test/dog/z.png")
    *_, classes, splits, split = summarize(load())
    assert classes == (
        "- 1 with a copy labelled otherwise: cat/0.png (train, cat) = dog/z.png (test, dog)"
    )
    assert splits == (
        "- 1 with a copy in another split: cat/1.png (train, cat) = cat/y.png (validation, cat)"
    )
    assert split.startswith("- 1 with a copy in the same split: dog/")


def test_all_may_be_well(load):
    *_, last = summarize(load(path=None))
    assert last == "Nothing looks wrong."
