"""One project as a user has it: a folder outside the repository, commands in processes of their own."""

import json
import re
import sys
from pathlib import Path

import pytest
from conftest import Scaffold, run


@pytest.fixture(scope="module")
def project(installed: Scaffold, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("user")
    installed("new", "demo", "--defaults", cwd=folder)
    return folder / "demo"


def python(*args: str, cwd: Path) -> str:
    return run(sys.executable, "-m", *args, cwd=cwd).stdout


def accuracy_in(text: str) -> float:
    """Find the first accuracy in what a command printed."""
    return float(re.findall(r"accuracy (\d\.\d+)", text)[0])


def test_its_own_tests_pass(project: Path) -> None:
    assert " passed" in python("pytest", "-p", "no:cacheprovider", cwd=project)


def test_its_types_are_clean(project: Path) -> None:
    assert "no issues found" in python("mypy", cwd=project)


def test_it_trains_evaluates_and_keeps_a_record(project: Path) -> None:
    """Accuracy passes 0.9 on the sample."""
    python("demo", "train", "--config", "configs/debug.yaml", cwd=project)
    python("demo", "train", "--training.epochs", "5", cwd=project)
    run_folder = max((project / "runs").iterdir())
    records = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    assert len(records) == 5
    assert records[-1]["train_loss"] < 0.3 * records[0]["train_loss"]
    assert records[-1]["accuracy"] > 0.9
    assert accuracy_in(python("demo", "evaluate", cwd=project)) > 0.9
