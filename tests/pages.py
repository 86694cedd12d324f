"""Pages of Markdown whose commands are run as they stand there, in an environment like a reader's."""

import os
import re
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import Done, run


def blocks(page: Path, language: str = "sh") -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def quick(script: str) -> str:
    """Make trainings short: what is tried is that the commands work, and not what is learned."""
    script = re.sub(r"(-m \w+ train)\b(?!.*--training.epochs)", r"\1 --training.epochs 1", script)
    script = script.replace("--nproc_per_node 4", "--nproc_per_node 2")
    script = script.replace("--trials 20", "--trials 1 --config configs/debug.yaml")
    return script.replace("--seeds 5", "--seeds 2 --config configs/debug.yaml")


def bash(script: str, cwd: Path, env: dict[str, str]) -> Done:
    """Run a script that ends at its first error."""
    return run("bash", "-ec", script, cwd=cwd, env=env)


@pytest.fixture(scope="module")
def shell_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Make a virtual environment that sees what is installed here, so that pip need not fetch torch again."""
    venv = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", venv, cwd=venv)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(venv)}))
    (site / "outer.pth").write_text(sysconfig.get_path("purelib"))
    return {
        **os.environ,
        "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
