"""What the tests share: the recipe, a model, and small batches of made-up data.

Whatever depends on the form of the data stands here. The tests of model, optimizer and training
take what `make_batch` gives, and hold for any data.
"""

import gc
import os
from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from cyclopts.config import Yaml
from torch import Generator, Tensor, nn

from package.augment import AugmentSettings
from package.cli import app
from package.data import Batch, collate
from package.engine.state import Settings
from package.model import build_model

torch.set_num_threads(1)
gc.set_threshold(50_000, 20, 100)  # else it looks through all of torch again and again

PROJECT = Path(__file__).parents[1]
# What is checked must hold for any weights and any data: `TEST_SEED=1 pytest` draws others.
SEED = 1000 * int(os.environ.get("TEST_SEED", "0"))

# Forms of data, as size of the vocabulary and longest text: all are tried with the model, "small"
# with the rest.
FORMS = {"small": (60, 13), "long": (700, 80)}
NUM_SPECIAL = 2
NUM_CLASSES = 11  # unlike the batch sizes, so that the two cannot be mixed up


@pytest.fixture(autouse=True)
def seed() -> int:
    """Sets the global generator for each test, so that its result does not depend on the others."""
    torch.manual_seed(SEED)
    return SEED


@pytest.fixture(scope="session")
def default_settings() -> Settings:
    """The recipe in configs/default.yaml, as the commands read it, on the CPU."""
    app.config = Yaml(PROJECT / "configs/default.yaml", use_commands_as_keys=False)
    _, bound, _ = app.parse_args(["train", "--training.device", "cpu"])
    return bound.arguments["settings"]


@pytest.fixture
def settings(default_settings: Settings, seed: int) -> Settings:
    """The recipe, for each test to change."""
    settings = deepcopy(default_settings)
    settings.training.seed = seed
    return settings


@pytest.fixture
def small_settings(settings: Settings) -> Settings:
    """The recipe with a small model, for what holds at any size."""
    for name, most in {"width": 16, "depth": 2}.items():
        if hasattr(settings.model, name):
            setattr(settings.model, name, min(most, getattr(settings.model, name)))
    return settings


@pytest.fixture
def short_settings(small_settings: Settings, tmp_path: Path) -> Settings:
    """A small model on a few texts of a few words, of which a whole training takes a moment."""
    words = ["one", "two", "three", "four", "five", "six", "seven"]
    rows = ["text,label"]
    for number in range(48):
        text = " ".join(words[i] for i in torch.randint(len(words), (5 + number % 4,)))
        rows.append(f"{text} {number},class {number % 3}")
    (tmp_path / "data.csv").write_text("\n".join(rows))
    settings = small_settings
    settings.data.path, settings.data.batch_size = tmp_path / "data.csv", 8
    settings.run.folder, settings.training.epochs = tmp_path / "runs", 2
    return settings


@pytest.fixture
def no_augmentation() -> AugmentSettings:
    """All off. One of your own needs its value here, and is then tried like the rest."""
    return AugmentSettings(word_dropout=0.0)


@pytest.fixture
def strong_augmentation(no_augmentation: AugmentSettings) -> AugmentSettings:
    """All at a half, so that every sample is changed."""
    strengths = {field.name: 0.5 for field in fields(no_augmentation)}
    return replace(no_augmentation, **strengths)


@pytest.fixture
def bare_settings(small_settings: Settings, no_augmentation: AugmentSettings) -> Settings:
    """A small model, without what keeps it from fitting a batch exactly, or adds chance to it."""
    small_settings.augment = no_augmentation
    small_settings.model.dropout = 0.0
    small_settings.optim.weight_decay = 0.0
    return small_settings


@pytest.fixture(params=FORMS)
def info(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What data.py would report of such data."""
    vocabulary_size, _ = FORMS[request.param]
    return {
        "form": request.param,
        "classes": [f"class {label}" for label in range(NUM_CLASSES)],
        "vocabulary_size": vocabulary_size,
        "is_word_start": [token > 0 and token % 2 == 0 for token in range(vocabulary_size)],
        "num_special": NUM_SPECIAL,
        "unknown_id": 1,
    }


@pytest.fixture
def num_outputs() -> int:
    """What the model gives for a sample.

    With a second head, join the outputs of both in the fixture ``model`` and count them here: all
    checks then hold for both.
    """
    return NUM_CLASSES


@pytest.fixture
def make_batch(info: dict[str, Any]) -> Callable[..., Batch]:
    """``make_batch(size, first)`` has the samples first, first + 1, ...: a number is one sample."""
    vocabulary_size, longest = FORMS[info["form"]]

    def make_text(generator: Generator) -> Tensor:
        length = int(torch.randint(4, longest + 1, (1,), generator=generator))
        return torch.randint(NUM_SPECIAL, vocabulary_size, (length,), generator=generator)

    def make(size: int, first: int = 0) -> Batch:
        generators = [Generator().manual_seed(SEED + first + number) for number in range(size)]
        texts = [make_text(g) for g in generators]
        labels = [int(torch.randint(NUM_CLASSES, (1,), generator=g)) for g in generators]
        return collate(list(zip(texts, labels, strict=True)))

    return make


@pytest.fixture
def with_gradients() -> Callable[[nn.Module, tuple[Tensor, ...]], tuple[Tensor, Tensor]]:
    """``with_gradients(model, inputs)``: outputs, and the samples as what keeps gradients.

    Token ids have none, but what the embedding makes of them does.
    """

    def run(model: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        embedded = []
        (embedding,) = (module for module in model.modules() if isinstance(module, nn.Embedding))
        handle = embedding.register_forward_hook(lambda *call: embedded.append(call[2]))
        outputs = model(*inputs)
        handle.remove()
        embedded[0].retain_grad()
        return outputs, embedded[0]

    return run


@pytest.fixture
def input_files(tmp_path: Path) -> list[Path]:
    """Files that `predict` takes, beside what the tests keep in the same folder."""
    files = [tmp_path / f"text {number}.txt" for number in range(2)]
    for number, file in enumerate(files):
        file.write_text(f"\nRaise an exception if message {number} has no header.\n")
    return files


@pytest.fixture
def model(settings: Settings, info: dict[str, Any]) -> nn.Module:
    torch.manual_seed(SEED)
    return build_model(settings.model, info).eval()
