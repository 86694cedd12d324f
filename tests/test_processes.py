"""A training of two processes that is killed goes on, and so does one that was begun by a single process."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import Scaffold

TWO = ["torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
FLAGS = [
    "--training.device",
    "cpu",
    "--data.held_out",
    "0.45",
    "--training.epochs",
    "3",
    "--run.save_every",
    "2",
]


def train(project: Path, processes: int, runs: Path, *flags: str) -> subprocess.Popen[str]:
    """Start a training; its complaints are kept."""
    command = [sys.executable, "-m", *(TWO if processes == 2 else []), "vit", "train"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with (project / "output.txt").open("a") as output:
        return subprocess.Popen(
            [*command, *FLAGS, "--run.folder", str(runs), *flags],
            cwd=project,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )


def finish(project: Path, processes: int, runs: Path, *flags: str) -> dict[str, Any]:
    """Train to the end; return the last checkpoint."""
    code = train(project, processes, runs, *flags).wait(timeout=300)
    assert code == 0, (project / "output.txt").read_text()
    return load(runs)


def load(runs: Path) -> dict[str, Any]:
    (path,) = runs.glob("*/last.pt")
    checkpoint: dict[str, Any] = torch.load(path, weights_only=True)
    return checkpoint


def kill_after_a_save(training: subprocess.Popen[str], runs: Path) -> None:
    """Kill the training and the processes it has started, which all know the folder."""
    deadline = time.monotonic() + 200
    while not any(runs.glob("*/last.pt")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    training.kill()
    training.wait()
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if str(runs).encode() in process.read_bytes():
                os.kill(int(process.parent.name), signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the processes in /proc")
def test_resumed_on_two_processes(scaffold: Scaffold, tmp_path: Path) -> None:
    scaffold("new", "vit", "--defaults", "--no-git", "--architecture", "vit", cwd=tmp_path)
    project, whole, killed, one = (tmp_path / name for name in ("vit", "whole", "killed", "one"))
    expected = finish(project, 2, whole)

    kill_after_a_save(train(project, 2, killed), killed)
    assert load(killed)["epoch"] == 1
    resumed = finish(project, 2, killed, "--resume", "last")
    for name, tensor in expected["model"].items():
        assert torch.equal(tensor, resumed["model"][name]), f"{name} differs"

    kill_after_a_save(train(project, 1, one), one)
    assert load(one)["epoch"] == 1
    finish(project, 2, one, "--resume", "last")
    (metrics,) = one.glob("*/metrics.jsonl")
    records = [json.loads(line) for line in metrics.read_text().splitlines()]
    assert [record["epoch"] for record in records] == [1, 2, 3]
