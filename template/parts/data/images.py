"""Images and their targets, as batches, and what a model must know of them.

Shapes: B batch, C channels, H height, W width. Images are float32.
"""

import hashlib
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import torch
from cyclopts import Parameter, validators
from PIL import Image, ImageOps
from torch import Generator, Tensor
from torch.utils.data import DataLoader, Dataset

from .engine.labels import DataError, Label
from .engine.sampling import EpochSampler, batches_in_order
from .sources import SPLITS, Example, SourceSettings, Splits, find_images, read_splits
from .targets import check_label, describe_labels, encode_labels, group_labels

STATISTICS_SAMPLE = 500  # training images that colours, size, mean and deviation are read from

Batch = tuple[tuple[Tensor, ...], Tensor]


@dataclass(kw_only=True)
class DataSettings(SourceSettings):
    batch_size: Annotated[int, Parameter(validator=validators.Number(gte=1))]
    """Images in a training step."""
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Share kept for validation, and as much for test, where the data has no such split."""
    workers: int = 0
    """Processes that read images; 0 reads them in the training process."""
    image_size: int | None = None
    """Height and width to scale and crop to; none: images are square and alike already."""


class Data(NamedTuple):
    """Batches ``((images (B, C, H, W),), target)``, and what a model must know of them."""

    train: DataLoader[Any]
    validation: DataLoader[Any]
    test: DataLoader[Any]
    sampler: EpochSampler
    """Orders the training images by seed and epoch (``set_epoch``), whatever was drawn before."""
    info: dict[str, Any]


class Images(Dataset[tuple[Tensor, Tensor]]):
    """Pixels ``(C, H, W)`` in [0, 1] and their targets; a batch of them is standardised."""

    def __init__(self, examples: list[Example], info: dict[str, Any], fit: bool) -> None:
        self.examples, self.info, self.fit = examples, info, fit
        self.targets = encode_labels([example.label for example in examples], info)

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        example = self.examples[index]
        image = open_image(example.image)
        if not self.fit and image.size != (self.info["image_size"],) * 2:
            raise unlike(f"{example.name} is", image.size)
        return to_pixels(image, self.info), self.targets[index]

    def collate(self, examples: list[tuple[Tensor, Tensor]]) -> Batch:
        pixels, targets = zip(*examples, strict=True)
        return (standardize(torch.stack(pixels), self.info),), torch.stack(targets)


def unlike(what: str, size: tuple[int, int]) -> DataError:
    return DataError(
        f"images are not square and alike ({what} {size[0]}x{size[1]}): "
        "choose a size to fit them to, as in --data.image_size 64"
    )


def open_image(source: Path | Image.Image | partial[Any]) -> Image.Image:
    if isinstance(source, Image.Image):
        return source
    try:
        if isinstance(source, partial):
            image = source()  # which the hub's library has turned upright
        else:
            with Image.open(source) as file:
                image = ImageOps.exif_transpose(file)  # upright, however the camera was held
    except (OSError, Image.DecompressionBombError) as error:
        raise DataError(f"{source} is not a readable image: mend or remove it") from error
    if image.mode[0] in "IF":
        raise DataError(f"{source} has {image.mode} pixels: convert it to 8 bits per channel")
    if image.has_transparency_data:  # what is see-through would show whatever colour lies behind
        mode = "L" if image.mode == "LA" else "RGB"
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert(mode)
    return image


def to_pixels(image: Image.Image, info: dict[str, Any]) -> Tensor:
    """Pixels ``(C, H, W)`` in [0, 1], in the colours and the size of the training images."""
    size = (info["image_size"], info["image_size"])
    image = image.convert("L" if info["channels"] == 1 else "RGB")
    if image.size != size:
        image = ImageOps.fit(image, size)
    pixels = torch.from_numpy(np.array(image, dtype=np.float32) / 255)
    return pixels.view(*size, -1).permute(2, 0, 1)


def standardize(pixels: Tensor, info: dict[str, Any]) -> Tensor:
    """Pixels ``(B, C, H, W)`` in [0, 1] to zero mean and unit variance over the training images."""
    mean, std = torch.tensor(info["mean"]), torch.tensor(info["std"])
    return (pixels - mean[:, None, None]) / std[:, None, None]


def draw(name: str, seed: int) -> float:
    """From 0 to 1, always the same for a name."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def hold_out(examples: list[Example], missing: list[str], share: float, seed: int) -> Splits:
    """Divides training images: a share of each group of labels for each missing split.

    The name of a file decides, so that it stays in its split when others are added: groups have
    equal shares but for chance. Where none can be added, they have equal shares.
    """
    splits: Splits = {name: [] for name in ("train", *missing)}
    groups = group_labels([example.label for example in examples])
    by_group: dict[str, list[tuple[float, Example]]] = {}
    for name, example in zip(groups, examples, strict=True):
        by_group.setdefault(name, []).append((draw(example.name, seed), example))
    not_trained = []
    for name, group in by_group.items():
        group.sort(key=itemgetter(0))
        before = len(splits["train"])
        for rank, (drawn, example) in enumerate(group):
            place = drawn if isinstance(example.image, Path) else (rank + 0.5) / len(group)
            number = int(place / share)
            splits[missing[number] if number < len(missing) else "train"].append(example)
        if len(splits["train"]) == before:
            not_trained.append(name)
    for name, held_out in splits.items():
        if not held_out:
            raise DataError(f"{len(examples)} images are too few to draw {name} from: add some")
    for name in sorted(not_trained):
        count = len(by_group[name])
        raise DataError(f"no image of {name} is drawn for training, it has {count}: add some")
    return splits


def describe(examples: list[Example], image_size: int | None, seed: int) -> dict[str, Any]:
    """Channels, size, mean and standard deviation of the images, from a sample."""
    sample = random.Random(seed).sample(examples, min(len(examples), STATISTICS_SAMPLE))
    images = [open_image(example.image) for example in sample]
    width, height = images[0].size
    for example, image in zip(sample, images, strict=True):
        if image_size is None and (image.size != (width, height) or width != height):
            raise unlike(f"{sample[0].name} is {width}x{height}, {example.name}", image.size)
    channels = 1 if {image.mode for image in images} <= {"1", "L"} else 3
    info = {"channels": channels, "image_size": image_size or width}
    pixels = torch.stack([to_pixels(image, info) for image in images])  # (N, C, H, W)
    std, mean = torch.std_mean(pixels, dim=(0, 2, 3))
    # A channel that never varies is only centred: to divide by its deviation gives infinities.
    return {**info, "mean": mean.tolist(), "std": std.where(std > 0, 1).tolist()}


def read_all(settings: DataSettings) -> Splits:
    if settings.path is None:
        from .sample import read_sample

        return read_sample()
    return read_splits(settings, check_label)


def load_data(settings: DataSettings, seed: int, info: dict[str, Any] | None = None) -> Data:
    """Reads and splits the images; given the ``info`` of a checkpoint, prepares them like those."""
    splits = {**read_all(settings)}
    missing = [name for name in SPLITS if name not in splits]
    splits |= hold_out(splits["train"], missing, settings.held_out, seed)
    if info is None:
        labels = [example.label for example in splits["train"]]
        images = describe(splits["train"], settings.image_size, seed)
        info = describe_labels(labels) | images

    fit = settings.image_size is not None
    datasets = {name: Images(examples, info, fit) for name, examples in splits.items()}
    sampler = EpochSampler(len(splits["train"]), settings.batch_size, seed)
    loader = partial(
        DataLoader,
        num_workers=settings.workers,
        collate_fn=datasets["train"].collate,
        pin_memory=torch.accelerator.is_available(),
        generator=Generator().manual_seed(seed),  # else each pass draws from the global one
    )
    in_order = {n: batches_in_order(len(s), settings.batch_size) for n, s in splits.items()}
    return Data(
        train=loader(datasets["train"], batch_sampler=sampler),
        validation=loader(datasets["val"], batch_sampler=in_order["val"]),
        test=loader(datasets["test"], batch_sampler=in_order["test"]),
        sampler=sampler,
        info=info,
    )


def read_inputs(
    files: list[Path], info: dict[str, Any]
) -> Iterator[tuple[list[Path], tuple[Tensor]]]:
    """Each image with the model's inputs for it, a batch of one; ``-`` reads names of files."""
    for file in chain.from_iterable(map(find_files, files)):
        yield [file], (standardize(to_pixels(open_image(file), info).unsqueeze(0), info),)


def find_files(path: Path) -> Iterator[Path]:
    if path == Path("-"):
        yield from (Path(line.rstrip("\n")) for line in sys.stdin if line.strip())
    elif path.is_dir():
        yield from sorted(find_images(path))
    else:
        yield path


class Inspected(NamedTuple):
    """An example as `show data` and reports tell of it."""

    name: str
    label: Label
    text: str
    sizes: dict[str, float]
    content: bytes  # the same for examples that are the same
    fault: str  # empty if nothing looks wrong


def inspect_examples(data: Data) -> Iterator[tuple[str, Iterator[Inspected]]]:
    """The examples of each split, in its order."""
    for split in ("train", "validation", "test"):
        yield split, map(inspect_image, getattr(data, split).dataset.examples)


def inspect_image(example: Example) -> Inspected:
    try:
        image = open_image(example.image)
    except DataError:
        return Inspected(example.name, example.label, "", {}, b"", "cannot be read")
    (width, height), content = image.size, image.tobytes()
    return Inspected(
        example.name,
        example.label,
        f"{width}x{height} {image.mode}",
        {"width": width, "height": height},
        hashlib.sha256(content + bytes([width % 256, height % 256])).digest(),
        "of one colour" if image.getcolors(maxcolors=1) else "",
    )
