"""How an image of a batch is drawn."""

from collections.abc import Callable
from typing import Any

import torch
from matplotlib.axes import Axes
from torch import Tensor
from torch.utils.data import DataLoader

# jinja: if output == "pixel"
from ..engine.masks import paint

# jinja: endif
COLUMNS = 6  # of a picture with many examples
HEIGHT = 1.2  # of a picture, divided by its width

Change = Callable[[tuple[Tensor, ...], Tensor], tuple[tuple[Tensor, ...], Tensor]]


def draw_example(
    axes: Axes, loader: DataLoader[Any], number: int, info: dict[str, Any], change: Change | None
) -> None:
    """An example of a split, or what ``change`` makes of it."""
    # jinja: if mixing
    numbers = [number]
    if change is not None:  # which may mix it with others
        numbers += [0, len(loader.dataset) // 2]  # type: ignore[arg-type]
    inputs, target = loader.collate_fn([loader.dataset[each] for each in numbers])
    # jinja: else
    inputs, target = loader.collate_fn([loader.dataset[number]])
    # jinja: endif
    # jinja: if output == "pixel"
    if change is not None:
        inputs, target = change(inputs, target)
    # jinja: else
    if change is not None:
        inputs, _ = change(inputs, target)
    # jinja: endif
    (images,) = inputs
    mean, std = (torch.tensor(info[name])[:, None, None] for name in ("mean", "std"))
    pixels = (images[0] * std + mean).clamp(0, 1).permute(1, 2, 0)  # channels last
    # jinja: if output == "pixel"
    pixels = paint(pixels, target[0], info)
    # jinja: endif
    shown = pixels.squeeze(2) if pixels.size(2) == 1 else pixels
    axes.imshow(shown.numpy(), cmap="gray", vmin=0, vmax=1)
