"""Every valid combination renders to clean code; a selection of every pair trains a few steps."""

import ast
import importlib
import re
import sys
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from combinations import CHOSEN, EXTRAS, RENDERED, Choices, form_of, label
from conftest import run
from PIL import Image

from scaffold.render import render

# What Jinja or copier would leave behind. Braces alone are Python.
TEMPLATE_TRACE = re.compile(r"\{\{|\{%|\{#|# jinja:|_copier|StrictUndefined|\n{4}")


@pytest.fixture(scope="session")
def projects(template_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Render all combinations; each package has a name of its own, so that all can be imported here."""
    folder = tmp_path_factory.mktemp("matrix")
    rendered = {}
    for number, row in enumerate(RENDERED):
        project = folder / f"p{number}"
        answers = {**row, "name": f"p{number}"}
        render(template_tree, project, answers, version=None, recorded="template")
        rendered[label(row)] = project
    return rendered


def make_images(folder: Path) -> list[str]:
    """Make 3x32x32 images of two classes, the other form of data that vision projects must take."""
    pixels = np.random.default_rng(0)
    for name in ("noise", "dark noise"):
        (folder / name).mkdir()
        for number in range(20):
            values = pixels.integers(0, 255 if name == "noise" else 100, (32, 32, 3), dtype=np.uint8)
            Image.fromarray(values).save(folder / name / f"{number}.png")
    return ["--data.path", str(folder)]


def make_texts(folder: Path) -> list[str]:
    """Make texts of two classes, one word to forty long, in a file without a header."""
    lines = [f"{'good ' * (number % 40)}film\tyes\nbad film\tno\n" for number in range(80)]
    (folder / "texts.tsv").write_text("".join(lines))
    return ["--data.path", str(folder / "texts.tsv"), "--data.columns", "0", "1"]


def make_nodes(folder: Path) -> list[str]:
    """Make a ring of nodes with two features, where the sample has one category for each."""
    nodes = [f"{n},{'even' if n % 2 == 0 else 'odd'},{n % 2 + n / 100},{n % 7}" for n in range(60)]
    (folder / "nodes.csv").write_text("\n".join(["id,label,parity,rest", *nodes]))
    edges = [f"{n},{(n + 2) % 60}" for n in range(60)]
    (folder / "edges.csv").write_text("\n".join(["source,target", *edges]))
    return ["--data.path", str(folder)]


def make_graphs(folder: Path) -> list[str]:
    """Make a TUDataset of paths and rings with two numbers for each node, where the sample has categories."""
    edges, graph_of_node, numbers, first = [], [], [], 1
    for graph in range(40):
        size = 3 + graph % 5
        pairs = [(node, (node + 1) % size) for node in range(size - 1 + graph % 2)]
        edges += [f"{first + a}, {first + b}\n{first + b}, {first + a}" for a, b in pairs]
        graph_of_node += [str(graph + 1)] * size
        numbers += [f"{node}, {graph % 3}" for node in range(size)]
        first += size
    labels = ["ring" if graph % 2 else "path" for graph in range(40)]
    files = {"A": edges, "graph_indicator": graph_of_node, "graph_labels": labels, "node_attributes": numbers}
    for name, rows in files.items():
        (folder / f"SHAPES_{name}.txt").write_text("\n".join(rows))
    return ["--data.path", str(folder)]


LIMITS = {
    **dict.fromkeys(("model", "train", "engine/run", "tools/show", "tools/report", "tools/export"), 150),
    **dict.fromkeys(("tools/tune", "tools/sweep"), 200),
}
HUBS = {
    "train",
    "cli",
    "__main__",
    "engine/config",
    "engine/state",
    "tools/tune",
    "tools/sweep",
    "tools/show",
    "tools/report",
    "tools/export",
}  # may import siblings
# What a label is, how data may be wrong and how files are read is the same for all. How data are read and
# what labels mean stand apart from how they are batched, and all may be looked at.
SHARED = {f"engine.{name}" for name in ("labels", "files", "hub", "images", "features", "splits")}
MAY_IMPORT = {
    "engine/files": {"labels"},
    "engine/hub": {"labels"},
    "engine/images": {"labels"},
    "engine/splits": {"labels", "sources"},
    "data": {"sources", "targets", "sample", *SHARED},
    "sample": {"sources", *SHARED},
    "sources": SHARED,
    "targets": SHARED,
    "tools/examples": {"data", "sources", "targets", *SHARED},
    "tools/summary": {"data", "targets", "examples", *SHARED},
    "tools/pictures": {"data", "targets"},
    "tools/charts": {"show"},
}
OWN = {
    "images": make_images,
    "texts": make_texts,
    "graph": make_nodes,
    "graphs": make_graphs,
}


@pytest.fixture(scope="session")
def own_data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Make the user's own data in each form, and give the flags that name it."""
    return {name: make(tmp_path_factory.mktemp("own")) for name, make in OWN.items()}


def test_every_combination_is_clean_to_ruff(projects: dict[str, Path]) -> None:
    folder = next(iter(projects.values())).parent
    for command in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        done = run(sys.executable, "-m", "ruff", *command, folder, cwd=folder, check=False)
        assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("row", RENDERED, ids=label)
def test_no_trace_of_a_template_is_left(projects: dict[str, Path], row: Choices) -> None:
    project = projects[label(row)]
    for path in project.rglob("*"):
        assert not re.search(r"[{}%]|\.jinja$", path.relative_to(project).as_posix())
        if path.is_file() and path.name != ".copier-answers.yml":
            text = path.read_text()
            assert not (found := TEMPLATE_TRACE.search(text)), f"{path}: {found}"
            assert not text.endswith("\n\n"), f"{path} ends in blank lines"
            if path.suffix == ".py":
                ast.parse(text, path.name)


@pytest.mark.parametrize("row", RENDERED, ids=label)
def test_components_import_no_siblings(projects: dict[str, Path], row: Choices) -> None:
    project = projects[label(row)]
    package = project / project.name
    for path in package.rglob("*.py"):
        name = path.relative_to(package).with_suffix("").as_posix()
        imported = [
            node.module
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and node.level
        ]
        if name not in HUBS:
            assert {*imported} <= MAY_IMPORT.get(name, set()), f"{name} imports {imported}"


@pytest.mark.parametrize("row", RENDERED, ids=label)
def test_sizes_stay_small(projects: dict[str, Path], row: Choices) -> None:
    """§5: a file that outgrows its limit has taken on a second role."""
    project = projects[label(row)]
    for name, limit in LIMITS.items():
        path = project / project.name / f"{name}.py"
        lines = path.read_text().count("\n") if path.exists() else 0
        assert lines <= limit, f"{name}.py has {lines} lines"


def read_settings(package: str, project: Path, flags: list[str]) -> tuple[ModuleType, Any]:
    train = importlib.import_module(f"{package}.train")
    cli = importlib.import_module(f"{package}.cli")
    yaml = importlib.import_module("cyclopts.config").Yaml
    cli.app.config = yaml(project / "configs/default.yaml", use_commands_as_keys=False)
    _, bound, _ = cli.app.parse_args(["train", *flags])
    return train, bound.arguments["settings"]


@pytest.mark.parametrize("data", ["sample", "own"])
@pytest.mark.parametrize("row", CHOSEN, ids=label)
def test_every_pair_of_choices_trains(
    projects: dict[str, Path],
    row: Choices,
    data: str,
    own_data: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three steps and an evaluation with finite numbers, on the sample and on the user's own form of data."""
    project = projects[label(row)]
    monkeypatch.syspath_prepend(project)
    torch.set_num_threads(1)  # the models are small, and a busy machine punishes more
    whole = form_of(row) == "graph"  # one batch, so an epoch is one step
    flags = ["--training.epochs", "1", *([] if whole else ["--data.batch_size", "7"])]
    if data == "own":
        flags += own_data[form_of(row)]
    train, settings = read_settings(project.name, project, flags)
    loaded = train.load_data(settings.data, settings.training.seed)
    state = train.build_state(settings, loaded.info, total_steps=3)
    before = [parameter.clone() for parameter in state.model.parameters()]
    batches = list(loaded.train) * 3 if whole else loaded.train
    losses = [float(loss) for loss, _ in islice(train.train_steps(state, batches), 3)]
    metrics = train.evaluate(
        state.model, state.objective, train.Metrics(loaded.info), list(islice(loaded.validation, 2))
    )
    assert np.isfinite([*losses, *metrics.values()]).all()
    moved = [not new.equal(old) for new, old in zip(state.model.parameters(), before, strict=True)]
    assert all(moved), f"{moved.count(False)} of {len(moved)} parameters stayed as they were"


def test_the_selection_holds_every_choice() -> None:
    for key in ("domain", "task", "architecture", "loss", "optimizer", "schedule", *EXTRAS):
        assert {row[key] for row in CHOSEN} == {row[key] for row in RENDERED}


# One project for each model.
MODELS = {
    (row["domain"], row["task"], row["architecture"]): row
    for row in RENDERED
    if row["export"] and row["loss"] == "cross_entropy"
}


@pytest.mark.parametrize("row", MODELS.values(), ids=label)
def test_every_model_can_be_exported(
    projects: dict[str, Path], row: Choices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projects[label(row)]
    monkeypatch.syspath_prepend(project)
    train, settings = read_settings(project.name, project, [])
    export = importlib.import_module(f"{project.name}.tools.export")
    data = train.load_data(settings.data, settings.training.seed)
    state = train.build_state(settings, data.info, total_steps=1)
    predictor = export.Predictor(state.model, state.objective).eval()
    large, small = export.make_batches(data)
    export.write(tmp_path / "model.onnx", predictor, large, data.info)
    for inputs in (large, small):
        export.check(tmp_path / "model.onnx", predictor, inputs)
