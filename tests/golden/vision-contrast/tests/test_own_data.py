"""Images of one's own: how they are read and prepared, and which faults are explained."""

import csv
import io
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from traceback import clear_frames

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

from vision_contrast.data import load_data, read_inputs
from vision_contrast.engine.labels import DataError
from vision_contrast.targets import encode_labels
from vision_contrast.tools.summary import summarize


@pytest.fixture
def folder_settings(settings, tmp_path):
    return replace(settings.data, path=tmp_path, image_size=None, batch_size=4, held_out=0.2)


def save_images(folder, count=10, mode="RGB", size=(32, 32), low=0, high=256):
    """Random images, ``count`` for each of the classes cat and dog."""
    draw = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            pixels = np.uint8(draw.integers(low, high, (size[1], size[0], 3)))
            Image.fromarray(pixels).convert(mode).save(folder / name / f"{number}.png")


def read(loader):
    """All images and labels of a split, in the order of its loader."""
    batches = list(loader)
    images = torch.cat([images for (images,), _ in batches])
    return images, torch.cat([target for _, target in batches])


def read_splits(settings):
    data = load_data(settings, seed=0)
    return [read(loader) for loader in (data.train, data.validation, data.test)]


# Another format: write images in it as below, and try what is tried of the formats that are here.
@pytest.mark.parametrize(("mode", "channels"), [("RGB", 3), ("L", 1)])
def test_a_folder_of_images_is_read(folder_settings, tmp_path, mode, channels):
    save_images(tmp_path, mode=mode)
    shutil.copytree(tmp_path / "dog", tmp_path / "cat" / ".thumbnails" / "dog")
    data = load_data(folder_settings, seed=0)
    assert sum(len(s.dataset) for s in (data.train, data.validation, data.test)) == 20
    assert data.info["classes"] == ["cat", "dog"]
    assert (data.info["channels"], data.info["image_size"]) == (channels, 32)
    images, target = read(data.test)
    assert images.shape[1:] == (channels, 32, 32)
    assert images.dtype == torch.float32
    labels = [example.label for example in data.test.dataset.examples]
    assert torch.equal(target, encode_labels(labels, data.info))


def test_folders_for_the_splits_are_kept_apart(folder_settings, tmp_path):
    """Training is dark, the rest bright: statistics of all images would tell the model of it."""
    save_images(tmp_path / "train", count=8, high=100)
    save_images(tmp_path / "val", count=3, low=200)
    save_images(tmp_path / "test", count=2, low=200)
    folder_settings.batch_size = 16
    data = load_data(folder_settings, seed=0)
    assert [len(s.dataset) for s in (data.train, data.validation, data.test)] == [16, 6, 4]
    images, _ = read(data.train)
    std, mean = torch.std_mean(images, dim=(0, 2, 3))
    assert_close(mean, torch.zeros(3), atol=1e-4, rtol=0)
    assert_close(std, torch.ones(3), atol=1e-4, rtol=0)
    assert read(data.validation)[0].min() > 2, "validation is standardised by its own statistics"


def test_prediction_prepares_images_as_training_does(folder_settings, tmp_path):
    save_images(tmp_path)
    data = load_data(folder_settings, seed=0)
    images, target = read(data.validation)
    labels = [example.label for example in data.validation.dataset.examples]
    assert torch.equal(target, encode_labels(labels, data.info))
    for image, example in zip(images, data.validation.dataset.examples, strict=True):
        ((_, (alone,)),) = read_inputs([example.image], data.info)
        assert torch.equal(alone, image.unsqueeze(0))
        assert example.image.parent.name == example.label.text


def test_other_data_is_prepared_as_the_checkpoint_remembers(folder_settings, tmp_path):
    save_images(tmp_path / "before", high=100)
    save_images(tmp_path / "now", low=200)
    remembered = load_data(replace(folder_settings, path=tmp_path / "before"), seed=0).info
    data = load_data(replace(folder_settings, path=tmp_path / "now"), seed=0, info=remembered)
    assert data.info == remembered
    assert read(data.test)[0].min() > 2


def test_mean_and_deviation_are_those_of_all_classes(folder_settings, tmp_path, monkeypatch):
    """Read from a part of the images, which come class by class."""
    for name, colour in (("black", 0), ("white", 255)):
        (tmp_path / name).mkdir()
        for number in range(40):
            Image.new("L", (8, 8), colour).save(tmp_path / name / f"{number}.png")
    monkeypatch.setattr(f"{load_data.__module__}.STATISTICS_SAMPLE", 20)
    (mean,) = load_data(folder_settings, seed=0).info["mean"]
    assert 0.2 < mean < 0.8


def test_images_of_several_sizes_are_fitted_to_one(folder_settings, tmp_path):
    save_images(tmp_path / "train", size=(40, 20))
    save_images(tmp_path / "val", size=(24, 24))
    with pytest.raises(DataError, match=r"--data\.image_size"):
        load_data(folder_settings, seed=0)
    data = load_data(replace(folder_settings, image_size=16), seed=0)
    assert all(read(loader)[0].shape[1:] == (3, 16, 16) for loader in (data.train, data.validation))


def test_a_smaller_image_is_a_mean_of_its_pixels(folder_settings, tmp_path):
    """To take every second one would show patterns that are not there."""
    save_images(tmp_path)
    info = load_data(replace(folder_settings, image_size=16), seed=0).info
    info |= {"mean": [0.0] * 3, "std": [1.0] * 3}
    checks = np.indices((32, 32)).sum(axis=0) % 2 * 255
    Image.fromarray(np.uint8(checks)).save(tmp_path / "checks.png")
    ((_, (image,)),) = read_inputs([tmp_path / "checks.png"], info)
    assert_close(image, torch.full_like(image, 0.5), atol=0.2, rtol=0)


def no_folder(path):
    path.rename(path.with_name("elsewhere"))


def empty_class(path):
    save_images(path)
    (path / "bird").mkdir()


def unknown_class(path):
    save_images(path / "train")
    save_images(path / "val")
    (path / "val" / "dog").rename(path / "val" / "wolf")


def damaged_file(path):
    save_images(path)
    file = path / "cat" / "3.png"
    file.write_bytes(file.read_bytes()[:100])


def sixteen_bits_a_pixel(path):
    save_images(path)
    Image.new("I;16", (32, 32), 1000).save(path / "cat" / "3.png")


def one_of_another_size(path):
    """Which is not among those that the size was read from."""
    for split, count in (("train", 10), ("val", 10), ("test", 1)):
        save_images(path / split, count=count)
    Image.new("RGB", (40, 20)).save(path / "val" / "cat" / "7.png")


def too_few(path):
    save_images(path, count=1)


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (no_folder, r"is neither a folder nor a \.csv file"),
        (empty_class, "bird holds no images: fill or remove it"),
        (unknown_class, r"wolf/0\.png has the label 'wolf', which no training example has"),
        (damaged_file, r"3\.png is not a readable image: mend or remove it"),
        (sixteen_bits_a_pixel, r"3\.png has I;16 pixels: convert it to 8 bits"),
        (one_of_another_size, r"cat/7\.png is 40x20.*--data\.image_size 64"),
        (too_few, "2 images are too few, none is left for .*: add some"),
    ],
)
def test_unusable_data_is_explained(folder_settings, tmp_path, prepare, words, workers):
    prepare(tmp_path)
    with pytest.raises(DataError, match=words) as caught:
        read_splits(replace(folder_settings, workers=workers))
    assert "\n" not in str(caught.value)
    clear_frames(caught.tb)  # a worker that is left to the garbage collector takes five seconds


def test_photographs_are_turned_upright(folder_settings, tmp_path):
    """Cameras store how they were held; read as stored, photographs of a telephone lie."""
    save_images(tmp_path, size=(32, 32))
    upright = np.zeros((32, 32, 3), np.uint8)
    upright[:16] = 255
    lying = Image.fromarray(np.rot90(upright).copy())
    exif = lying.getexif()
    exif[0x0112] = 6  # to be turned by 90 degrees to the right
    lying.save(tmp_path / "lying.png", exif=exif)
    info = {**load_data(folder_settings, seed=0).info, "mean": [0.0] * 3, "std": [1.0] * 3}
    (_, (image,)) = next(read_inputs([tmp_path / "lying.png"], info))
    assert_close(image[0, :, :16].mean(), torch.tensor(1.0))
    assert_close(image[0, :, 16:].mean(), torch.tensor(0.0))


def test_what_is_see_through_is_white(folder_settings, tmp_path):
    """Its hidden colour says how the picture was made, not what it shows."""
    save_images(tmp_path)
    info = {**load_data(folder_settings, seed=0).info, "mean": [0.0] * 3, "std": [1.0] * 3}
    Image.new("RGBA", (32, 32), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    (_, (image,)) = next(read_inputs([tmp_path / "clear.png"], info))
    assert_close(image, torch.ones(1, 3, 32, 32))


@pytest.mark.parametrize("names", [("train", "valid"), ("training", "test")])
def test_splits_of_another_name_are_not_overlooked(folder_settings, tmp_path, names):
    for name in names:
        save_images(tmp_path / name)
    with pytest.raises(DataError, match="name splits train, val and test"):
        load_data(folder_settings, seed=0)


def save_table(file, rows, columns=("file", "label")):
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([columns, *rows])
    return file


def label_table(path, *more, columns=("file", "label")):
    """A table of images in a folder beside it, and some more rows."""
    save_images(path / "images")
    names = [(f"images/{name}/{n}.png", name) for name in ("cat", "dog") for n in range(10)]
    return save_table(path / "pets.csv", [*names, *more], columns)


@pytest.mark.parametrize("columns", [("file", "label"), ("photo", "species")])
def test_a_table_of_files_and_classes_is_read(folder_settings, tmp_path, columns):
    path = label_table(tmp_path, columns=columns)
    data = load_data(replace(folder_settings, path=path, columns=columns), seed=0)
    assert data.info["classes"] == ["cat", "dog"]
    splits = (data.train, data.validation, data.test)
    found = sorted(example for split in splits for example in split.dataset.examples)
    assert [(example.image.exists(), example.label.text) for example in found] == [
        *[(True, "cat")] * 10,
        *[(True, "dog")] * 10,
    ]


def test_a_table_may_name_the_splits(folder_settings, tmp_path):
    save_images(tmp_path, count=3)
    names = [f"{name}/{n}.png" for n in range(3) for name in ("cat", "dog")]
    splits = ["train", "train", "val", "val", "test", "test"]
    rows = [(name, name[:3], split) for name, split in zip(names, splits, strict=True)]
    path = save_table(tmp_path / "pets.csv", rows, ("file", "label", "split"))
    data = load_data(replace(folder_settings, path=path), seed=0)
    found = [
        [example.name for example in split.dataset.examples]
        for split in (data.train, data.validation, data.test)
    ]
    assert found == [names[:2], names[2:4], names[4:]]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("images/cat/99.png", "cat"), r"pets\.csv:22: .*99\.png is no file: mend or remove"),
        (("images/cat/1.png", "dog"), r"pets\.csv:22 names images/cat/1\.png for the second time"),
        (("images/cat/1.png",), r"pets\.csv:22 has 1 fields, not 2: mend the row"),
    ],
)
def test_a_mistake_in_a_table_is_named(folder_settings, tmp_path, row, words):
    path = label_table(tmp_path, row)
    with pytest.raises(DataError, match=words):
        load_data(replace(folder_settings, path=path), seed=0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"photo,species\n", r"has no column 'file' but photo, species: .*--data\.columns"),
        (b"", "has no rows for training: add some"),
        (b"file,label,split\ncat/1.png,cat,trian\n", "split is train, val or test, not 'trian'"),
        (b"file,label\ncat/1.png,k\xe9\n", r"pets\.csv:2 is not UTF-8: save"),
        (b'file,label\n"cat/1.png,cat\n', r"pets\.csv:2 is not CSV .*: mend the row"),
    ],
)
def test_an_unusable_table_is_explained(folder_settings, tmp_path, content, words):
    save_images(tmp_path)
    (tmp_path / "pets.csv").write_bytes(content)
    with pytest.raises(DataError, match=words):
        load_data(replace(folder_settings, path=tmp_path / "pets.csv"), seed=0)


def test_images_stay_in_their_split_when_others_are_added(folder_settings, tmp_path):
    """Else a model trained on what was there before has seen what it is tested on."""

    def read_names():
        data = load_data(folder_settings, seed=0)
        splits = (data.train, data.validation, data.test)
        return [{example.name for example in split.dataset.examples} for split in splits]

    save_images(tmp_path, count=50)
    before = read_names()
    for number in range(50):
        Image.new("RGB", (32, 32)).save(tmp_path / "cat" / f"0{number}.png")
    after = read_names()
    assert all(old < new for old, new in zip(before, after, strict=True))
    assert [len(names) / 150 for names in after] == pytest.approx([0.6, 0.2, 0.2], abs=0.1)
    folder_settings.held_out = 0.1
    assert read_names()[0] > after[0]


@pytest.fixture
def hub(monkeypatch, tmp_path):
    datasets = pytest.importorskip("datasets", reason="needs the extra hub")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()
    return datasets


def test_a_data_set_of_the_hub_is_read(hub, folder_settings, tmp_path):
    """A local one has the form of those of the hub."""
    save_images(tmp_path / "pets" / "train", count=10)
    save_images(tmp_path / "pets" / "test", count=2)
    lying = Image.open(tmp_path / "pets" / "test" / "cat" / "0.png")
    exif = lying.getexif()
    exif[0x0112] = 6
    lying.save(lying.filename, exif=exif)
    data = load_data(replace(folder_settings, path=Path(f"hf:{tmp_path}/pets")), seed=0)
    assert data.info["classes"] == ["cat", "dog"]
    splits = (data.train, data.validation, data.test)
    assert [len(split.dataset) for split in splits] == [16, 4, 4]
    expected = load_data(replace(folder_settings, path=tmp_path / "pets"), 0, data.info)
    for found, same in zip(read(data.test), read(expected.test), strict=True):
        assert torch.equal(found, same)


def test_labels_of_the_hub_have_names_and_may_be_secret(hub, folder_settings, monkeypatch):
    label = hub.ClassLabel(names=["cat", "dog"])

    def make(labels):
        images = [Image.new("L", (8, 8), number) for number in range(len(labels))]
        features = hub.Features(image=hub.Image(), label=label)
        return hub.Dataset.from_dict({"image": images, "label": labels}, features)

    loaded = hub.DatasetDict(train=make([0, 1] * 10), test=make([-1] * 7))
    monkeypatch.setattr(hub, "load_dataset", lambda name: loaded)
    data = load_data(replace(folder_settings, path=Path("hf:pets")), seed=0)
    assert data.info["classes"] == ["cat", "dog"]
    assert len(data.test.dataset) == 4, "what has no label is drawn from what has"
    loaded["dev"] = loaded["validation"] = make([0, 1])
    with pytest.raises(DataError, match="has two splits for val, "):
        load_data(replace(folder_settings, path=Path("hf:pets")), seed=0)


def test_what_the_hub_cannot_give_is_explained(hub, folder_settings, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DataError, match="nowhere cannot be loaded, mend its name: "):
        load_data(replace(folder_settings, path=Path(f"hf:{tmp_path}/nowhere")), seed=0)
    save_images(tmp_path / "pets")
    settings = replace(folder_settings, path=Path(f"hf:{tmp_path}/pets"), columns=("file", "breed"))
    with pytest.raises(DataError, match=r"has the columns image, label: .*--data\.columns"):
        load_data(settings, seed=0)


def test_the_hub_asks_for_its_library(folder_settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match="hf:cats needs a library: pip install datasets"):
        load_data(replace(folder_settings, path=Path("hf:cats")), seed=0)


def test_prediction_takes_folders_and_names_from_a_pipe(folder_settings, tmp_path, monkeypatch):
    save_images(tmp_path)
    (tmp_path / "cat" / "notes.txt").touch()
    shutil.copytree(tmp_path / "dog", tmp_path / "cat" / ".thumbnails" / "dog")
    (tmp_path / "cat" / "0.png").rename(tmp_path / "cat" / "0.PNG")
    info = load_data(folder_settings, seed=0).info
    names = [f"{name}/{number}.png" for name in ("cat", "dog") for number in range(10)]
    names[0] = "cat/0.PNG"
    expected = [tmp_path / name for name in names]
    assert [name for (name,), _ in read_inputs([tmp_path], info)] == expected
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{path}\n" for path in expected)))
    assert [name for (name,), _ in read_inputs([Path("-")], info)] == expected


def test_the_summary_says_what_was_read_and_what_looks_wrong(folder_settings, tmp_path):
    save_images(tmp_path / "train", count=40)
    save_images(tmp_path / "val", count=5, size=(40, 20))
    save_images(tmp_path / "test", count=5)
    for number in range(4, 40):
        (tmp_path / "train" / "cat" / f"{number}.png").unlink()
    for number in range(5):
        (tmp_path / "test" / "cat" / f"{number}.png").unlink()
    Image.new("RGB", (8, 8), "navy").save(tmp_path / "test" / "cat" / "blue.png")
    (tmp_path / "val" / "dog" / "1.png").write_bytes(b"no image")
    settings = replace(folder_settings, image_size=16)
    text = "\n".join(summarize(load_data(settings, seed=0)))
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
    assert "- classes are out of balance" not in text


def test_the_summary_finds_copies(folder_settings, tmp_path):
    save_images(tmp_path / "train", high=80)
    save_images(tmp_path / "val", low=80, high=160)
    save_images(tmp_path / "test", low=160)
    shutil.copy(tmp_path / "train/dog/2.png", tmp_path / "train/dog/x.png")
    shutil.copy(tmp_path / "train/cat/1.png", tmp_path / "val/cat/y.png")
    shutil.copy(tmp_path / "train/cat/0.png", tmp_path / "test/dog/z.png")
    *_, classes, splits, split = summarize(load_data(folder_settings, seed=0))
    assert classes == (
        "- 1 with a copy of another class: cat/0.png (train, cat) = dog/z.png (test, dog)"
    )
    assert splits == (
        "- 1 with a copy in another split: cat/1.png (train, cat) = cat/y.png (validation, cat)"
    )
    assert split.startswith("- 1 with a copy in the same split: dog/")


def test_all_may_be_well(settings):
    assert list(summarize(load_data(replace(settings.data, path=None), seed=0)))[-1] == (
        "Nothing looks wrong."
    )


def test_pixels_keep_their_place_and_colour(folder_settings, tmp_path):
    """A view where axes should be permuted gives stripes of all colours."""
    save_images(tmp_path)
    info = {**load_data(folder_settings, seed=0).info, "mean": [0.0] * 3, "std": [1.0] * 3}
    (_, (image,)) = next(read_inputs([tmp_path / "cat" / "3.png"], info))
    expected = np.array(Image.open(tmp_path / "cat" / "3.png")) / 255
    assert_close(image[0], torch.tensor(expected).permute(2, 0, 1).float())


def test_images_are_cropped_not_squeezed(folder_settings, tmp_path):
    save_images(tmp_path)
    info = {**load_data(folder_settings, seed=0).info, "mean": [0.0] * 3, "std": [1.0] * 3}
    wide = np.zeros((32, 64, 3), np.uint8)
    wide[:, 16:48] = 255  # a white square between black margins
    Image.fromarray(wide).save(tmp_path / "wide.png")
    (_, (image,)) = next(read_inputs([tmp_path / "wide.png"], info))
    assert image.min() == 1


def test_a_channel_that_never_varies_is_only_centred(folder_settings, tmp_path):
    save_images(tmp_path, low=77, high=78)
    images, _ = read(load_data(folder_settings, seed=0).validation)
    assert_close(images, torch.zeros_like(images), atol=1e-4, rtol=0)


def test_a_split_without_a_class_keeps_the_numbers_of_the_others(folder_settings, tmp_path):
    """Numbered anew in each split, its dogs would be cats."""
    save_images(tmp_path / "train")
    save_images(tmp_path / "val")
    shutil.rmtree(tmp_path / "val" / "cat")
    data = load_data(folder_settings, seed=0)
    assert set(read(data.validation)[1].tolist()) == {data.info["classes"].index("dog")}


def one_class(path):
    save_images(path)
    shutil.rmtree(path / "dog")


def none_left_to_train(path):
    """Of a class of one; where an image goes, its name decides."""
    save_images(path)
    for number in range(10):
        (path / f"rare {number}").mkdir()
        shutil.copy(path / "cat" / f"{number}.png", path / f"rare {number}")


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (one_class, r"cat/\d\.png and on: all training labels are 'cat': add another class"),
        (none_left_to_train, r"no image of rare \d+ is left for training, it has 1: add some"),
    ],
)
def test_classes_that_cannot_be_learned_are_explained(folder_settings, tmp_path, prepare, words):
    prepare(tmp_path)
    with pytest.raises(DataError, match=words):
        load_data(folder_settings, seed=0)


def test_a_row_without_a_class_is_named(folder_settings, tmp_path):
    path = label_table(tmp_path, ("images/cat/1.png", " "))
    with pytest.raises(DataError, match=r"pets\.csv:22 has no label: give it one, or remove it"):
        load_data(replace(folder_settings, path=path), seed=0)


def test_one_image_with_colours_makes_all_of_them_colour_images(folder_settings, tmp_path):
    save_images(tmp_path, mode="L")
    colours = np.uint8(np.random.default_rng(0).integers(0, 256, (32, 32, 3)))
    for number in range(8, 16):
        Image.fromarray(colours).save(tmp_path / "dog" / f"{number}.png")
    for seed in range(3):  # whichever comes first
        assert load_data(folder_settings, seed=seed).info["channels"] == 3
