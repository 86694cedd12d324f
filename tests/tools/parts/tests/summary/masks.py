"""What `show data` says of images with masks: what was read, and what looks wrong."""

import shutil

from PIL import Image
from test_own_data import load, save_splits  # noqa: F401

from package.tools.summary import summarize

NAMES = ("dark", "medium", "bright")


def test_the_summary_says_what_was_read_and_what_looks_wrong(load, tmp_path):
    save_splits(tmp_path, "train", "val", "test", count=12)
    for split, number in (("train", 3), ("val", 1)):
        Image.new("L", (32, 24), 9).save(tmp_path / split / "masks" / f"{number}.png")
    torn = tmp_path / "test/masks/2.png"
    torn.write_bytes(torn.read_bytes()[:100])  # has a header, and not all of its pixels
    text = "\n".join(summarize(load(classes=NAMES)))
    for line in (
        "        train  validation  test",
        "dark       11          11    11",
        "all        12          12    12",
        "- 3 with a mask that cannot be used: 3.png (train), 1.png (validation), 2.png (test)",
    ):
        assert line in text.splitlines()
    cells = [line.split() for line in text.splitlines()]
    assert any(line[:1] == ["dark:"] and line[-2:] == ["32x24", "RGB"] for line in cells)
    assert ["width", "32", "32", "32"] in cells
    assert any(line[:3] == ["void", "%", "0"] for line in cells), "of a mask that is unusable"


def test_the_summary_finds_copies(load, tmp_path):
    save_splits(tmp_path, "train", "val", "test")
    for kind in ("images", "masks"):
        shutil.copy(tmp_path / f"train/{kind}/1.png", tmp_path / f"val/{kind}/y.png")
    shutil.copy(tmp_path / "train/images/0.png", tmp_path / "test/images/z.png")
    shutil.copy(tmp_path / "train/masks/2.png", tmp_path / "test/masks/z.png")
    *_, masks, splits = summarize(load(classes=NAMES))
    assert masks.startswith("- 1 with a copy labelled otherwise: 0.png (train, dark ")
    assert splits.startswith("- 1 with a copy in another split: 1.png (train, dark ")


def test_all_may_be_well(load):
    *_, last = summarize(load(path=None))
    assert last == "Nothing looks wrong."
