"""Made-up inputs of this project: texts of random tokens."""

from pathlib import Path
from typing import Any

import torch
# jinja: if pretrained
from tiny import describe_backbone
from tiny import read_weights as read_weights
from tiny import save_backbone as save_backbone
from tiny import weights_of as weights_of
# jinja: endif
from torch import Generator, Tensor, nn
from torch.nn.functional import pad

from package.data import collate

# Size of the vocabulary and longest text: all are tried with the model, "small" with the rest.
FORMS = {"small": (60, 10), "long": (700, 80)}
# jinja: if pretrained
NUM_SPECIAL = 5
# jinja: else
NUM_SPECIAL = 2
# jinja: endif
SMALL_MODEL = {"width": 16, "depth": 2}  # what the model has of these
SHORT_DATA = {"batch_size": 7, "held_out": 0.2, "columns": ("tokens", "tags"), "max_length": 30}
SHORT_EPOCHS = 2


def describe(form: str) -> dict[str, Any]:
    vocabulary_size, longest = FORMS[form]
    return {
        "longest": longest,
        "vocabulary_size": vocabulary_size,
        "is_word_start": [token > 0 and token % 2 == 0 for token in range(vocabulary_size)],
        # jinja: if pretrained
        **describe_backbone(form, vocabulary_size),
        # jinja: else
        "num_special": NUM_SPECIAL,
        "unknown_id": 1,
        # jinja: endif
    }


def make_batch(
    info: dict[str, Any], numbers: list[int], targets: Tensor
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Each number is a sample; all batches are padded to the same length, to be compared."""
    examples = []
    for number, tags in zip(numbers, targets, strict=True):
        generator = Generator().manual_seed(number)
        length = int(torch.randint(4, info["longest"] + 1, (1,), generator=generator))
        tokens = (NUM_SPECIAL, info["vocabulary_size"])
        examples.append((torch.randint(*tokens, (length,), generator=generator), tags[:length]))
    (token_ids, mask), target = collate(examples)
    missing = (0, info["longest"] - token_ids.size(1))
    return (pad(token_ids, missing), pad(mask, missing)), pad(target, missing, value=-100)


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
    token_ids, mask = inputs
    others = token_ids.where(token_ids < NUM_SPECIAL, NUM_SPECIAL + token_ids.max() - token_ids)
    others[one] = token_ids[one]
    return others, mask


def check(found: Any, given: Any, info: dict[str, Any]) -> None:
    """That a batch is still one when it has been augmented."""
    ((token_ids, mask), target), (_, given_target) = found, given
    assert (token_ids.dtype, token_ids.shape) == (torch.int64, mask.shape)
    assert mask.any(dim=1).all(), "nothing is left of a text"
    assert not (mask[:, 1:] > mask[:, :-1]).any(), "padding stands before or among tokens"
    assert not token_ids[~mask].any(), "padding has become a token"
    assert token_ids[mask].min() > 0, "a token has become padding"
    assert token_ids.max() < info["vocabulary_size"], "there is no such token"
    assert torch.equal(target, given_target), "words have other tags"


def write_examples(folder: Path, labels: list[str], seed: int) -> Path:
    """A file with an entity of each of these kinds, as data.path takes it."""
    generator = Generator().manual_seed(seed)
    words = ["one", "two", "three", "four", "five", "six", "seven"]
    lines = []
    for number, label in enumerate(labels):
        draws = torch.randint(len(words), (3 + number % 12 * 3,), generator=generator)
        lines += [f"{words[i]} O" for i in draws]
        lines += [f"New{label}{chr(97 + number % 26)} B-{label}", f"{number} I-{label}", ""]
    (folder / "data.conll").write_text("\n".join(lines))
    return folder / "data.conll"


def write_inputs(folder: Path) -> list[Path]:
    """Files that `predict` takes, one of them longer than what a model sees at once."""
    files = [folder / f"text {number}.txt" for number in range(2)]
    for number, file in enumerate(files):
        file.write_text(f"\nRaise an exception if it has no header{' and so on' * 20 * number} .")
    return files
