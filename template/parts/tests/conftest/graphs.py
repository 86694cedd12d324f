"""What the tests share: the recipe, a model, and small graphs of made-up data.

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

# Forms of data, as numbers of features and of categories: both are tried with the model, "small"
# with the rest.
FORMS = {"small": (13, 0), "categories": (0, 9)}
NUM_CLASSES = 11  # unlike the numbers of graphs and nodes, so that the two cannot be mixed up


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
    """A small model on a few paths of nodes, of which a whole training takes a moment."""
    owners: list[int] = []
    edges, labels = [], []
    for graph in range(1, 49):
        first = len(owners) + 1
        owners += [graph] * (2 + graph % 4)
        for node in range(first, len(owners)):
            edges += [f"{node}, {node + 1}", f"{node + 1}, {node}"]
        labels.append(f"class {graph % 3}")
    files = {"A": edges, "graph_indicator": map(str, owners), "graph_labels": labels}
    settings = small_settings
    settings.data.path, settings.data.batch_size = tmp_path / "data", 8
    settings.data.path.mkdir()
    for name, lines in files.items():
        (settings.data.path / f"PATHS_{name}.txt").write_text("\n".join(lines))
    settings.run.folder, settings.training.epochs = tmp_path / "runs", 2
    return settings


@pytest.fixture
def no_augmentation() -> AugmentSettings:
    """All off. One of your own needs its value here, and is then tried like the rest."""
    return AugmentSettings(drop_edges=0.0, drop_nodes=0.0, drop_features=0.0)


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
    num_features, num_categories = FORMS[request.param]
    return {
        "classes": [f"class {label}" for label in range(NUM_CLASSES)],
        "num_features": num_features,
        "num_categories": num_categories,
        "nodes": 3.0,
    }


@pytest.fixture
def num_outputs() -> int:
    """What the model gives for a sample.

    With a second head, join the outputs of both in the fixture ``model`` and count them here: all
    checks then hold for both.
    """
    return NUM_CLASSES


@pytest.fixture
def make_nodes(info: dict[str, Any]) -> Callable[[int, int], Tensor]:
    """``make_nodes(count, seed)``: features, or two columns of categories, as the model takes."""

    def make(count: int, seed: int) -> Tensor:
        generator = Generator().manual_seed(SEED + seed)
        if info["num_categories"]:
            return torch.randint(1, info["num_categories"], (count, 2), generator=generator)
        return torch.randn(count, info["num_features"], generator=generator)

    return make


@pytest.fixture
def make_batch(make_nodes: Callable[[int, int], Tensor]) -> Callable[..., Batch]:
    """``make_batch(size, first)`` has the samples first, first + 1, ...: a number is one sample.

    A sample is a path of two to four nodes.
    """

    def make(size: int, first: int = 0) -> Batch:
        examples = []
        for number in range(first, first + size):
            steps = torch.arange(1 + number % 3)
            there = torch.stack([steps, steps + 1])
            edge_index = torch.cat([there, there.flip(0)], dim=1)
            label = torch.randint(
                NUM_CLASSES, (1,), generator=Generator().manual_seed(SEED + number)
            )
            examples.append((make_nodes(len(steps) + 1, number), edge_index, int(label)))
        return collate(examples)

    return make


@pytest.fixture
def input_files(tmp_path: Path) -> list[Path]:
    """Folders that `predict` takes, beside what the tests keep in the same folder."""
    folders = [tmp_path / f"graphs {number}" for number in range(2)]
    for folder in folders:
        folder.mkdir()
        (folder / "PAIR_A.txt").write_text("1, 2\n2, 1\n")
        (folder / "PAIR_graph_indicator.txt").write_text("1\n1\n")
    return folders


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
