"""How files of images are opened, and which split they go to."""

import shutil
from traceback import clear_frames

import numpy as np
import pytest
import torch
from PIL import Image
from test_own_data import (  # noqa: F401
    CAT,
    DOG,
    TABLE,
    examples_of,
    load,
    prepare,
    save_images,
)
from torch.testing import assert_close

from package.engine.labels import DataError
from package.engine.splits import hash_name


def test_photographs_are_turned_upright(prepare):
    """Cameras store how they were held; read as stored, photographs of a telephone lie."""
    upright, exif = np.zeros((32, 32, 3)), Image.Exif()
    upright[:16] = 255
    exif[0x0112] = 6  # to be turned by 90 degrees to the right
    image = prepare(np.rot90(upright), exif=exif)
    assert_close(image, torch.tensor(upright / 255).permute(2, 0, 1).float())


def test_what_is_see_through_is_white(prepare):
    """Its hidden colour says how the picture was made, not what it shows."""
    image = prepare(np.full((32, 32, 4), (255, 0, 0, 0)), mode="RGBA")
    assert_close(image, torch.ones(3, 32, 32))


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.write_bytes(b"\x89PNG"), "is not a readable image: fix or remove it"),
        (
            lambda path: Image.new("I;16", (32, 32), 1000).save(path),
            "has I;16 pixels: convert it to 8 bits",
        ),
    ],
)
def test_a_file_that_is_no_image_for_a_model_is_named(load, tmp_path, damage, words, workers):
    save_images(tmp_path)
    damage(tmp_path / CAT / "3.png")
    with pytest.raises(DataError, match=rf"{CAT}/3\.png {words}") as caught:
        [list(loader) for loader in load(workers=workers)[:3]]
    clear_frames(caught.tb)  # a worker that is left to the garbage collector takes five seconds


def test_images_stay_in_their_split_when_others_are_added(load, tmp_path):
    """Else a model trained on what was there before has seen what it is tested on."""

    def read_names(**changes):
        return [{example.name for example in split} for split in examples_of(load(**changes))]

    save_images(tmp_path, count=50)
    before = read_names()
    for number in range(50):
        Image.new("RGB", (32, 32)).save(tmp_path / CAT / f"0{number}.png")
    after = read_names()
    assert all(old < new for old, new in zip(before, after, strict=True))
    assert [len(names) / 150 for names in after] == pytest.approx([0.6, 0.2, 0.2], abs=0.1)
    assert read_names(held_out=0.1)[0] > after[0]


# jinja: if target == "classes"
@pytest.mark.parametrize("seed", range(5))
def test_a_small_class_is_in_each_split(load, tmp_path, seed):
    """With five files and a fifth to hold out, two of three would by chance have none somewhere."""
    save_images(tmp_path, count=5)
    for split in examples_of(load(split_seed=seed)):
        assert {example.name.split("/")[-2] for example in split} == {CAT, DOG}


# jinja: endif
def flatten(folder):
    for file in folder.iterdir():
        file.rename(folder.parent / f"{folder.name} {file.name}")
    folder.rmdir()


@pytest.mark.parametrize(
    ("arrange", "words"),
    [
        (
            lambda path: [path.joinpath("train").rename(path / CAT), shutil.rmtree(path / "val")],
            rf"holds the folder {CAT} alone: if its folders are the labels, name .*{CAT} instead",
        ),
        (
            lambda path: [shutil.rmtree(path / "train"), shutil.rmtree(path / "val")],
            r"holds no images and no folders: put images into a folder for each label, as in .*jpg",
        ),
        (
            lambda path: [shutil.rmtree(path / "val"), *map(flatten, path.glob("train/*"))],
            "train holds 20 images and no folders: put images into a folder for each label",
        ),
        (
            lambda path: (path / "val").rename(path / "train" / CAT / "val"),
            rf"train/{CAT}/val is a split within a label: move it to .*train/val/{CAT}",
        ),
    ],
)
def test_a_folder_that_is_laid_out_wrongly_says_how_it_should_be(load, tmp_path, arrange, words):
    for split in ("train", "val"):
        save_images(tmp_path / split)
    arrange(tmp_path)
    with pytest.raises(DataError, match=words):
        load()


def test_columns_that_are_not_used_are_said_once(load, tmp_path, capsys):
    save_images(tmp_path)
    rows = [f"{row},7,me" for row in TABLE.split()[1:]]
    (tmp_path / "pets.csv").write_text("\n".join(["file,label,size,by", *rows]))
    load(path=tmp_path / "pets.csv")
    load(path=tmp_path / "pets.csv")
    assert capsys.readouterr().err == f"note: {tmp_path}/pets.csv: not used: size, by\n"


def test_the_split_of_a_name_is_the_same_in_every_process():
    """The first eight bytes of the SHA-256 of 0/cat/1.png: changed, all own images would move."""
    assert hash_name("cat/1.png", 0) == pytest.approx(0.101014, abs=1e-6)
