"""Every text that a generated project may hold is clean. One that many projects have is looked at once."""

import ast
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import yaml
from combinations import Choices
from conftest import run
from slots import distinct_texts, texts_of

# What Jinja or copier would leave behind. Braces alone are Python.
TEMPLATE_TRACE = re.compile(r"\{\{|\{%|\{#|# jinja:|_copier|StrictUndefined|\n{4}")
LIMITS = {
    **dict.fromkeys(("model", "train", "tools/show", "tools/report", "tools/export"), 150),
    **dict.fromkeys(("tools/tune", "tools/sweep"), 200),
}
HUBS = {
    "train",
    "cli",
    "__main__",
    "engine/state",
    "tools/tune",
    "tools/sweep",
    "tools/repeat",
    "tools/show",
    "tools/report",
    "tools/findings",
    "tools/results",
    "tools/export",
}  # may import siblings
# How data are read and what labels mean stand apart from how they are batched, and all may be looked at. What
# stands in engine/ is for all to use.
SHOWN_WITH = ("tools/described", "tools/examples", "tools/tables")
MAY_IMPORT = {
    "data": {"sources", "targets", "sample", "tokenizer"},
    "generate": {"tokenizer"},
    "model": {"encoder"},
    "optim": {"decay"},
    "predict": {"data", "targets"},
    "sample": {"sources"},
    "engine/splits": {"sources"},
    "engine/backbone": {"tokenizer"},
    "tools/examples": {"data", "sources", "targets", "tokenizer", "tools/described"},
    "tools/summary": {"data", "targets", "tokenizer", *SHOWN_WITH},
    "tools/pictures": {"data", "targets", "tokenizer", "tools/examples"},
    "tools/charts": {"tools/pictures", "tools/show"},
}


def modules() -> Iterator[tuple[str, str]]:
    """Give each distinct module of the package, by its path without the ending."""
    for path, text in distinct_texts():
        if path.startswith("demo/"):
            yield path.removeprefix("demo/").removesuffix(".py"), text


def test_no_trace_of_a_template_is_left() -> None:
    for name, text in distinct_texts():
        assert not re.search(r"[{}%]|\.jinja$", name)
        assert not (found := TEMPLATE_TRACE.search(text)), f"{name}: {found}"
        assert not text.endswith("\n\n"), f"{name} ends in blank lines"
        if name.endswith((".yaml", ".yml")):
            yaml.safe_load(text)


def imported_by(name: str, text: str) -> Iterator[str]:
    """Give the modules of the package that one of them imports."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            folders = name.split("/")[: -node.level]
            for module in [node.module] if node.module else [alias.name for alias in node.names]:
                yield "/".join([*folders, *module.split(".")])


def test_components_import_no_siblings() -> None:
    for name, text in modules():
        others = {module for module in imported_by(name, text) if not module.startswith("engine")}
        assert name in HUBS or others <= MAY_IMPORT.get(name, set()), f"{name} imports {others}"


def test_sizes_stay_small() -> None:
    """§5: a file that outgrows its limit has taken on a second role."""
    for name, text in modules():
        assert text.count("\n") <= LIMITS.get(name, 1000), f"{name}.py has {text.count(chr(10))} lines"


def names_in(text: str) -> Iterator[str]:
    """Give what is imported, and every string: some are names of modules."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ImportFrom(module=str(name)) | ast.alias(name=name) | ast.Constant(value=str(name)):
                yield name


def test_tests_import_the_project_by_its_name() -> None:
    """Parts call it `package`, and the slots put the name in: none was missed."""
    for path, text in distinct_texts():
        if path.startswith("tests/"):
            missed = [name for name in names_in(text) if re.match(r"package(\.|$)", name)]
            assert not missed, f"{path} still names {missed}"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Choices]:
    """Write as few projects as hold every text of Python; each package has a name of its own."""
    folder, numbers = tmp_path_factory.mktemp("written"), count()
    rows = {id(row): row for (name, _), row in distinct_texts().items() if name.endswith(".py")}
    projects = {folder / f"p{next(numbers)}": row for row in rows.values()}
    for project, row in projects.items():
        for name, text in texts_of({**row, "name": project.name, "package": project.name}).items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return projects


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_every_text_is_clean_to_ruff(written: dict[Path, Choices], command: str) -> None:
    folder = next(iter(written)).parent
    done = run(sys.executable, "-m", "ruff", *command.split(), "--no-cache", folder, cwd=folder, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_text_is_clean_to_mypy(written: dict[Path, Choices]) -> None:
    """By the settings of the projects, in one process, which reads torch once."""
    found = [tomllib.loads((project / "pyproject.toml").read_text())["tool"]["mypy"] for project in written]
    settings = {key: value for key, value in found[0].items() if key not in {"packages", "overrides"}}
    untyped = {name for each in found for override in each["overrides"] for name in override["module"]}
    lines = ["[mypy]", *(f"{key} = {value}" for key, value in settings.items())]
    lines += [
        line for name in sorted(untyped) for line in (f"[mypy-{name}]", "ignore_missing_imports = True")
    ]
    folder = next(iter(written)).parent
    (folder / "mypy.ini").write_text("\n".join(lines))
    packages = [project / project.name for project in written]
    path = os.pathsep.join(map(str, written))
    done = run(
        sys.executable, "-m", "mypy", *packages, cwd=folder, env={**os.environ, "MYPYPATH": path}, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
