"""A training that is killed at random moments ends, resumed, in the weights of an uninterrupted one."""

import json
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Scaffold, run

# Small trainings that save often; workers and accumulation where the domain has them.
SHORT = "--training.epochs 3 --data.held_out 0.4 --training.accumulate 2"
DOMAINS = {
    "vision": f"{SHORT} --data.workers 2 --training.patience 3",
    "nlp": SHORT,
    "graph": "--training.epochs 40",
}


@pytest.mark.parametrize("domain", DOMAINS)
def test_killed_and_resumed_equals_uninterrupted(
    domain: str, scaffold: Scaffold, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kills = request.config.getoption("--kills")
    scaffold("new", "project", "--defaults", "--no-git", "--domain", domain, cwd=tmp_path)
    flags = f"--run.save_every 2 --training.device cpu {DOMAINS[domain]}".split()
    command = [sys.executable, ROOT / "tests/killing.py", "project", kills, "0", *flags]
    done = run(*command, cwd=tmp_path / "project")
    print(domain, done.stdout)
    assert json.loads(done.stdout)["kills"] == int(kills)
