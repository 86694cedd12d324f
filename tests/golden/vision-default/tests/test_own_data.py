"""Images in a folder of one's own: how they are read and prepared, which faults are explained."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

from vision_default.data import DataError, load_data, read_inputs


@pytest.fixture
def folder_settings(settings, tmp_path):
    return replace(settings.data, path=tmp_path, image_size=None, batch_size=4, held_out=0.25)


def save_images(folder, count=8, mode="RGB", size=(32, 32), low=0, high=256):
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


# Another format: write images in it as below, and try what is tried of the formats that are here.
@pytest.mark.parametrize(("mode", "channels"), [("RGB", 3), ("L", 1)])
def test_a_folder_of_images_is_read(folder_settings, tmp_path, mode, channels):
    save_images(tmp_path, mode=mode)
    data = load_data(folder_settings, seed=0)
    assert data.info["classes"] == ["cat", "dog"]
    assert (data.info["channels"], data.info["image_size"]) == (channels, 32)
    sizes = [len(loader.dataset) for loader in (data.train, data.validation, data.test)]
    assert sizes == [8, 4, 4]
    images, target = read(data.test)
    assert images.shape == (4, channels, 32, 32)
    assert images.dtype == torch.float32
    assert target.dtype == torch.int64


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
    for image, label, (path, expected) in zip(
        images, target, data.validation.dataset.examples, strict=True
    ):
        ((_, (alone,)),) = read_inputs([path], data.info)
        assert torch.equal(alone, image.unsqueeze(0))
        assert path.parent.name == data.info["classes"][label] == data.info["classes"][expected]


def test_other_data_is_prepared_as_the_checkpoint_remembers(folder_settings, tmp_path):
    save_images(tmp_path / "before", high=100)
    save_images(tmp_path / "now", low=200)
    remembered = load_data(replace(folder_settings, path=tmp_path / "before"), seed=0).info
    data = load_data(replace(folder_settings, path=tmp_path / "now"), seed=0, info=remembered)
    assert data.info == remembered
    assert read(data.test)[0].min() > 2


def test_images_of_several_sizes_are_fitted_to_one(folder_settings, tmp_path):
    save_images(tmp_path / "train", size=(40, 20))
    save_images(tmp_path / "val", size=(24, 24))
    with pytest.raises(DataError, match=r"--data\.image_size"):
        load_data(folder_settings, seed=0)
    data = load_data(replace(folder_settings, image_size=16), seed=0)
    assert all(read(loader)[0].shape[1:] == (3, 16, 16) for loader in (data.train, data.validation))


def no_folder(path):
    path.rename(path.with_name("elsewhere"))


def one_class(path):
    save_images(path)
    (path / "dog").rename(path.with_name("dog"))


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


def too_few(path):
    save_images(path, count=1)


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (no_folder, "is not a folder"),
        (one_class, "2 or more classes"),
        (empty_class, "bird holds no images"),
        (unknown_class, "wolf is a class that the training images do not have"),
        (damaged_file, r"3\.png"),
        (too_few, "too few images"),
    ],
)
def test_unusable_data_is_explained(folder_settings, tmp_path, prepare, words):
    prepare(tmp_path)
    with pytest.raises(DataError, match=words):
        read(load_data(folder_settings, seed=0).train)


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


def test_a_split_without_a_class_keeps_the_numbers_of_the_others(folder_settings, tmp_path):
    """Numbered anew in each split, its dogs would be cats."""
    save_images(tmp_path / "train")
    save_images(tmp_path / "val")
    shutil.rmtree(tmp_path / "val" / "cat")
    data = load_data(folder_settings, seed=0)
    assert set(read(data.validation)[1].tolist()) == {data.info["classes"].index("dog")}


def test_a_channel_that_never_varies_is_only_centred(folder_settings, tmp_path):
    save_images(tmp_path, low=77, high=78)
    images, _ = read(load_data(folder_settings, seed=0).validation)
    assert_close(images, torch.zeros_like(images), atol=1e-4, rtol=0)


def test_one_image_with_colours_makes_all_of_them_colour_images(folder_settings, tmp_path):
    save_images(tmp_path, mode="L")
    colours = np.uint8(np.random.default_rng(0).integers(0, 256, (32, 32, 3)))
    for number in range(8, 16):
        Image.fromarray(colours).save(tmp_path / "dog" / f"{number}.png")
    for seed in range(3):  # whichever comes first
        assert load_data(folder_settings, seed=seed).info["channels"] == 3
