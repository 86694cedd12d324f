"""Made-up inputs of this project: images of noise."""

from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Generator, Tensor, nn
from torch.utils.data import DataLoader

# Channels, height and width: all are tried with the model, "small" with the rest.
FORMS = {"small": (1, (8, 8)), "colour": (3, (16, 16)), "odd": (3, (33, 22))}
# What the model has of these settings is at most this large in most tests.
SMALL_MODEL = {"width": 16, "blocks_per_stage": 1, "depth": 2}
SHORT_DATA = {"batch_size": 8, "held_out": 0.2, "columns": ("file", "label"), "image_size": None}
SHORT_EPOCHS = 2


def describe(form: str) -> dict[str, Any]:
    channels, image_size = FORMS[form]
    scale = {"mean": [0.5] * channels, "std": [0.25] * channels}
    return {"channels": channels, "image_size": image_size, **scale}


def make_batch(
    info: dict[str, Any], numbers: list[int], targets: Tensor
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Each number is a sample."""
    shape = (info["channels"], *info["image_size"])
    images = [torch.rand(shape, generator=Generator().manual_seed(number)) for number in numbers]
    return ((torch.stack(images) - 0.5) / 0.25,), targets


def read(loader: DataLoader[Any]) -> tuple[Tensor, Tensor]:
    """All images and targets of a split, in the order of its loader."""
    batches = list(loader)
    images = torch.cat([images for (images,), _ in batches])
    return images, torch.cat([target for _, target in batches])


def with_gradients(model: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """Outputs, and the samples as what keeps gradients."""
    (images,) = inputs
    return model(images.requires_grad_()), images


def change_others(inputs: tuple[Tensor, ...], one: int) -> tuple[Tensor, ...]:
    """The same batch with other samples around that one."""
    (images,) = inputs
    return (torch.cat([-images[:one], images[one : one + 1], -images[one + 1 :]]),)


def check(found: Any, given: Any, info: dict[str, Any]) -> None:
    """That a batch is still one when it has been augmented."""
    ((images,), target), ((given_images,), given_target) = found, given
    assert (images.dtype, images.shape) == (given_images.dtype, given_images.shape)
    assert torch.equal(target.nan_to_num(), given_target.nan_to_num()), "images have other labels"
    assert images.isfinite().all()


def write_examples(folder: Path, labels: list[str], seed: int) -> Path:
    """Files with these labels, as data.path takes them."""
    generator = Generator().manual_seed(seed)
    rows = ["file,label"]
    for number, label in enumerate(labels):
        pixels = torch.randint(256, (8, 8), dtype=torch.uint8, generator=generator)
        Image.fromarray(pixels.numpy()).save(folder / f"{number}.png")
        rows.append(f"{number}.png,{label}")
    (folder / "labels.csv").write_text("\n".join(rows))
    return folder / "labels.csv"


def write_inputs(folder: Path) -> list[Path]:
    """Files that `predict` takes."""
    files = [folder / f"image {number}.png" for number in range(2)]
    for number, file in enumerate(files):
        Image.new("L", (8, 8), color=100 * number).save(file)
    return files
