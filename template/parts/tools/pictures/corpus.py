"""How a block of text is drawn."""

from collections.abc import Callable
from textwrap import wrap
from typing import Any

from matplotlib.axes import Axes
from torch import Tensor
from torch.utils.data import DataLoader

from ..tokenizer import load_tokenizer

COLUMNS = 3  # of a picture with many examples
HEIGHT = 0.5  # of a picture, divided by its width
WIDTH = 44  # letters in a line
LINES = 10

Change = Callable[[tuple[Tensor, ...], Tensor], tuple[tuple[Tensor, ...], Tensor]]


def draw_example(
    axes: Axes, loader: DataLoader[Any], number: int, info: dict[str, Any], change: Change | None
) -> None:
    """A block of a split, or what ``change`` makes of it; what is unknown is an underline."""
    dataset: Any = loader.dataset
    inputs, target = loader.collate_fn([dataset[number * dataset.context]])
    if change is not None:
        inputs, _ = change(inputs, target)
    tokenizer, unknown = load_tokenizer(info), info["unknown_id"]
    pieces = ["_" if n == unknown else tokenizer.decode([n]) for n in inputs[0][0].tolist()]
    lines = [row for line in "".join(pieces).splitlines() for row in wrap(line, WIDTH) or [""]]
    escaped = "\n".join(lines[:LINES]).replace("$", r"\$")  # else it is mathematics
    axes.text(0, 1, escaped, fontsize=7, va="top", family="monospace", transform=axes.transAxes)
