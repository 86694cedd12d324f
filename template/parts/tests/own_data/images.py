"""Images of one's own: how they are read and prepared, and which faults are explained."""

import io
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from inputs import read
from PIL import Image
from torch.testing import assert_close

from package.data import load_data, read_inputs
from package.engine.labels import DataError
from package.targets import describe_labels, encode_labels

# jinja: if target == "numbers"
CAT, DOG = "1", "4"  # names of folders, which are labels
WOLF = r"wolf/0\.png: 'wolf' in column folder is not a number below 1e\+30: write a"


# jinja: else
CAT, DOG = "cat", "dog"  # names of folders, which are labels
WOLF = r"wolf/0\.png has the label 'wolf', which the model is not trained for"


# jinja: endif


@pytest.fixture
def load(settings, tmp_path):
    """``load(**settings)`` reads what was saved in the folder of the test, or elsewhere."""
    own = replace(settings.data, path=tmp_path, image_size=None, batch_size=4, held_out=0.2)
    return lambda seed=0, info=None, **changes: load_data(replace(own, **changes), seed, info)


def save_images(folder, count=10, mode="RGB", size=(32, 32), low=0, high=256):
    """Random images, ``count`` for each of the labels CAT and DOG."""
    draw = np.random.default_rng(0)
    for name in (CAT, DOG):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            pixels = np.uint8(draw.integers(low, high, (size[1], size[0], 3)))
            Image.fromarray(pixels).convert(mode).save(folder / name / f"{number}.png")


@pytest.fixture
def prepare(tmp_path):
    """``prepare(pixels, size)``: what the model gets of one image, in [0, 1]."""

    def prepare(pixels, size=(32, 32), mode="RGB", **options):
        Image.fromarray(np.uint8(pixels), mode).save(tmp_path / "one.png", **options)
        info = {"channels": 3, "image_size": size, "mean": [0.0] * 3, "std": [1.0] * 3}
        ((_, (images,)),) = read_inputs([tmp_path / "one.png"], info)
        return images[0]

    return prepare


def names_of(data):
    """The training labels; what can be predicted is what a new reading of them tells."""
    labels = [example.label for example in data.train.dataset.examples]
    assert data.info.items() >= describe_labels(labels).items()
    return sorted(data.info.get("labels") or {label.text for label in labels})


def examples_of(data):
    return [split.dataset.examples for split in (data.train, data.validation, data.test)]


# Another format: write images in it as below, and try what is tried of the formats that are here.
@pytest.mark.parametrize(("mode", "channels"), [("RGB", 3), ("L", 1)])
def test_a_folder_of_images_is_read(load, tmp_path, mode, channels):
    save_images(tmp_path, mode=mode)
    shutil.copytree(tmp_path / DOG, tmp_path / CAT / ".thumbnails" / DOG)
    data = load()
    assert sum(map(len, examples_of(data))) == 20
    assert names_of(data) == [CAT, DOG]
    assert (data.info["channels"], data.info["image_size"]) == (channels, (32, 32))
    images, target = read(data.test)
    assert images.shape[1:] == (channels, 32, 32)
    assert images.dtype == torch.float32
    labels = [example.label for example in data.test.dataset.examples]
    assert torch.equal(target, encode_labels(labels, data.info))


def test_folders_for_the_splits_are_kept_apart(load, tmp_path):
    """Training is dark, the rest bright: statistics of all images would tell the model of it."""
    save_images(tmp_path / "train", count=8, high=100)
    save_images(tmp_path / "val", count=3, low=200)
    save_images(tmp_path / "test", count=2, low=200)
    data = load(batch_size=16)
    assert [*map(len, examples_of(data))] == [16, 6, 4]
    (images,), _ = data.train.dataset.collate([*data.train.dataset])
    std, mean = torch.std_mean(images, dim=(0, 2, 3))
    assert_close(mean, torch.zeros(3), atol=1e-4, rtol=0)
    assert_close(std, torch.ones(3), atol=1e-4, rtol=0)
    assert read(data.validation)[0].min() > 2, "validation is standardised by its own statistics"


def test_prediction_prepares_images_as_training_does(load, tmp_path):
    save_images(tmp_path)
    data = load()
    images, target = read(data.validation)
    labels = [example.label for example in data.validation.dataset.examples]
    assert torch.equal(target, encode_labels(labels, data.info))
    for image, example in zip(images, data.validation.dataset.examples, strict=True):
        ((_, (alone,)),) = read_inputs([example.image], data.info)
        assert torch.equal(alone, image.unsqueeze(0))
        assert example.image.parent.name == example.label.text


def test_other_data_is_prepared_as_the_checkpoint_remembers(load, tmp_path):
    save_images(tmp_path / "before", high=100)
    save_images(tmp_path / "now", low=200)
    remembered = load(path=tmp_path / "before").info
    data = load(path=tmp_path / "now", info=remembered)
    assert data.info == remembered
    assert read(data.test)[0].min() > 2


def test_mean_and_deviation_are_those_of_all_classes(load, tmp_path, monkeypatch):
    """Read from a part of the images, which come class by class."""
    for name, colour in ((CAT, 0), (DOG, 255)):
        (tmp_path / name).mkdir()
        for number in range(40):
            Image.new("L", (8, 8), colour).save(tmp_path / name / f"{number}.png")
    monkeypatch.setattr(f"{load_data.__module__}.STATISTICS_SAMPLE", 20)
    (mean,) = load().info["mean"]
    assert 0.2 < mean < 0.8


def test_a_channel_that_never_varies_is_only_centred(load, tmp_path):
    save_images(tmp_path, low=77, high=78)
    images, _ = read(load().validation)
    assert_close(images, torch.zeros_like(images), atol=1e-4, rtol=0)


def test_one_image_with_colours_makes_all_of_them_colour_images(load, tmp_path):
    save_images(tmp_path, mode="L")
    colours = np.uint8(np.random.default_rng(0).integers(0, 256, (32, 32, 3)))
    for number in range(8, 16):
        Image.fromarray(colours).save(tmp_path / DOG / f"{number}.png")
    for seed in range(3):  # whichever comes first
        assert load(split_seed=seed).info["channels"] == 3


def test_images_of_several_sizes_are_fitted_to_one(load, tmp_path):
    save_images(tmp_path / "train", size=(40, 20))
    save_images(tmp_path / "val", size=(24, 24))
    with pytest.raises(DataError, match=r"--data\.image_size"):
        load()
    for size in ([16], [12, 20]):  # height and width
        data = load(image_size=size)
        shape = (3, size[0], size[-1])
        assert all(read(loader)[0].shape[1:] == shape for loader in (data.train, data.validation))


def test_images_of_one_size_keep_it_square_or_not(load, tmp_path):
    save_images(tmp_path, size=(40, 20))
    data = load()
    assert data.info["image_size"] == (20, 40), "height and width"
    images, _ = read(data.test)
    assert images.shape[1:] == (3, 20, 40)
    example = data.test.dataset.examples[0]
    ((_, (alone,)),) = read_inputs([example.image], data.info)
    assert torch.equal(alone, images[:1])
    pixels = np.asarray(Image.open(example.image)) / 255
    mean, std = (torch.tensor(data.info[name])[:, None, None] for name in ("mean", "std"))
    expected = torch.tensor(pixels, dtype=torch.float32).permute(2, 0, 1)
    assert_close(images[0] * std + mean, expected, msg="pixels have lost their place")


def test_pixels_keep_their_place_and_colour(prepare):
    """A view where axes should be permuted gives stripes of all colours."""
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3))
    assert_close(prepare(pixels), torch.tensor(pixels / 255).permute(2, 0, 1).float())


def test_images_are_cropped_not_squeezed(prepare):
    wide = np.zeros((32, 64, 3))
    wide[:, 16:48] = 255  # a white square between black margins
    assert prepare(wide).min() == 1


def test_a_smaller_image_is_a_mean_of_its_pixels(prepare):
    """To take every second one would show patterns that are not there."""
    image = prepare(np.indices((32, 32)).sum(axis=0) % 2 * 255, size=(16, 16), mode="L")
    assert_close(image, torch.full_like(image, 0.5), atol=0.2, rtol=0)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.rename(f"{path} away"), r"is neither a folder nor a \.csv file"),
        (lambda path: (path / "train/bird").mkdir(), r"bird holds no images \(\.bmp, .*\): fill"),
        (
            lambda path: (path / "val" / DOG).rename(path / "val/wolf"),
            WOLF,
        ),
        (
            lambda path: Image.new("RGB", (40, 20)).save(path / "val" / CAT / "7.png"),
            rf"is 32x32, .*{CAT}/7\.png is 40x20.*--data\.image_size 64",
        ),
        (
            lambda path: [(path / f"val/{CAT}/{n}.png").write_bytes(b"GIF") for n in range(2)],
            rf"{CAT}/0\.png is not a readable image \(nor are .*{CAT}/1\.png\): fix or remove",
        ),
        (
            lambda path: [
                shutil.rmtree(path / "val"),
                *map(Path.unlink, path.glob("*/*/[1-9].png")),
            ],
            "2 images are too few, none is left for .*: add some",
        ),
        (lambda path: (path / "val").rename(path / "check"), "name splits train, val and test"),
        (lambda path: (path / "train").rename(path / "training"), "name splits train, val and te"),
    ],
)
def test_unusable_data_is_explained(load, tmp_path, damage, words):
    for split in ("train", "val"):
        save_images(tmp_path / split)
    damage(tmp_path)
    with pytest.raises(DataError, match=words) as caught:
        load()
    assert "\n" not in str(caught.value)


NAMES = [f"{name}/{number}.png" for name in (CAT, DOG) for number in range(10)]
TABLE = "file,label\n" + "".join(f"{name},{name.split('/')[0]}\n" for name in NAMES)


@pytest.mark.parametrize("columns", [("file", "label"), ("photo", "species")])
def test_a_table_of_files_and_classes_is_read(load, tmp_path, columns):
    save_images(tmp_path / "images")
    (tmp_path / "images/pets.csv").write_text(TABLE.replace("file,label", ",".join(columns)))
    data = load(path=tmp_path / "images/pets.csv", columns=columns)
    assert names_of(data) == [CAT, DOG]
    found = sorted(example for split in examples_of(data) for example in split)
    assert all(example.image.exists() for example in found)
    assert [example.label.text for example in found] == [CAT] * 10 + [DOG] * 10


def test_a_table_may_name_the_splits(load, tmp_path):
    save_images(tmp_path)
    splits = {"train": NAMES[::2], "val": NAMES[1:11:2], "test": NAMES[11::2]}
    split_of = {name: split for split, names in splits.items() for name in names}
    rows = [f"{row},{split_of[row.split(',')[0]]}" for row in TABLE.split()[1:]]
    (tmp_path / "pets.csv").write_text("\n".join(["file,label,split", *rows]))
    found = examples_of(load(path=tmp_path / "pets.csv"))
    assert [sorted(example.name for example in split) for split in found] == [*splits.values()]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (f"{TABLE}{CAT}/99.png,{CAT}", r"pets\.csv:22: .*99\.png is no file: fix or remove"),
        (f"{TABLE}{CAT}/1.png,{DOG}", rf"pets\.csv:22 names {CAT}/1\.png for the second time"),
        (f"{TABLE}{CAT}/1.png", r"pets\.csv:22 has 1 cells where the first row has 2: put"),
        # jinja: if target == "classes"
        ("file,label\ncat/1.png, ", r"pets\.csv:2 has no label: give it one, or remove it"),
        # jinja: elif target == "labels"
        (
            "file,label\n" + "".join(f"{name}, \n" for name in NAMES),
            r"pets\.csv:\d+ and on: no training example has a label: add",
        ),
        # jinja: elif target == "numbers"
        ("file,label\n1/1.png, ", r"pets\.csv:2 has no number: give it one, or remove it"),
        ("file,label\n1/1.png,big", r"pets\.csv:2: 'big' in column label is not a number below 1e"),
        ("file,label\n1/1.png,-inf", r"pets\.csv:2: '-inf' in column label is not a number"),
        (
            TABLE.replace("1/3.png,1", "1/3.png,1;2"),
            r"pets\.csv:\d+ has label(_1, label_2)?, where training examples have label",
        ),
        # jinja: endif
        ("photo,species\n", r"has no column 'file' but photo, species: .*--data\.columns"),
        ("", "has no rows for training: add some"),
        (f"file,label,split\n{CAT}/1.png,{CAT},trian", "split is train, val or test, not trian"),
        (f"file,label,split\n{CAT}/1.png,{CAT},", "split is train, val or test, not empty"),
        (f"file,label\n{CAT}/1.png,k\xe9", r"pets\.csv:2 is not UTF-8: save"),
        (f'file,label\n"{CAT}/1.png,{CAT}', r"pets\.csv:2 is not CSV .*: fix the row"),
    ],
)
def test_a_mistake_in_a_table_is_named(load, tmp_path, table, words):
    save_images(tmp_path)
    (tmp_path / "pets.csv").write_text(table, encoding="latin-1")
    with pytest.raises(DataError, match=words):
        load(path=tmp_path / "pets.csv")


@pytest.fixture
def hub(monkeypatch, tmp_path):
    datasets = pytest.importorskip("datasets", reason="needs the extra hub")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()
    return datasets


def test_a_data_set_of_the_hub_is_read(hub, load, tmp_path):
    """A local one has the form of those of the hub."""
    save_images(tmp_path / "pets" / "train", count=10)
    save_images(tmp_path / "pets" / "test", count=2)
    lying = Image.open(tmp_path / "pets" / "test" / CAT / "0.png")
    exif = lying.getexif()
    exif[0x0112] = 6
    lying.save(lying.filename, exif=exif)
    data = load(path=Path(f"hf:{tmp_path}/pets"))
    assert names_of(data) == [CAT, DOG]
    assert [*map(len, examples_of(data))] == [16, 4, 4]
    expected = load(path=tmp_path / "pets", info=data.info)
    for found, same in zip(read(data.test), read(expected.test), strict=True):
        assert torch.equal(found, same)


def test_a_split_without_a_label_keeps_the_numbers_of_the_others(load, tmp_path):
    """Numbered anew in each split, its dogs would be cats."""
    save_images(tmp_path / "train")
    save_images(tmp_path / "val")
    shutil.rmtree(tmp_path / "val" / CAT)
    data = load()
    labels = [example.label for example in data.validation.dataset.examples]
    assert names_of(data) == [CAT, DOG]
    assert torch.equal(read(data.validation)[1], encode_labels(labels, data.info))


# jinja: if target == "classes"
def test_a_class_that_cannot_be_learned_is_explained(load, tmp_path):
    save_images(tmp_path)
    for number in range(10):  # of a class of one; where an image goes, its name decides
        (tmp_path / f"rare {number}").mkdir()
        shutil.copy(tmp_path / "cat" / f"{number}.png", tmp_path / f"rare {number}")
    with pytest.raises(
        DataError, match=r"no image of rare \d+ is left for training, it has 1: add"
    ):
        load()


# jinja: elif target == "labels"
def test_labels_stand_in_one_column_or_each_in_its_own(load, tmp_path):
    """A cell without labels is known, an empty one of several is not."""
    save_images(tmp_path)
    flags = (",1", "1,1", "0,0")
    tables = {"tags": ("war", "love| war", ""), "love,war": flags}
    for header, cells in tables.items():
        rows = [f"{name},{cells[number % 3]}" for number, name in enumerate(NAMES)]
        (tmp_path / "films.csv").write_text("\n".join([f"file,{header}", *rows]))
        columns = ("file", *header.split(","))
        data = load(path=tmp_path / "films.csv", columns=columns, label_separator="|")
        assert names_of(data) == ["love", "war"]
        first = 0.0 if header == "tags" else float("nan")
        order = [["love", "war"].index(name) for name in data.info["labels"]]
        expected = torch.tensor([[first, 1.0], [1.0, 1.0], [0.0, 0.0]])[:, order]
        for split in (data.train.dataset, data.validation.dataset, data.test.dataset):
            numbers = [NAMES.index(example.name) % 3 for example in split.examples]
            assert_close(split.targets, expected[numbers], equal_nan=True)


# jinja: elif target == "numbers"
@pytest.fixture
def load_flats(load, tmp_path):
    """``load_flats(table, **settings)`` reads a table of the images that it names."""

    def load_flats(table, **changes):
        for line in table.splitlines()[1:]:
            Image.new("L", (8, 8), len(line)).save(tmp_path / line.split(",")[0])
        (tmp_path / "flats.csv").write_text(table)
        return load(path=tmp_path / "flats.csv", **changes)

    return load_flats


def numbers_of(data):
    """Columns, and the numbers of each image by its name, with None for what is unknown."""
    found = {}
    for split in (data.train, data.validation, data.test):
        targets = split.dataset.targets.tolist()
        for example, numbers in zip(split.dataset.examples, targets, strict=True):
            known = [None if number != number else number for number in numbers]
            found[int(example.name.removesuffix(".png"))] = known
    return data.info["target_columns"], [found[number] for number in sorted(found)]


def test_several_columns_hold_a_number_each(load_flats):
    """An empty cell is unknown, not 0, and the image still counts for the others."""
    rows = [f"{n}.png,{n},{'' if n % 3 else n / 4},x" for n in range(30)]
    table = "\n".join(["file,price,size,street", *rows])
    columns, numbers = numbers_of(load_flats(table, columns=("file", "price", "size")))
    assert columns == ["price", "size"]
    assert numbers == [[n, None if n % 3 else n / 4] for n in range(30)]


def test_one_cell_may_hold_several_numbers(load_flats):
    table = "\n".join(["file,box", *(f"{n}.png,{n}; {-n / 2}" for n in range(30))])
    columns, numbers = numbers_of(load_flats(table, columns=("file", "box")))
    assert columns == ["box_1", "box_2"]
    assert numbers == [[n, -n / 2] for n in range(30)]
    piped = load_flats(table.replace(";", "|"), columns=("file", "box"), label_separator="|")
    assert numbers_of(piped) == (columns, numbers)


def test_statistics_are_those_of_the_training_images(load_flats):
    """With those of all, training would know what it is to be measured by."""
    splits = {0: "train", 1: "val", 2: "test"}
    rows = [f"{n}.png,{n + 1000 * (n % 3)},{splits[n % 3]}" for n in range(30)]
    data = load_flats("\n".join(["file,label,split", *rows]))
    assert data.info["target_mean"] == pytest.approx([13.5])
    assert data.info["target_std"] == pytest.approx([np.std(range(0, 30, 3))])
    assert data.test.dataset.targets.min() > 2000, "targets are standardised twice"


def test_numbers_of_a_hub_are_read(hub, load, tmp_path):
    """Floats, and lists of them; a row without any is left out."""
    rows = [(n, None if n == 5 else n / 2, [n, -n]) for n in range(30)]
    for column, width in (("price", 1), ("box", 2)):
        features = {"image": hub.Image(), "price": hub.Value("float32")}
        features["box"] = hub.Sequence(hub.Value("float32"))
        images = [Image.new("L", (8, 8), n) for n, *_ in rows]
        columns = {"image": images, "price": [r[1] for r in rows], "box": [r[2] for r in rows]}
        hub.Dataset.from_dict(columns, hub.Features(features)).to_parquet(
            tmp_path / f"{column}/train.parquet"
        )
        data = load(path=Path(f"hf:{tmp_path}/{column}"), columns=("image", column))
        targets = [split.dataset.targets for split in (data.train, data.validation, data.test)]
        found = sorted(torch.cat(targets).tolist())
        if width == 1:
            assert found == [[n / 2] for n in range(30) if n != 5]
        else:
            assert found == [[n, -n] for n in range(30)]


# jinja: endif
def test_prediction_goes_on_past_what_is_no_image(load, tmp_path):
    """Else a folder of thousands ends at its first broken file."""
    save_images(tmp_path)
    info, faults = load().info, []
    (tmp_path / CAT / "3.png").write_bytes(b"GIF")
    files = [tmp_path / "none.png", tmp_path / "none.csv", tmp_path]
    rows = [row["name"] for (row,), _ in read_inputs(files, info, faults)]
    assert rows == [str(tmp_path / name) for name in NAMES if name != f"{CAT}/3.png"]
    words = ["none.png does not exist", "none.csv cannot be read", "3.png is not a readable image"]
    for fault, part in zip(faults, words, strict=True):
        assert part in str(fault)
    with pytest.raises(DataError, match=r"none\.png does not exist"):
        list(read_inputs(files, info))


def test_prediction_takes_folders_and_names_from_a_pipe(load, tmp_path, monkeypatch):
    save_images(tmp_path)
    (tmp_path / CAT / "notes.txt").touch()
    shutil.copytree(tmp_path / DOG, tmp_path / CAT / ".thumbnails" / DOG)
    (tmp_path / CAT / "0.png").rename(tmp_path / CAT / "0.PNG")
    info = load().info
    expected = [str(tmp_path / name) for name in (f"{CAT}/0.PNG", *NAMES[1:])]
    assert [row["name"] for (row,), _ in read_inputs([tmp_path], info)] == expected
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{path}\n" for path in expected)))
    assert [row["name"] for (row,), _ in read_inputs([Path("-")], info)] == expected
    (tmp_path / "new.csv").write_text(f"who, file\nann, {NAMES[1]}\n")
    [((row,), _)] = read_inputs([tmp_path / "new.csv"], info)
    assert row == {"name": expected[1], "who": "ann", "file": NAMES[1]}
