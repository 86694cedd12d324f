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
from PIL import Image
from torch import Generator, Tensor, nn

from package.augment import AugmentSettings
from package.cli import app
from package.data import Batch
from package.engine.state import Settings
from package.model import build_model

torch.set_num_threads(1)
gc.set_threshold(50_000, 20, 100)  # else it looks through all of torch again and again

PROJECT = Path(__file__).parents[1]
# What is checked must hold for any weights and any data: `TEST_SEED=1 pytest` draws others.
SEED = 1000 * int(os.environ.get("TEST_SEED", "0"))

# Forms of data, as channels and image size: all are tried with the model, "small" with the rest.
FORMS = {"small": (1, 8), "colour": (3, 16), "odd": (3, 33)}
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
    for name, most in {"width": 16, "blocks_per_stage": 1, "depth": 2}.items():
        if hasattr(settings.model, name):
            setattr(settings.model, name, min(most, getattr(settings.model, name)))
    return settings


@pytest.fixture(scope="session")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a few images of noise, for all tests to read."""
    folder, generator = tmp_path_factory.mktemp("noise"), Generator().manual_seed(SEED)
    for number in range(48):
        file = folder / f"class {number % 3}" / f"{number}.png"
        file.parent.mkdir(exist_ok=True)
        pixels = torch.randint(256, (8, 8), dtype=torch.uint8, generator=generator)
        Image.fromarray(pixels.numpy()).save(file)
    return folder


@pytest.fixture
def short_settings(small_settings: Settings, noise: Path, tmp_path: Path) -> Settings:
    """A small model on a few images of noise, of which a whole training takes a moment."""
    settings = small_settings
    settings.data.path, settings.data.batch_size = noise, 8
    settings.run.folder, settings.training.epochs = tmp_path / "runs", 2
    return settings


@pytest.fixture
def no_augmentation() -> AugmentSettings:
    """All off. One of your own needs its value here, and is then tried like the rest."""
    return AugmentSettings(
        horizontal_flip=0.0,
        rotation=0.0,
        min_crop=1.0,
        brightness=0.0,
        contrast=0.0,
        saturation=0.0,
        hue=0.0,
        noise=0.0,
    )


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
    channels, image_size = FORMS[request.param]
    return {
        "classes": [f"class {label}" for label in range(NUM_CLASSES)],
        "channels": channels,
        "image_size": image_size,
        "mean": [0.5] * channels,
        "std": [0.25] * channels,
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
    shape = (info["channels"], info["image_size"], info["image_size"])

    def make(size: int, first: int = 0) -> Batch:
        generators = [Generator().manual_seed(SEED + first + number) for number in range(size)]
        images = torch.stack([torch.rand(shape, generator=g) for g in generators])
        labels = torch.cat([torch.randint(NUM_CLASSES, (1,), generator=g) for g in generators])
        return ((images - 0.5) / 0.25,), labels

    return make


@pytest.fixture
def with_gradients() -> Callable[[nn.Module, tuple[Tensor, ...]], tuple[Tensor, Tensor]]:
    """``with_gradients(model, inputs)``: outputs, and the samples as what keeps gradients."""

    def run(model: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        (images,) = inputs
        return model(images.requires_grad_()), images

    return run


@pytest.fixture
def input_files(tmp_path: Path) -> list[Path]:
    """Files that `predict` takes, beside what the tests keep in the same folder."""
    files = [tmp_path / f"image {number}.png" for number in range(2)]
    for number, file in enumerate(files):
        Image.new("L", (8, 8), color=100 * number).save(file)
    return files


@pytest.fixture
def model(settings: Settings, info: dict[str, Any], make_batch: Callable[..., Batch]) -> nn.Module:
    """In eval mode, with batch norm warmed up: statistics that were never updated hide mistakes."""
    torch.manual_seed(SEED)
    model = build_model(settings.model, info)
    with torch.no_grad():
        for step in range(3):
            inputs, _ = make_batch(4, first=4 * step)
            model(*inputs)
    return model.eval()
