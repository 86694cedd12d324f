"""How a text of a batch is drawn."""

from collections.abc import Callable
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
# jinja: if not pretrained
from tokenizers import decoders
# jinja: endif
from torch import Tensor
from torch.utils.data import DataLoader

from ..tokenizer import load_tokenizer

COLUMNS = 3  # of a picture with many examples
HEIGHT = 0.4  # of a picture, divided by its width
WIDTH = 44  # letters in a line

Change = Callable[[tuple[Tensor, ...], Tensor], tuple[tuple[Tensor, ...], Tensor]]


def draw_example(
    axes: Axes, loader: DataLoader[Any], number: int, info: dict[str, Any], change: Change | None
) -> None:
    """An example of a split, or what ``change`` makes of it."""
    inputs, target = loader.collate_fn([loader.dataset[number]])
    if change is not None:
        inputs, _ = change(inputs, target)
    # jinja: if pretrained
    # Pieces of words that augmentation dropped are the token for that.
    text = load_tokenizer(info).decode(inputs[0][0].tolist(), skip_special_tokens=False)
    # jinja: else
    # Pieces of words that augmentation dropped are underlines.
    tokenizer, unknown = load_tokenizer(info), info["unknown_id"]
    token_ids = inputs[0][0].tolist()
    tokens = ["Ġ_" if n == unknown else tokenizer.id_to_token(n) or "" for n in token_ids]
    text = decoders.ByteLevel().decode(tokens).strip()
    # jinja: endif
    escaped = text.replace("$", r"\$")  # else it is mathematics
    lines = fill(escaped, WIDTH, max_lines=8, placeholder=" ...")
    axes.text(0, 1, lines, fontsize=7, va="top", transform=axes.transAxes)
