"""Images with one class each: the digits of scikit-learn, or a folder of one's own.

Shapes: B batch, C channels, H height, W width. Images are float32, classes int64.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import torch
from cyclopts import Parameter, validators
from PIL import Image, ImageOps
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Generator, Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

SUFFIXES = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
SPLITS = ("train", "val", "test")
STATISTICS_SAMPLE = 500  # training images that colours, size, mean and deviation are read from

Example = tuple[Path | Image.Image, int]
Batch = tuple[tuple[Tensor, ...], Tensor]


class DataError(Exception):
    """Data that cannot be used; the message says where, and how to mend it."""


@dataclass
class DataSettings:
    batch_size: Annotated[int, Parameter(validator=validators.Number(gte=1))]
    """Images in a training step."""
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Share kept for validation, and as much for test, where the data has no such split."""
    workers: int = 0
    """Processes that read images; 0 reads them in the training process."""
    path: Path | None = None
    """Folder with a sub-folder of images for each class; none: the digits."""
    image_size: int | None = None
    """Height and width to scale and crop to; none: images are square and alike already."""


class Data(NamedTuple):
    """Batches ``((images (B, C, H, W),), classes (B,))``, and what a model must know of them."""

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: "EpochSampler"
    """Orders the training images by seed and epoch (``set_epoch``), whatever was drawn before."""
    info: dict[str, Any]


class Images(Dataset[tuple[Tensor, int]]):
    """Pixels ``(C, H, W)`` in [0, 1] and their class, standardised when a batch is made of them."""

    def __init__(self, examples: list[Example], info: dict[str, Any]) -> None:
        self.examples, self.info = examples, info

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image, label = self.examples[index]
        return to_pixels(image, self.info), label

    def collate(self, examples: list[tuple[Tensor, int]]) -> Batch:
        pixels, labels = zip(*examples, strict=True)
        return (standardize(torch.stack(pixels), self.info),), torch.tensor(labels)


class EpochSampler(Sampler[int]):
    """A new order for every epoch, which the seed decides; each process takes its share of it."""

    def __init__(self, length: int, batch_size: int, seed: int, share: tuple[int, int]) -> None:
        self.length, self.batch_size, self.seed = length, batch_size, seed
        self.rank, self.processes = share
        self.epoch, self.start = 0, 0

    def set_epoch(self, epoch: int, start: int = 0) -> None:
        """``start`` is the number of batches to leave out, in a training that is resumed."""
        self.epoch, self.start = epoch, start

    def __len__(self) -> int:
        return self.length // self.processes

    def __iter__(self) -> Iterator[int]:
        generator = Generator().manual_seed(10_007 * self.seed + self.epoch)
        order = torch.randperm(self.length, generator=generator).tolist()
        mine = order[self.rank : len(self) * self.processes : self.processes]
        yield from mine[self.start * self.batch_size :]


def open_image(source: Path | Image.Image) -> Image.Image:
    if isinstance(source, Image.Image):
        return source
    try:
        with Image.open(source) as file:
            image = ImageOps.exif_transpose(file)  # upright, however the camera was held
    except OSError as error:
        raise DataError(f"{source} is not a readable image: mend or remove it") from error
    if image.mode[0] in "IF":
        raise DataError(f"{source} has {image.mode} pixels: convert it to 8 bits per channel")
    if image.has_transparency_data:  # what is see-through would show whatever colour lies behind
        mode = "L" if image.mode == "LA" else "RGB"
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert(mode)
    return image


def to_pixels(source: Path | Image.Image, info: dict[str, Any]) -> Tensor:
    """Pixels ``(C, H, W)`` in [0, 1], in the colours and the size of the training images."""
    size = (info["image_size"], info["image_size"])
    image = open_image(source).convert("L" if info["channels"] == 1 else "RGB")
    if image.size != size:
        image = ImageOps.fit(image, size)
    pixels = torch.from_numpy(np.array(image, dtype=np.float32) / 255)
    return pixels.view(*size, -1).permute(2, 0, 1)


def standardize(pixels: Tensor, info: dict[str, Any]) -> Tensor:
    """Pixels ``(B, C, H, W)`` in [0, 1] to zero mean and unit variance over the training images."""
    mean, std = torch.tensor(info["mean"]), torch.tensor(info["std"])
    return (pixels - mean[:, None, None]) / std[:, None, None]


def read_digits() -> tuple[list[Example], list[str]]:
    digits = load_digits()  # 8x8 images with values from 0 to 16
    images = [Image.fromarray(np.uint8(image * 255 / 16)) for image in digits.images]
    return list(zip(images, digits.target.tolist(), strict=True)), [str(n) for n in range(10)]


def read_folder(folder: Path, known: list[str] | None) -> tuple[list[Example], list[str]]:
    """Image files with the index of their class, which is the name of their sub-folder."""
    if not folder.is_dir():
        raise DataError(f"data.path: {folder} is not a folder")
    found = sorted(d.name for d in folder.iterdir() if d.is_dir() and d.name[0] != ".")
    classes = known or found
    if len(classes) < 2:
        raise DataError(f"{folder} needs a sub-folder of images for each of 2 or more classes")
    examples: list[Example] = []
    for name in found:
        if name not in classes:
            raise DataError(f"{folder / name} is a class that the training images do not have")
        files = sorted(p for p in (folder / name).rglob("[!.]*") if p.suffix.lower() in SUFFIXES)
        if not files:
            raise DataError(f"{folder / name} holds no images: fill or remove it")
        examples += [(file, classes.index(name)) for file in files]
    return examples, classes


def describe(examples: list[Example], image_size: int | None, seed: int) -> dict[str, Any]:
    """Channels, size, mean and standard deviation of the images, from a sample."""
    sample = random.Random(seed).sample(examples, min(len(examples), STATISTICS_SAMPLE))
    sizes, modes = zip(*((i.size, i.mode) for i in (open_image(s) for s, _ in sample)), strict=True)
    width, height = sizes[0]
    if image_size is None and (len(set(sizes)) > 1 or width != height):
        raise DataError(
            f"images are not square and alike (first: {width}x{height}): "
            "choose a size to fit them to, as in --data.image_size 64"
        )
    info = {"channels": 1 if set(modes) <= {"1", "L"} else 3, "image_size": image_size or width}
    pixels = torch.stack([to_pixels(source, info) for source, _ in sample])  # (N, C, H, W)
    std, mean = torch.std_mean(pixels, dim=(0, 2, 3))
    # A channel that never varies is only centred: to divide by its deviation gives infinities.
    return {**info, "mean": mean.tolist(), "std": std.where(std > 0, 1).tolist()}


def load_data(
    settings: DataSettings,
    seed: int,
    info: dict[str, Any] | None = None,
    share: tuple[int, int] = (0, 1),
) -> Data:
    """Reads and splits the images; given the ``info`` of a checkpoint, prepares them like those.

    ``share`` is the rank of this process and the number of processes that share every batch.
    """
    rank, processes = share
    if settings.batch_size % processes:
        raise DataError(
            f"data.batch_size {settings.batch_size} cannot be shared by {processes} processes: "
            "choose a multiple of their number"
        )
    batch_size = settings.batch_size // processes
    known = info["classes"] if info else None
    splits: dict[str, list[Example]] = {}
    if settings.path is None:
        splits["train"], classes = read_digits()
    elif given := [name for name in SPLITS if (settings.path / name).is_dir()]:
        folders = {d.name for d in settings.path.iterdir() if d.is_dir() and d.name[0] != "."}
        if "train" not in given or folders - set(SPLITS):
            names = ", ".join(sorted(folders))
            raise DataError(f"{settings.path} holds {names}: name splits train, val and test")
        splits["train"], classes = read_folder(settings.path / "train", known)
        for name in given[1:]:
            splits[name], _ = read_folder(settings.path / name, classes)
    else:
        splits["train"], classes = read_folder(settings.path, known)
    held_out = round(settings.held_out * len(splits["train"]))
    for name in [name for name in SPLITS if name not in splits]:
        labels = [label for _, label in splits["train"]]
        try:
            splits["train"], splits[name] = train_test_split(
                splits["train"], test_size=held_out, stratify=labels, random_state=seed
            )
        except ValueError as error:
            raise DataError(f"too few images to hold out {held_out} of them: {error}") from error
    info = info or {"classes": classes, **describe(splits["train"], settings.image_size, seed)}

    datasets = {name: Images(examples, info) for name, examples in splits.items()}
    sampler = EpochSampler(len(splits["train"]), batch_size, seed, share)
    loader = partial(
        DataLoader,
        batch_size=batch_size,
        num_workers=settings.workers,
        collate_fn=datasets["train"].collate,
        pin_memory=torch.accelerator.is_available(),
        generator=Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    # Batch norm has nothing to learn from a last batch of one image.
    drop_last = len(sampler) > batch_size
    return Data(
        train=loader(datasets["train"], sampler=sampler, drop_last=drop_last),
        validation=loader(datasets["val"], sampler=range(rank, len(splits["val"]), processes)),
        test=loader(datasets["test"], sampler=range(rank, len(splits["test"]), processes)),
        sampler=sampler,
        info=info,
    )


def read_inputs(
    files: list[Path], info: dict[str, Any]
) -> Iterator[tuple[list[Path], tuple[Tensor]]]:
    """Each file with the model's inputs for it, a batch of one image."""
    for file in files:
        yield [file], (standardize(to_pixels(file, info).unsqueeze(0), info),)
