"""How a text of a batch is drawn.

Shapes: B batch, T tokens.
"""

from collections.abc import Callable
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
from tokenizers import decoders
from torch import Generator, Tensor
from torch.utils.data import DataLoader

from ..data import load_tokenizer

COLUMNS = 3  # of a picture with many examples
HEIGHT = 0.4  # of an example, to its width
WIDTH = 44  # letters in a line
LONGEST = 320  # letters


def get_example(loader: DataLoader[Any], number: int) -> tuple[tuple[Tensor, ...], Tensor]:
    """A batch of one."""
    batch: tuple[tuple[Tensor, ...], Tensor] = loader.collate_fn([loader.dataset[number]])
    return batch


def draw_example(axes: Axes, loader: DataLoader[Any], number: int, info: dict[str, Any]) -> None:
    (token_ids, _), _ = get_example(loader, number)
    draw(axes, token_ids, info)


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
        (token_ids, _), _ = augment(inputs, target, generator)
        draw(axes, token_ids, info)


def draw(axes: Axes, token_ids: Tensor, info: dict[str, Any]) -> None:
    """The first of ``(B, T)``; pieces of words that augmentation dropped are underlines."""
    tokenizer, unknown = load_tokenizer(info), info["unknown_id"]
    ids = token_ids[0].tolist()
    tokens = ["Ġ_" if n == unknown else tokenizer.id_to_token(n) or "" for n in ids]
    text = decoders.ByteLevel().decode(tokens).strip()
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
    text = fill(short.replace("$", r"\$"), WIDTH)  # else it is mathematics
    axes.text(0, 1, text, fontsize=7, va="top", transform=axes.transAxes)
