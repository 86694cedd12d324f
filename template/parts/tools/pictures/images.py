"""How an image of a batch is drawn.

Shapes: B batch, C channels, H height, W width.
"""

from collections.abc import Callable
from typing import Any

import torch
from matplotlib.axes import Axes
from torch import Generator, Tensor
from torch.utils.data import DataLoader

COLUMNS = 6  # of a picture with many examples
HEIGHT = 1.2  # of an example, to its width


def get_example(loader: DataLoader[Any], number: int) -> tuple[tuple[Tensor, ...], Tensor]:
    """A batch of one."""
    batch: tuple[tuple[Tensor, ...], Tensor] = loader.collate_fn([loader.dataset[number]])
    return batch


def draw_example(axes: Axes, loader: DataLoader[Any], number: int, info: dict[str, Any]) -> None:
    (images,), _ = get_example(loader, number)
    draw(axes, images, info)


def draw_augmented(
    row: list[Axes],
    loader: DataLoader[Any],
    place: float,
    augment: Callable[..., tuple[tuple[Tensor, ...], Tensor]],
    generator: Generator,
    info: dict[str, Any],
) -> None:
    """An example, and what becomes of it in several draws; 0 is the first one, 1 the last."""
    dataset: Any = loader.dataset
    inputs, target = get_example(loader, int(place * (len(dataset) - 1)))
    inputs = tuple(tensor.to(generator.device) for tensor in inputs)
    draw(row[0], inputs[0], info)
    for axes in row[1:]:
        (images,), _ = augment(inputs, target, generator)
        draw(axes, images, info)


def draw(axes: Axes, images: Tensor, info: dict[str, Any]) -> None:
    """The first of standardised images ``(B, C, H, W)``."""
    mean, std = (torch.tensor(info[name])[:, None, None] for name in ("mean", "std"))
    pixels = (images[0].cpu() * std + mean).clamp(0, 1).permute(1, 2, 0)  # (H, W, C)
    shown = pixels.squeeze(2) if pixels.size(2) == 1 else pixels
    axes.imshow(shown.numpy(), cmap="gray", vmin=0, vmax=1)
