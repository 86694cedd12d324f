"""Images with one class each: the digits of scikit-learn, or a folder of one's own.

Shapes: B batch, C channels, H height, W width. Images are standardised float32, classes are int64.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image, ImageOps
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, DistributedSampler

IMAGE_SUFFIXES = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
STATISTICS_SAMPLE = 2000  # training images that mean and standard deviation are taken from

Example = tuple[Path | Tensor, int]  # an image file, or pixels (C, H, W) in [0, 1], and its class
Batch = tuple[tuple[Tensor, ...], Tensor]


class DataError(Exception):
    """Data that cannot be used; the message says where, and how to mend it."""


@dataclass
class DataSettings:
    batch_size: int
    """Images in a training step."""
    held_out: float
    """Share of the images kept for validation, and as many for test, where the folder has no such split."""
    workers: int = 0
    """Processes that read images; 0 reads them in the training process."""
    path: Path | None = None
    """Folder with one sub-folder of images per class, or with train, val and test above those; none: the digits."""
    image_size: int | None = None
    """Height and width that images are resized to; none: they are square and alike already."""


class Data(NamedTuple):
    """Batches ``((images (B, C, H, W),), classes (B,))``, and what a model must know of them."""

    train: DataLoader[Batch]
    validation: DataLoader[Batch]
    test: DataLoader[Batch]
    sampler: DistributedSampler[Any]
    """Orders the training images by seed and epoch alone (``set_epoch``), whatever was drawn before."""
    info: dict[str, Any]


class Images(Dataset[tuple[Tensor, int]]):
    """Standardised images ``(C, H, W)`` and their classes."""

    def __init__(self, examples: list[Example], info: dict[str, Any]) -> None:
        self.examples, self.info = examples, info

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image, label = self.examples[index]
        return standardize(to_pixels(image, self.info), self.info), label


def collate(examples: list[tuple[Tensor, int]]) -> Batch:
    images, labels = zip(*examples, strict=True)
    return (torch.stack(images),), torch.tensor(labels)


def open_image(path: Path) -> Image.Image:
    try:
        return Image.open(path)
    except OSError as error:
        raise DataError(f"{path} is not a readable image: mend or remove it") from error


def to_pixels(image: Path | Tensor, info: dict[str, Any]) -> Tensor:
    """Pixels ``(C, H, W)`` in [0, 1], in the colours and the size of the training images."""
    if isinstance(image, Tensor):
        return image
    size = (info["image_size"], info["image_size"])
    try:
        with open_image(image) as file:
            picture = ImageOps.fit(file.convert("L" if info["channels"] == 1 else "RGB"), size)
    except OSError as error:
        raise DataError(f"{image} is damaged ({error}): mend or remove it") from error
    pixels = torch.from_numpy(np.array(picture, dtype=np.float32) / 255)
    return pixels.view(*size, -1).permute(2, 0, 1)


def standardize(pixels: Tensor, info: dict[str, Any]) -> Tensor:
    """Pixels ``(C, H, W)`` in [0, 1] to zero mean and unit variance over the training images."""
    mean, std = torch.tensor(info["mean"]), torch.tensor(info["std"])
    return (pixels - mean[:, None, None]) / std[:, None, None]


def read_digits() -> tuple[list[Example], dict[str, Any]]:
    digits = load_digits()
    pixels = torch.from_numpy(digits.images).float().div(16).unsqueeze(1)  # (N, 1, 8, 8)
    info = {"classes": [str(name) for name in digits.target_names], "channels": 1, "image_size": 8}
    return list(zip(pixels, digits.target.tolist(), strict=True)), info


def read_folder(folder: Path, classes: list[str] | None = None) -> tuple[list[Example], list[str]]:
    """Image files with the index of their class, which is the name of their sub-folder."""
    if not folder.is_dir():
        raise DataError(f"data.path {folder} is not a folder")
    found = sorted(d.name for d in folder.iterdir() if d.is_dir() and not d.name.startswith("."))
    classes = classes or found
    if len(classes) < 2:
        raise DataError(f"{folder} needs a sub-folder of images for each of 2 or more classes")
    if unknown := sorted(set(found) - set(classes)):
        raise DataError(f"{folder / unknown[0]} is a class that the training images do not have")
    examples: list[Example] = []
    for label, name in enumerate(classes):
        files = sorted(p for p in (folder / name).rglob("*") if p.suffix.lower() in IMAGE_SUFFIXES)
        if not files and name in found:
            raise DataError(f"{folder / name} holds no images: fill or remove it")
        examples += [(file, label) for file in files]
    return examples, classes


def describe_images(examples: list[Example], image_size: int | None) -> dict[str, int]:
    """Channels and size of image files, from their headers."""
    colour, sizes = False, set()
    for file, _ in examples:
        assert isinstance(file, Path)
        with open_image(file) as image:
            if image.mode[0] in "IF":
                raise DataError(f"{file} has {image.mode} pixels: convert it to 8 bits a channel")
            colour = colour or image.mode not in {"1", "L", "LA"}
            sizes.add(image.size)
        if image_size is None and (len(sizes) > 1 or image.width != image.height):
            raise DataError(
                f"{file} is {image.width}x{image.height}, but images must be square and alike: "
                "choose a size to resize them to, as in --data.image_size 64"
            )
    return {"channels": 3 if colour else 1, "image_size": image_size or image.width}


def split_off(examples: list[Example], share: float, seed: int) -> tuple[list[Example], list[Example]]:
    """The rest, and a share drawn in proportion to the classes, the same for a seed."""
    labels = [label for _, label in examples]
    try:
        rest, part = train_test_split(examples, test_size=share, stratify=labels, random_state=seed)
    except ValueError as error:
        raise DataError(f"{len(examples)} images are too few to hold out {share:.0%}: {error}") from error
    return rest, part


def measure(examples: list[Example], info: dict[str, Any], seed: int) -> dict[str, list[float]]:
    """Mean and standard deviation of each channel over the training images, or a sample of them."""
    sample = random.Random(seed).sample(examples, min(len(examples), STATISTICS_SAMPLE))
    pixels = torch.stack([to_pixels(image, info) for image, _ in sample])  # (N, C, H, W)
    std, mean = torch.std_mean(pixels, dim=(0, 2, 3))
    # A channel without variance stays as it is instead of turning into infinities.
    return {"mean": mean.tolist(), "std": std.where(std > 0, 1).tolist()}


def load_data(settings: DataSettings, seed: int, info: dict[str, Any] | None = None) -> Data:
    """Reads and splits the images; with the ``info`` of a checkpoint they are prepared as for its training."""
    splits: dict[str, list[Example]] = {}
    if settings.path is None:
        splits["train"], found = read_digits()
    else:
        divided = (settings.path / "train").is_dir()
        folder = settings.path / "train" if divided else settings.path
        splits["train"], classes = read_folder(folder, info["classes"] if info else None)
        for name in ("val", "test"):
            if divided and (settings.path / name).is_dir():
                splits[name], _ = read_folder(settings.path / name, classes)
        found = {"classes": classes, **describe_images(splits["train"], settings.image_size)}
    for name in ("test", "val"):
        if name not in splits:
            splits["train"], splits[name] = split_off(splits["train"], settings.held_out, seed)
    info = info or {**found, **measure(splits["train"], found, seed)}

    train = Images(splits["train"], info)
    sampler = DistributedSampler(train, num_replicas=1, rank=0, seed=seed)
    batches = partial(
        DataLoader[Batch],
        batch_size=settings.batch_size,
        num_workers=settings.workers,
        collate_fn=collate,
        pin_memory=torch.accelerator.is_available(),
    )
    return Data(
        train=batches(
            train,
            sampler=sampler,
            # Batch norm has no variance to learn from in a last batch of one image.
            drop_last=len(train) > settings.batch_size,
            generator=torch.Generator().manual_seed(seed),
        ),
        validation=batches(Images(splits["val"], info)),
        test=batches(Images(splits["test"], info)),
        sampler=sampler,
        info=info,
    )


def read_inputs(files: list[Path], info: dict[str, Any]) -> Iterator[tuple[Path, tuple[Tensor]]]:
    """Each file with the model's inputs for it, a batch of one image."""
    for file in files:
        yield file, (standardize(to_pixels(file, info), info).unsqueeze(0),)
