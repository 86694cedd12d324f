"""Images and masks of one's own: how they are read, paired and prepared, and predicted again."""

import io
import shutil
import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
import torch
from inputs import read
from PIL import Image
from torch.testing import assert_close

from package.data import load_data, read_inputs
from package.engine.labels import DataError
from package.engine.masks import write_mask
from package.targets import describe_labels


@pytest.fixture
def load(settings, tmp_path):
    """``load(**settings)`` reads what was saved in the folder of the test, or elsewhere."""
    plain = {"image_size": None, "batch_size": 4, "held_out": 0.2, "classes": None, "void": 255}
    own = replace(settings.data, path=tmp_path, **plain)
    return lambda seed=0, info=None, **changes: load_data(replace(own, **changes), seed, info)


def save_pairs(images, masks=None, count=10, mode="RGB", size=(32, 24), low=0, high=256, seed=0):
    """Random images, and masks of the same names: bright where their first pixels are."""
    masks = masks or images.parent / "masks"
    draw = np.random.default_rng(seed)
    for folder in (images, masks):
        folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        pixels = np.uint8(draw.integers(low, high, (size[1], size[0], 3)))
        classes = np.uint8(pixels[..., 0] // 100)
        pixels[..., 1:] = pixels[..., :1]  # grey, so that no mode changes what is bright
        classes[0, 0] = 255
        Image.fromarray(pixels).convert(mode).save(images / f"{number}.png")
        Image.fromarray(classes).save(masks / f"{number}.png")


def save_splits(folder, *splits, **options):
    for seed, split in enumerate(splits):
        save_pairs(folder / split / "images", seed=seed, **options)


def examples_of(data):
    return [split.dataset.examples for split in (data.train, data.validation, data.test)]


def restore(images, info):
    """Pixels as they are in the files, from 0 to 255."""
    mean, std = (torch.tensor(info[name])[:, None, None] for name in ("mean", "std"))
    return 255 * (images * std + mean)


# Another format: write pairs in it as below, and try what is tried of the formats that are here.
@pytest.mark.parametrize(("mode", "channels"), [("RGB", 3), ("L", 1)])
def test_a_folder_of_images_and_masks_is_read(load, tmp_path, mode, channels):
    save_pairs(tmp_path / "images", mode=mode)
    shutil.copytree(tmp_path / "images", tmp_path / "images" / ".thumbnails")
    data = load()
    assert sum(map(len, examples_of(data))) == 10
    assert (data.info["classes"], data.info["values"]) == (["0", "1", "2"], [0, 1, 2])
    assert (data.info["channels"], data.info["image_size"]) == (channels, (24, 32))
    for loader in (data.train, data.validation, data.test):
        images, target = read(loader)
        assert images.shape[1:] == (channels, 24, 32)
        assert (target.shape[1:], target.dtype) == ((24, 32), torch.int64)
        expected = (restore(images, data.info)[:, 0] / 100 + 1e-4).long()
        expected[:, 0, 0] = 255
        assert torch.equal(target, expected), "a mask is not that of its image"


@pytest.mark.parametrize("above", [True, False], ids=["train/images", "images/train"])
def test_splits_may_be_divided_above_or_below(load, tmp_path, above):
    """Training is dark, the rest bright: statistics of all images would tell the model of it."""
    for split, count, low in (("train", 8, 0), ("val", 3, 200), ("test", 2, 200)):
        folders = tmp_path / split / "images", tmp_path / split / "masks"
        if not above:
            folders = tmp_path / "images" / split, tmp_path / "masks" / split
        save_pairs(*folders, count=count, low=low, high=256 if low else 200)
    with pytest.raises(DataError, match="holds the value 2, which is none of the 2 classes"):
        read(load().validation)
    data = load(batch_size=16, classes=("dark", "medium", "bright"))
    assert [*map(len, examples_of(data))] == [8, 3, 2]
    (images,), _ = data.train.dataset.collate([*data.train.dataset])
    std, mean = torch.std_mean(images, dim=(0, 2, 3))
    assert_close(mean, torch.zeros(3), atol=1e-4, rtol=0)
    assert_close(std, torch.ones(3), atol=1e-4, rtol=0)
    assert read(data.validation)[0].min() > 1, "validation is standardised by its own statistics"


def test_a_table_of_pairs_is_read(load, tmp_path):
    save_pairs(tmp_path / "a", tmp_path / "b")
    splits = ["train"] * 6 + ["valid"] * 2 + ["test"] * 2
    rows = [f"b/{n}.png,{split}, a/{n}.png" for n, split in enumerate(splits)]
    (tmp_path / "pairs.csv").write_text("\n".join(["truth,split,photo", *rows]))
    data = load(path=tmp_path / "pairs.csv", columns=("photo", "truth"))
    assert [*map(len, examples_of(data))] == [6, 2, 2]
    for example in data.train.dataset.examples:
        number = Path(example.name).stem
        assert example.label.mask.source == tmp_path / f"b/{number}.png"
    read(data.train)


@pytest.mark.parametrize("mode", ["P", "L", "1"])
def test_masks_are_of_a_palette_of_grey_or_of_two_colours(load, tmp_path, mode):
    save_pairs(tmp_path / "images")
    for path in (tmp_path / "masks").iterdir():
        mask = Image.fromarray(np.uint8(np.arange(24 * 32).reshape(24, 32) % 2))
        if mode == "P":
            mask.putpalette([0, 0, 0, 10, 20, 30])
        mask = mask.point(lambda value: 255 * value, "1") if mode == "1" else mask
        mask.save(path)
    data = load()
    assert data.info["values"] == [0, 1]
    assert read(data.train)[1].flatten(1).sum(dim=1).tolist() == [24 * 16] * 4
    if mode == "P":
        assert data.info["palette"][1] == [10, 20, 30]


def test_classes_and_void_may_be_set(load, tmp_path):
    save_pairs(tmp_path / "images")
    for path in (tmp_path / "masks").iterdir():
        mask = np.asarray(Image.open(path)).copy()
        mask[mask == 255] = 7
        Image.fromarray(mask).save(path)
    data = load(void=7, classes=("dark", "medium", "bright", "never"))
    assert data.info["classes"] == ["dark", "medium", "bright", "never"]
    assert {*read(data.train)[1].unique().tolist()} == {0, 1, 2, 255}
    found = describe_labels([example.label for example in data.train.dataset.examples])
    assert data.info.items() >= found.items()


def test_images_and_masks_are_scaled_and_cropped_alike(load, tmp_path):
    """Else what is near the border has the class of something else."""
    y, x = np.indices((40, 64))
    classes = np.uint8((x // 8 + y // 8) % 5)
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
    for number in range(10):
        Image.fromarray(50 * classes).save(tmp_path / f"images/{number}.jpg", quality=95)
        Image.fromarray(classes).save(tmp_path / f"masks/{number}.png")
    for size in ([20], [20, 32], [30, 20]):
        data = load(image_size=size)
        images, target = read(data.train)
        assert target.shape[1:] == images.shape[2:] == (size[0], size[-1])
        shown = (restore(images, data.info)[:, 0] / 50).round()
        assert (shown == target).float().mean() > 0.5, "masks are cropped elsewhere"
        assert {*target.unique().tolist()} <= {*range(5)}, "new values stand between classes"


def test_a_whole_image_is_predicted_at_the_scale_of_the_training(load, tmp_path):
    """Training crops what is too wide; a mask is wanted of all."""
    save_pairs(tmp_path / "images", size=(64, 24))
    info = load(image_size=[12]).info
    ((_, (images,)),) = read_inputs([tmp_path / "images/3.png"], info)
    assert images.shape == (1, 3, 12, 32)
    data = load()
    ((_, (images,)),) = read_inputs([data.test.dataset.examples[0].image], data.info)
    assert torch.equal(images, read(data.test)[0][:1])


def test_masks_are_written_in_the_size_of_their_image_and_never_over_another_file(tmp_path):
    save_pairs(tmp_path / "images", size=(32, 24), count=2)
    info = {"values": [0, 7], "palette": [[value, 0, 9] for value in range(256)]}
    probabilities = torch.zeros(2, 12, 16)
    probabilities[1, :, 8:], probabilities[0, :, :8] = 1.0, 1.0
    image = str(tmp_path / "images/0.png")
    for _ in range(2):  # what was predicted before may be written again
        file = write_mask(image, tmp_path / "new", probabilities, info)
        with Image.open(file) as mask:
            assert (mask.mode, mask.size) == ("P", (32, 24))
            assert mask.getpalette()[21:24] == [7, 0, 9]
            values = np.asarray(mask)
        assert (values[:, :16] == 0).all()
        assert (values[:, 16:] == 7).all()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["0.png"]
    (tmp_path / "other").mkdir()
    shutil.copy(image, tmp_path / "other/0.png")
    cases = [(image, "images"), (image, "masks"), (str(tmp_path / "other/0.png"), "new")]
    for name, folder in cases:
        before = (tmp_path / folder / "0.png").read_bytes()
        with pytest.raises(DataError, match=r"0\.png is there, and not predicted for .* --output"):
            write_mask(name, tmp_path / folder, probabilities, info)
        assert (tmp_path / folder / "0.png").read_bytes() == before


def spoil(path, *, size=(32, 24), mode="L", value=0):
    Image.new(mode, size, value).save(path)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.rename(f"{path} away"), r"is neither a folder nor a \.csv file"),
        (
            lambda path: spoil(path / "train/masks/3.png", size=(24, 32)),
            r"masks/3\.png: the mask is 24x32, its image 32x24: give both one size",
        ),
        (
            lambda path: spoil(path / "train/masks/3.png", mode="RGB"),
            r"masks/3\.png has RGB pixels, not a class for each: save it as a PNG with 8 bits",
        ),
        (
            lambda path: spoil(path / "train/masks/3.png", mode="I;16"),
            r"masks/3\.png has I;16 pixels, not a class for each",
        ),
        (
            lambda path: (path / "train/masks/3.png").write_bytes(b"GIF"),
            r"masks/3\.png is not a readable mask: fix or remove it",
        ),
        (
            lambda path: (path / "train/masks/3.png").unlink(),
            r"images/3\.png has no mask in .*train/masks: add it, or remove the image",
        ),
        (
            lambda path: [(path / f"val/masks/{n}.png").unlink() for n in range(6)],
            r"images/0\.png has no mask in .* \(nor have .*/1\.png, .*/3\.png and 2 more\): add",
        ),
        (
            lambda path: (path / "train/images/3.png").unlink(),
            r"masks/3\.png has no image in .*train/images: add it, or remove the mask",
        ),
        (
            lambda path: spoil(path / "train/masks/3.bmp"),
            r"images/3\.png has two masks, .*3\.bmp and .*3\.png: remove one",
        ),
        (
            lambda path: [(path / "train/masks/3.png").unlink(), spoil(path / "train/masks/3.jpg")],
            r"masks/3\.jpg is a JPEG, which changes classes: save masks as PNG",
        ),
        (
            lambda path: [(path / f"val/images/{n}.png").write_bytes(b"GIF") for n in range(2)],
            r"/0\.png is not a readable image \(nor are .*/1\.png\): fix or remove",
        ),
        (
            lambda path: (path / "val").rename(path / "check"),
            "name folders images and masks",
        ),
        (lambda path: shutil.rmtree(path / "train/masks"), r"0\.png has no mask in .*train/masks"),
    ],
)
def test_unusable_data_is_explained(load, tmp_path, damage, words):
    save_splits(tmp_path, "train", "val")
    damage(tmp_path)
    with pytest.raises(DataError, match=words) as caught:
        load()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("workers", [0, 1])
def test_a_mask_that_turns_out_unusable_is_named(load, tmp_path, workers):
    """What is read only when it is used is explained as well."""
    save_splits(tmp_path, "train", "val")
    mask = tmp_path / "val/masks/3.png"
    good = mask.read_bytes()
    spoil(mask, value=9)
    faults = ("holds the value 9, .* --data\\.void 9$", "is not a readable mask")
    for fault in faults:
        with pytest.raises(DataError, match=rf"masks/3\.png {fault}") as caught:
            list(load(workers=workers).validation)
        caught.value.with_traceback(None)  # else the worker is kept, and takes 5 s to end
        del caught
        mask.write_bytes(good[:-40])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("images/0.png,masks/99.png", r"pairs\.csv:2: .*masks/99\.png is no file: fix or remove"),
        ("images/99.png,masks/0.png", r"pairs\.csv:2: .*images/99\.png is no file: fix or remove"),
        ("images/0.png,", r"pairs\.csv:2 has no mask: give it one, or remove it"),
        ("images/0.png,masks/0.png\n" * 2, r"pairs\.csv:3 names images/0\.png for the second time"),
        ("images/0.png,masks/small.png", r"pairs\.csv:2: the mask is 8x8, its image 32x24: give"),
    ],
)
def test_a_mistake_in_a_table_is_named(load, tmp_path, rows, words):
    save_pairs(tmp_path / "images")
    spoil(tmp_path / "masks/small.png", size=(8, 8))
    (tmp_path / "pairs.csv").write_text(f"file,mask\n{rows}")
    with pytest.raises(DataError, match=words):
        load(path=tmp_path / "pairs.csv")


def test_a_photograph_is_turned_upright_before_its_mask_is_compared(load, tmp_path):
    """Cameras store how they were held."""
    save_pairs(tmp_path / "images")
    image = Image.open(tmp_path / "images/3.png")
    turned = image.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "images/3.png", exif=exif)
    read(load().train)


def test_a_data_set_of_the_hub_is_read(load, tmp_path, monkeypatch):
    """A local one has the form of those of the hub."""
    datasets = pytest.importorskip("datasets", reason="needs the extra hub")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()
    save_pairs(tmp_path / "images")
    columns = {
        name: [str(tmp_path / folder / f"{n}.png") for n in range(10)]
        for name, folder in {"photo": "images", "truth": "masks"}.items()
    }
    features = datasets.Features(dict.fromkeys(columns, datasets.Image()))

    def read_hub(name, **changes):
        made = datasets.Dataset.from_dict(columns, features=features)
        made.to_parquet(tmp_path / name / "train.parquet")
        return load(path=Path(f"hf:{tmp_path}/{name}"), **changes)

    data = read_hub("hub", columns=("photo", "truth"))
    assert data.info["values"] == [0, 1, 2]
    assert sum(len(read(loader)[0]) for loader in data[1:3]) == 4
    with pytest.raises(DataError, match="name those of images and masks by"):
        read_hub("hub")
    Image.new("L", (5, 7)).save(tmp_path / "masks/3.png")
    data = read_hub("other", columns=("photo", "truth"), image_size=(8,))
    examples = chain.from_iterable(loader.dataset for loader in data[:3])
    with pytest.raises(DataError, match=r"train:3: the mask is 5x7, its image .* give both one"):
        list(examples)


def test_prediction_goes_on_past_what_is_no_image(load, tmp_path):
    """Else a folder of thousands ends at its first broken file."""
    save_pairs(tmp_path / "images", count=6)
    info, faults = load().info, []
    (tmp_path / "images/3.png").write_bytes(b"GIF")
    files = [tmp_path / "none.png", tmp_path / "images"]
    rows = [row["name"] for (row,), _ in read_inputs(files, info, faults)]
    assert rows == [str(tmp_path / f"images/{n}.png") for n in (0, 1, 2, 4, 5)]
    words = ["none.png does not exist", "3.png is not a readable image"]
    for fault, part in zip(faults, words, strict=True):
        assert part in str(fault)


def test_prediction_takes_tables_and_names_from_a_pipe(load, tmp_path, monkeypatch):
    save_pairs(tmp_path / "images")
    info = load().info
    expected = [str(tmp_path / f"images/{n}.png") for n in range(3)]
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{path}\n" for path in expected)))
    assert [row["name"] for (row,), _ in read_inputs([Path("-")], info)] == expected
    (tmp_path / "new.csv").write_text("who, file\nann, images/1.png\n")
    [((row,), _)] = read_inputs([tmp_path / "new.csv"], info)
    assert row == {"name": expected[1], "who": "ann", "file": "images/1.png"}
