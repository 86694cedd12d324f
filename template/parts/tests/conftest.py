"""What the tests share: the recipe, a model, and small batches of made-up data.

What depends on the inputs is in inputs.py, what depends on the targets in targets.py. The tests
of model, optimizer and training take what `make_batch` gives, and hold for any data.
"""

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from copy import deepcopy
from dataclasses import MISSING, fields, replace
from math import ceil
from pathlib import Path
from typing import Any

import inputs
import pytest
import targets
import torch
import yaml
from cyclopts.config import Yaml
# jinja: if pretrained and domain == "nlp"
from tiny import load_data
# jinja: endif
from torch import nn
from torch.optim.optimizer import (
    Optimizer,
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from package import objective
from package.augment import STRENGTHS, AugmentSettings
from package.cli import app
# jinja: if pretrained and domain == "nlp"
from package.data import Batch, Data
# jinja: else
from package.data import Batch, Data, load_data
# jinja: endif
from package.engine.state import Settings
from package.model import build_model

torch.set_num_threads(1)
gc.set_threshold(50_000, 20, 100)  # else it looks through all of torch again and again

PROJECT = Path(__file__).parents[1]
# With `pytest -x` the first failure is near its cause: components come first, those that others
# are made of before them, then the loop; the rest, whole trainings among it, is not listed.
ORDER = (
    *("code", "targets", "metrics", "data", "own_data", "loss", "objective", "augment"),
    *("strengths", "schedule", "warmup", "layers", "model", "messages", "building", "optim"),
    *("decay", "settings", "training"),
)
# What is checked must hold for any weights and any data: `TEST_SEED=1 pytest` draws others.
SEED = 1000 * int(os.environ.get("TEST_SEED", "0"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {f"test_{name}": place for place, name in enumerate(ORDER)}
    items.sort(key=lambda item: places.get(item.path.stem, len(ORDER)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, Any, Any]:
    """Beside a failure in a file that pins today's recipe stands what that file is for."""
    report = yield
    purpose = item.module.__doc__ or ""
    if report.failed and "on purpose" in purpose:
        report.sections.append((item.path.name, purpose))
    return report


@pytest.fixture(autouse=True)
def seed() -> int:
    """Sets the global generator for each test, so that its result does not depend on the others."""
    torch.manual_seed(SEED)
    return SEED


# jinja: if tracking == "mlflow"
@pytest.fixture(scope="session", autouse=True)
def tracked(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One database for all tests, because making one takes seconds."""
    file = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{file}"


# jinja: endif
@pytest.fixture(scope="session")
def parse() -> Callable[..., Settings]:
    """``parse("--optim.lr", "0.1")``: the recipe with these flags, as the commands read it."""

    def read(*flags: str) -> Settings:
        app.config = Yaml(PROJECT / "configs/default.yaml", use_commands_as_keys=False)
        return app.parse_args(["train", *flags])[1].arguments["settings"]

    return read


@pytest.fixture(scope="session")
def default_settings(parse: Callable[..., Settings]) -> Settings:
    """The recipe in configs/default.yaml, on the CPU."""
    settings = parse()
    for name in {"class_weights", "pos_weight"} & vars(settings.objective).keys():
        setattr(settings.objective, name, None)  # these are for what your own data has
    # So is what need not be set: path, patience and the like. Tests bring data of their own, and
    # what they say of a training holds for one that runs to its end.
    for name in ("data", "training", "run"):
        section = getattr(settings, name)
        required = [f.name for f in fields(section) if f.default is f.default_factory is MISSING]
        setattr(settings, name, type(section)(**{n: getattr(section, n) for n in required}))
    settings.training.device = "cpu"
    # jinja: if pretrained
    settings.model.head_scale = 1.0  # so that outputs are large enough to be compared
    settings.finetuning.frozen_epochs, settings.finetuning.layer_decay = 0, 1.0
    # jinja: endif
    return settings


@pytest.fixture
def settings(default_settings: Settings, seed: int) -> Settings:
    """The recipe, for each test to change."""
    settings = deepcopy(default_settings)
    settings.training.seed = seed
    return settings


@pytest.fixture
def small_settings(settings: Settings) -> Settings:
    """The recipe with a small model, for what holds at any size."""
    for name, most in inputs.SMALL_MODEL.items():
        if hasattr(settings.model, name):
            setattr(settings.model, name, min(most, getattr(settings.model, name)))
    return settings


@pytest.fixture(scope="session")
def made_up_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few examples in files, for all tests to read."""
    labels = [targets.make_text(number) for number in range(48)]
    return inputs.write_examples(tmp_path_factory.mktemp("data"), labels, SEED)


@pytest.fixture
def short_settings(small_settings: Settings, made_up_data: Path, tmp_path: Path) -> Settings:
    """A small model on a few examples, of which a whole training takes a moment."""
    settings = small_settings
    # jinja: if pretrained
    settings.run.init = inputs.save_backbone(tmp_path / "backbone", SEED + 100)
    # jinja: endif
    settings.data = replace(settings.data, path=made_up_data, **inputs.SHORT_DATA)
    settings.run.folder, settings.training.epochs = tmp_path / "runs", inputs.SHORT_EPOCHS
    return settings


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: a folder with the project's configs, that keeps runs in runs/."""
    shutil.copytree(PROJECT / "configs", tmp_path / "configs")
    config = tmp_path / "configs/default.yaml"
    recipe = yaml.safe_load(config.read_text())
    recipe["run"].pop("folder", None)
    # jinja: if pretrained
    recipe["run"]["init"] = str(inputs.save_backbone(tmp_path / "backbone", SEED + 100))
    # jinja: endif
    config.write_text(yaml.safe_dump(recipe))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def data(short_settings: Settings) -> Data:
    """The few examples, as a training gets them."""
    return load_data(short_settings.data, seed=0)


@pytest.fixture
def sample(settings: Settings) -> Data:
    """The built-in sample, as a training gets it."""
    settings.data.path = None
    return load_data(settings.data, seed=0)


@pytest.fixture
def augmentation(default_settings: Settings) -> Callable[..., AugmentSettings]:
    """``augmentation(share, *names)``: these at a share of their fullest, the others off.

    If 0 is not off, or 1 not the fullest, of a strength of yours: STRENGTHS in augment.py says so.
    """

    def make(share: float, *names: str) -> AugmentSettings:
        strengths = {}
        for name, value in vars(default_settings.augment).items():
            off, full = STRENGTHS.get(name, (0.0, 1.0))
            if isinstance(value, int | float):  # names stay as they are
                strength = off + (full - off) * share * (name in names)
                strengths[name] = strength if isinstance(value, float) else ceil(strength)
        return replace(default_settings.augment, **strengths)

    return make


@pytest.fixture
def no_augmentation(augmentation: Callable[..., AugmentSettings]) -> AugmentSettings:
    """All off."""
    return augmentation(0.0)


@pytest.fixture
def strong_augmentation(augmentation: Callable[..., AugmentSettings]) -> AugmentSettings:
    """All at a half, so that every sample is changed."""
    return augmentation(0.5, *(field.name for field in fields(AugmentSettings)))


@pytest.fixture
def bare_settings(small_settings: Settings, no_augmentation: AugmentSettings) -> Settings:
    """A small model, without what keeps it from fitting a batch exactly, or adds chance to it."""
    small_settings.augment = no_augmentation
    keys = {"model": "dropout", "objective": "label_smoothing", "optim": "weight_decay"}
    for section, key in keys.items():
        if hasattr(getattr(small_settings, section), key):
            setattr(getattr(small_settings, section), key, 0.0)
    return small_settings


@pytest.fixture(params=inputs.FORMS)
def info(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What data.py would report of such data."""
    return {**inputs.describe(request.param), **targets.INFO}


@pytest.fixture
def num_outputs(info: dict[str, Any]) -> int:
    """What the model gives for a sample.

    With a second head, join the outputs of both in the fixture ``model`` and count them here: all
    checks then hold for both.
    """
    return objective.num_outputs(info)


@pytest.fixture
def make_batch(info: dict[str, Any]) -> Callable[..., Batch]:
    """``make_batch(size, first)`` has the samples first, first + 1, ...: a number is one sample."""

    def make(size: int, first: int = 0) -> Batch:
        numbers = [SEED + number for number in range(first, first + size)]
        return inputs.make_batch(info, numbers, targets.make_targets(numbers))

    return make


# jinja: if output == "pair"
@pytest.fixture
def make_nodes(info: dict[str, Any]) -> Callable[[int, int], torch.Tensor]:
    """``make_nodes(count, seed)``: features, or two columns of categories, as the model takes."""
    return lambda count, seed: inputs.make_nodes(info, count, SEED + seed)


@pytest.fixture
def encoder(model: nn.Module) -> nn.Module:
    """What gives each node a vector, which a model of your own need not call so."""
    return model.get_submodule("encoder")


# jinja: elif domain == "graph"
@pytest.fixture
def make_nodes(info: dict[str, Any]) -> Callable[[int, int], torch.Tensor]:
    """``make_nodes(count, seed)``: features, or two columns of categories, as the model takes."""
    return lambda count, seed: inputs.make_nodes(info, count, SEED + seed)


# jinja: else
@pytest.fixture
def with_gradients() -> Callable[..., tuple[torch.Tensor, torch.Tensor]]:
    """``with_gradients(model, inputs)``: outputs, and the samples as what keeps gradients."""
    return inputs.with_gradients


# jinja: endif
@pytest.fixture
def make_parts(make_batch: Callable[..., Batch]) -> Callable[[int], list[Batch]]:
    """``make_parts(size)``: what ``make_batch(size)`` has, in uneven parts of at most five."""

    # jinja: if output == "pair"
    def make(size: int) -> list[Batch]:
        (x, edge_index, pairs, *more), target = make_batch(size)
        parts = zip(pairs.split(5, dim=1), target.split(5), strict=True)
        return [((x, edge_index, own, *more), known) for own, known in parts]  # of one graph

    # jinja: elif form == "graph"
    def make(size: int) -> list[Batch]:
        graph, target = make_batch(size)
        parts = []
        for first in range(0, size, 5):  # samples of one graph, as splits are
            start, end = (len(make_batch(n)[1]) if n else 0 for n in (first, min(first + 5, size)))
            own = targets.UNKNOWN.repeat_interleave(len(target), dim=0)
            own[start:end] = target[start:end]
            parts.append((graph, own))
        return parts

    # jinja: else
    def make(size: int) -> list[Batch]:
        return [make_batch(min(5, size - first), first=first) for first in range(0, size, 5)]

    # jinja: endif
    return make


@pytest.fixture
def at_each_step() -> Iterator[Callable[..., None]]:
    """``at_each_step(look)`` calls ``look(optimizer)`` before each step, but not for one within."""
    hooks = []

    def watch(look: Callable[[Optimizer], object]) -> None:
        running = []

        def before(optimizer: Optimizer, *_: object) -> None:
            if not running:
                look(optimizer)
            running.append(optimizer)

        hooks.append(register_optimizer_step_pre_hook(before))
        hooks.append(register_optimizer_step_post_hook(lambda *_: running.pop() and None))

    yield watch
    for hook in hooks:
        hook.remove()


@pytest.fixture
def input_files(tmp_path: Path) -> list[Path]:
    """What `predict` takes, beside what the tests keep in the same folder."""
    return inputs.write_inputs(tmp_path)


@pytest.fixture
def model(
    settings: Settings, info: dict[str, Any], num_outputs: int, make_batch: Callable[..., Batch]
) -> nn.Module:
    """In eval mode, with batch norm warmed up: statistics that were never updated hide mistakes."""
    torch.manual_seed(SEED)
    model = build_model(settings.model, info, num_outputs)
    with torch.no_grad():
        for step in range(3):
            batch, _ = make_batch(4, first=4 * step)
            model(*batch)
    return model.eval()
