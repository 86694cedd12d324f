"""Images and their targets, as batches, and what a model must know of them.

Shapes: B batch, C channels, H height, W width. Images are float32.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import torch
from cyclopts import Parameter, validators
from PIL import Image, ImageOps
from torch import Generator, Tensor
from torch.utils.data import DataLoader, Dataset

from .engine.folds import take_fold
from .engine.images import check_images, find_files, open_image, read_rows, size_error
from .engine.labels import DataError, collected, tell
from .engine.ranges import Count, Counts, Natural
from .engine.sampling import EpochSampler, batches_in_order
from .engine.splits import hold_out
from .sources import Example, SourceSettings, read_splits
from .targets import describe_labels, encode_labels, group_labels, read_label

STATISTICS_SAMPLE = 500  # training images from which size, colours, mean and deviation are taken

Batch = tuple[tuple[Tensor, ...], Tensor]


@dataclass(kw_only=True)
class DataSettings(SourceSettings):
    batch_size: Annotated[Count, Parameter(alias="--batch-size")]
    """Images in a training step."""
    balance: bool = False
    """Draw each class equally often in training, with images of rare ones several times."""
    held_out: Annotated[float, Parameter(validator=validators.Number(gt=0, lt=0.5))]
    """Fraction held out for validation, and again for test, if the data has no such split."""
    split_seed: Natural = 0
    """Decides which images these are; ``training.seed`` does not."""
    fold: Counts | None = None
    """Part of training and validation data that is for validation: 1 5 is the first of five."""
    workers: Annotated[Natural, Parameter(validator=validators.Number(gte=0, lte=1000))] = 0
    """Processes that read images; 0 reads them in the training process."""
    image_size: Counts | None = None
    """Height and width to scale and crop to, or one number for both; none: all have one size."""

    def __post_init__(self) -> None:
        if self.image_size is not None and len(self.image_size) not in {1, 2}:
            raise ValueError("data.image_size: give a height and a width, or one number for both")


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

    def __init__(self, examples: list[Example], info: dict[str, Any], resize: bool) -> None:
        self.examples, self.info, self.resize = examples, info, resize
        self.targets = encode_labels([example.label for example in examples], info)

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        example = self.examples[index]
        image = open_image(example.image)
        if not self.resize and image.size != self.info["image_size"][::-1]:
            raise size_error(f"{example.name} is", image.size)
        target = self.targets[index]
        return to_pixels(image, self.info), target

    def collate(self, examples: list[tuple[Tensor, Tensor]]) -> Batch:
        pixels, targets = zip(*examples, strict=True)
        return (standardize(torch.stack(pixels), self.info),), torch.stack(targets)


def to_pixels(image: Image.Image, info: dict[str, Any]) -> Tensor:
    """Pixels ``(C, H, W)`` in [0, 1], in the colours and the size of the training images."""
    size = info["image_size"]  # height and width
    image = image.convert("L" if info["channels"] == 1 else "RGB")
    if image.size != size[::-1]:
        image = ImageOps.fit(image, size[::-1])
    pixels = torch.from_numpy(np.array(image, dtype=np.float32) / 255)
    return pixels.view(*size, -1).permute(2, 0, 1)


def standardize(pixels: Tensor, info: dict[str, Any]) -> Tensor:
    """Pixels ``(B, C, H, W)`` in [0, 1] to zero mean and unit variance over the training images."""
    mean, std = torch.tensor(info["mean"]), torch.tensor(info["std"])
    return (pixels - mean[:, None, None]) / std[:, None, None]


def describe(examples: list[Example], image_size: list[int] | None) -> dict[str, Any]:
    """Channels, size, mean and standard deviation of the images, from a sample."""
    sample = random.Random(0).sample(examples, min(len(examples), STATISTICS_SAMPLE))
    images = [open_image(example.image) for example in sample]
    width, height = images[0].size
    for example, image in zip(sample, images, strict=True):
        if image_size is None and image.size != (width, height):
            raise size_error(f"{sample[0].name} is {width}x{height}, {example.name}", image.size)
    channels = 1 if {image.mode for image in images} <= {"1", "L"} else 3
    size = (image_size[0], image_size[-1]) if image_size else (height, width)
    info = {"channels": channels, "image_size": size, "of_one_size": image_size is None}
    pixels = torch.stack([to_pixels(image, info) for image in images])  # (N, C, H, W)
    std, mean = torch.std_mean(pixels, dim=(0, 2, 3))
    # A constant channel is only centred: division by its deviation would give infinities.
    return {**info, "mean": mean.tolist(), "std": std.where(std > 0, 1).tolist()}


def load_data(
    settings: DataSettings, seed: int, info: dict[str, Any] | None = None, relabel: bool = False
) -> Data:
    """Reads and splits the images; given the ``info`` of a checkpoint, prepares them like those.

    With ``relabel`` only the inputs: what belongs to targets comes from these training labels.
    """
    if settings.path is None:
        from .sample import read_sample

        splits = {**read_sample(read_label)}  # a copy: the sample is kept for the next call
    else:
        splits = read_splits(settings, read_label)
    if info is None or relabel:
        files = [example.image for examples in splits.values() for example in examples]
        check_images(files, of_one_size=settings.image_size is None)
    missing = [name for name in ("val", "test") if name not in splits]
    groups = group_labels([example.label for example in splits["train"]])
    splits |= hold_out(splits["train"], groups, missing, settings.held_out, settings.split_seed)
    if settings.fold:
        both = splits["train"] + splits["val"]
        groups = group_labels([example.label for example in both])
        splits["train"], splits["val"] = take_fold(both, groups, settings.fold, settings.split_seed)
    if info is None or relabel:
        labels = [example.label for example in splits["train"]]
        info = info or describe(splits["train"], settings.image_size)
        info = info | describe_labels(labels) | {"file_column": settings.columns[0]}
    datasets = {n: Images(s, info, bool(settings.image_size)) for n, s in splits.items()}
    sampler = EpochSampler(len(splits["train"]), settings.batch_size, seed)
    if settings.balance:
        targets = datasets["train"].targets
        sampler.draw_weights = 1 / targets.bincount()[targets]
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
    files: list[Path], info: dict[str, Any], faults: list[DataError] | None = None
) -> Iterator[tuple[list[dict[str, Any]], tuple[Tensor]]]:
    """Each image, by name and what its table has of it, with its inputs; ``-`` reads names."""
    column = info.get("file_column", "file")
    for file in chain.from_iterable(map(find_files, files)):
        examples: list[tuple[Path, dict[str, Any]]] = [(file, {})]
        if file.suffix.lower() == ".csv":
            examples = []
            with collected(faults):
                rows = list(read_rows(file, (column,)))
                examples = [(file.parent / row[column], row) for _, row in rows]
        for path, row in examples:
            with collected(faults):
                image, (height, width) = open_image(path), info["image_size"]
                if info.get("of_one_size") and image.size != (width, height):
                    tell(f"images of another size than {width}x{height}, of training, are scaled")
                pixels = to_pixels(image, info).unsqueeze(0)
                yield [{"name": str(path), **row}], (standardize(pixels, info),)
