"""Extras of a generated project: gone without a trace where declined, and at work in many processes."""

import os
import re
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest
from combinations import EXTRAS, RENDERED, label
from conftest import Scaffold, run
from slots import texts_of

TRACES = {
    "tune": r"(?<![Ff]ine-)\btun(e|es|ing)\b(?! them together)|sweep|optuna|tools.repeat|--folds"
    r"|find[-_ ](lr|batch)|matplotlib",
    "report": r"\breport\.(py|md)|write_report|pictures|show_(schedule|augment|model|run)|matplotlib",
    "export": r"onnx|\bexport\b",
}


@cache
def has_trace(extra: str, name: str, text: str) -> bool:
    return bool(re.search(TRACES[extra], f"{name}\n{text}"))


def test_a_declined_extra_leaves_nothing() -> None:
    """Neither files nor lines, imports, dependencies or commands."""
    for row in RENDERED:
        texts, chosen = texts_of(row), [extra for extra in EXTRAS if row[extra]]
        for extra in TRACES:
            if chosen and chosen != [extra]:
                continue
            found = {name for name, text in texts.items() if has_trace(extra, name, text)}
            if chosen:
                assert {"demo/cli.py", "README.md", "pyproject.toml"} <= found
            else:
                assert found == set(), label(row)


@cache
def speaks_of_molecules(text: str) -> bool:
    words, hint = re.compile("smiles|rdkit", re.I), "scaffold regenerate --chem"
    return any(words.search(line) and hint not in line for line in text.splitlines())


def test_molecules_are_spoken_of_where_they_were_chosen_and_in_how_to_choose_them() -> None:
    for row in RENDERED:
        found = {name for name, text in texts_of(row).items() if speaks_of_molecules(text)}
        if row["chem"]:
            assert {"demo/engine/molecules.py", "demo/sources.py", "README.md", "pyproject.toml"} <= found
        else:
            assert found == set(), label(row)


def test_only_forms_that_a_hub_can_have_ask_for_its_library() -> None:
    for row in RENDERED:
        has_hub = "\nhub = " in texts_of(row)["pyproject.toml"]
        assert has_hub == (row["form"] in {"images", "texts"}), label(row)


@pytest.mark.parametrize("form", ["images", "texts", "graphs", "graph"])
def test_one_process_has_no_word_of_several_but_its_guard(form: str) -> None:
    words = re.compile(
        r"\branks?\b|world.?size|torchrun|all_reduce|local_rank|parallel|fsdp|ddp|distributed", re.I
    )
    row = next(row for row in RENDERED if row["form"] == form and not row["distributed"])
    lines = [
        f"{name}: {line}"
        for name, text in texts_of(row).items()
        for line in text.splitlines()
        if name != ".copier-answers.yml" and words.search(line)
    ]
    assert [line for line in lines if "scaffold regenerate --distributed" not in line] == [
        'demo/engine/commands.py:     if int(os.environ.get("WORLD_SIZE", "1")) > 1:'
    ]


@pytest.fixture
def project(scaffold: Scaffold, tmp_path: Path) -> Path:
    scaffold("new", "demo", "--architecture", "mlp", "--defaults", "--no-git", "--quiet", cwd=tmp_path)
    return tmp_path / "demo"


def test_a_sweep_survives_the_death_of_a_worker(project: Path) -> None:
    """Two workers share eight trials, one is killed in the middle, and the best settings train."""
    command = [sys.executable, "-m", "demo", "sweep", "--trials", "8", "--training.epochs", "4"]
    start = ["--data.batch_size", "256"]
    workers = [
        subprocess.Popen([*command, *start], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    deadline = time.monotonic() + 300
    while len(list(project.glob("runs/sweep/*-trial-*"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(workers[1].pid, signal.SIGKILL)
    output, _ = workers[0].communicate(timeout=300)
    workers[1].communicate()
    assert workers[0].returncode == 0, output.decode()
    done = re.findall(r"trial \d+ (?:complete|pruned)", output.decode())
    assert 4 <= len(done) <= 8
    states = run(
        sys.executable,
        "-c",
        "import optuna; study = optuna.load_study(study_name='sweep', storage='sqlite:///runs/sweep/study.db');"
        "print(*(trial.state.name for trial in study.trials))",
        cwd=project,
    ).stdout.split()
    assert states.count("COMPLETE") + states.count("PRUNED") == 8
    best = project / "runs/sweep/best.yaml"
    done_training = run(sys.executable, "-m", "demo", "train", "--config", best, cwd=project)
    assert "best.pt" in done_training.stdout


# Hides a library, as if it were not installed.
HIDE = """
import sys
from importlib.machinery import PathFinder

class Hiding:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return None if name == "onnxscript" else PathFinder.find_spec(name, path, target)

sys.meta_path[:] = [Hiding if finder is PathFinder else finder for finder in sys.meta_path]
"""


def test_tests_of_the_export_wait_for_all_of_its_libraries(
    scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others may have brought some of them."""
    scaffold(
        "new", "demo", "--architecture", "mlp", "--export", "--defaults", "--no-git", "--quiet", cwd=tmp_path
    )
    (tmp_path / "sitecustomize.py").write_text(HIDE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_export.py"]
    assert "1 skipped" in run(*command, cwd=tmp_path / "demo").stdout
