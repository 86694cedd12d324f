"""Made-up inputs of this project: blocks of random tokens."""

from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor, nn

from package.data import collate

# Longest block: all are tried with the model, "small" with the rest.
FORMS = {"small": 6, "long": 40}
SMALL_MODEL = {"width": 16, "depth": 2}  # what the model has of these
SHORT_DATA = {"batch_size": 3, "held_out": 0.2, "context": 8, "vocabulary_size": 0}
SHORT_EPOCHS = 2


def describe(form: str) -> dict[str, Any]:
    return {"context": FORMS[form], "unknown_id": 0}


def make_batch(
    info: dict[str, Any], numbers: list[int], targets: Tensor
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Each number is a sample; its targets follow its last token, and are any tokens at all."""
    blocks = []
    for number in numbers:
        generator = Generator().manual_seed(number)
        size = (info["context"] + 1,)
        blocks.append(torch.randint(1, len(info["vocabulary"]), size, generator=generator))
    inputs, _ = collate(blocks)
    return inputs, targets[:, : info["context"]]


def with_gradients(model: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """Outputs, and the samples as what keeps gradients.

    Token ids have none, but what their embedding makes of them does, even if it is frozen.
    """
    embedded = []
    # Others may be of positions.
    embedding = next(module for module in model.modules() if isinstance(module, nn.Embedding))
    handle = embedding.register_forward_hook(lambda m, _, x: embedded.append(x.requires_grad_()))
    outputs = model(*inputs)
    handle.remove()
    embedded[0].retain_grad()
    return outputs, embedded[0]


def change_others(inputs: tuple[Tensor, ...], one: int) -> tuple[Tensor, ...]:
    """The same batch with other samples around that one."""
    (token_ids,) = inputs
    others = 1 + token_ids.max() - token_ids
    others[one] = token_ids[one]
    return (others,)


def check(found: Any, given: Any, info: dict[str, Any]) -> None:
    """That a batch is still one when it has been augmented."""
    ((token_ids,), target), ((before,), given_target) = found, given
    assert (token_ids.dtype, token_ids.shape) == (torch.int64, before.shape)
    lowest, highest = token_ids.min(), token_ids.max()
    assert 0 <= lowest <= highest < len(info["vocabulary"]), "there is no such token"
    assert torch.equal(target, given_target), "other tokens are to be predicted"


def write_examples(folder: Path, labels: list[str], seed: int) -> Path:
    """A file of text, as data.path takes it; it has no labels."""
    generator = Generator().manual_seed(seed)
    words = ["one", "two", "three", "four", "five", "six", "seven"]
    draws = torch.randint(len(words), (len(labels) * 3,), generator=generator)
    (folder / "text.txt").write_text(" ".join(words[i] for i in draws) + "\n")
    return folder / "text.txt"


def write_inputs(folder: Path) -> list[Path]:
    """Files with prompts, one of them longer than what a model sees."""
    files = [folder / f"prompt {number}.txt" for number in range(2)]
    for number, file in enumerate(files):
        file.write_text("one two " * (1 + 5 * number))
    return files
