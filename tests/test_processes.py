"""Several processes are added to an edited project, and taken out; runs go on across both."""

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
from conftest import Scaffold, git, run

TORCHRUN = ["torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
SHORT = [
    "--training.device",
    "cpu",
    "--data.held_out",
    "0.45",
    "--training.epochs",
    "3",
    "--run.save_every",
    "2",
]
FORMS = {
    "images": ("--architecture", "vit"),
    "texts": ("--domain", "nlp", "--architecture", "textcnn"),
    "graphs": ("--domain", "graph", "--task", "graph_classification"),
}
# What stands in a file, and what its user makes of it: a further term of the loss, a logged value, another
# progress line, a setting.
EDITS = {
    "p/train.py": {
        "                loss, _ = state.objective(state.model(*inputs), target)\n": (
            "                outputs = state.model(*inputs)\n"
            "                loss, _ = state.objective(outputs, target)\n"
            "                loss = loss + 1e-4 * outputs.square().mean()\n"
        ),
        '            record |= {"lr": state.optimizer.param_groups[0]["lr"], **metrics}\n': (
            '            record |= {"lr": state.optimizer.param_groups[0]["lr"], **metrics}\n'
            '            record["steps"] = float(steps)\n'
        ),
        "progress.write(record)\n": ('progress.write({name: record[name] for name in ("epoch", "loss")})\n'),
    },
    "p/engine/state.py": {
        "    patience: ": '    note: str = ""\n    """Kept with the run."""\n    patience: ',
    },
}


class Project:
    """A generated project in which somebody has edited the loop."""

    def __init__(self, folder: Path, scaffold: Scaffold) -> None:
        """Edit it, and commit that."""
        self.folder, self.scaffold = folder, scaffold
        for name, changes in EDITS.items():
            text = (folder / name).read_text()
            for old, new in changes.items():
                assert text.count(old) == 1, old
                text = text.replace(old, new)
            (folder / name).write_text(text)
        git("commit", "--quiet", "--all", "-m", "mine", cwd=folder)
        self.mine = git("rev-parse", "HEAD^{tree}", cwd=folder)

    def regenerate(self, flag: str) -> None:
        """Switch, without a conflict, and commit."""
        self.scaffold("regenerate", flag, cwd=self.folder)
        git("add", "--all", cwd=self.folder)
        git("commit", "--quiet", "-m", flag, cwd=self.folder)

    def check_edits(self) -> None:
        """Every edit stands, with the lines around it that it had."""
        for name, changes in EDITS.items():
            text = (self.folder / name).read_text()
            for new in changes.values():
                assert text.count(new) == 1, new

    def start(self, processes: int, runs: str, *flags: str) -> subprocess.Popen[str]:
        """Start a training; what it says is kept."""
        command = [sys.executable, "-m", *(TORCHRUN if processes == 2 else []), "p", "train", *SHORT]
        with (self.folder / ".git/output.txt").open("a") as output:
            return subprocess.Popen(
                [*command, "--run.folder", runs, *flags],
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def train(self, processes: int, runs: str, *flags: str) -> dict[str, Any]:
        """Train to the end; return the last checkpoint."""
        code = self.start(processes, runs, *flags).wait(timeout=300)
        assert code == 0, (self.folder / ".git/output.txt").read_text()
        return self.load(runs)

    def load(self, runs: str) -> dict[str, Any]:
        """Read the last checkpoint of the only run of a folder."""
        (path,) = (self.folder / runs).glob("*/last.pt")
        checkpoint: dict[str, Any] = torch.load(path, weights_only=True)
        return checkpoint

    def kill_after_a_save(self, processes: int, runs: str, *flags: str) -> None:
        """Kill a training and the processes it has started, which all know the name of the folder."""
        training = self.start(processes, runs, *flags)
        deadline = time.monotonic() + 200
        while not any((self.folder / runs).glob("*/last.pt")):
            assert time.monotonic() < deadline
            assert training.poll() is None
            time.sleep(0.02)
        training.kill()
        training.wait()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                here = process.joinpath("cwd").samefile(self.folder)
                if here and runs.encode() in process.joinpath("cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
        assert self.load(runs)["epoch"] == 1

    def evaluate(self, processes: int, runs: str) -> str:
        """Return what the command prints of the best checkpoint."""
        command = [sys.executable, "-m", *(TORCHRUN if processes == 2 else []), "p", "evaluate"]
        return run(*command, "--run.folder", runs, cwd=self.folder).stdout


@pytest.fixture
def project(request: pytest.FixtureRequest, scaffold: Scaffold, tmp_path: Path) -> Project:
    scaffold("new", "p", "--defaults", *FORMS[request.param], cwd=tmp_path)
    return Project(tmp_path / "p", scaffold)


linux = pytest.mark.skipif(sys.platform != "linux", reason="finds the processes in /proc")


@pytest.mark.parametrize("project", ["texts", "graphs"], indirect=True)
def test_processes_are_added_to_an_edited_project_and_taken_out(project: Project) -> None:
    project.regenerate("--distributed")
    project.check_edits()
    project.train(2, "runs/ddp")
    project.train(2, "runs/fsdp", "--run.parallel", "fsdp")
    assert project.evaluate(2, "runs/fsdp") == project.evaluate(1, "runs/fsdp")
    project.regenerate("--no-distributed")
    assert git("rev-parse", "HEAD^{tree}", cwd=project.folder) == project.mine


@linux
@pytest.mark.parametrize("project", ["images"], indirect=True)
def test_a_run_goes_on_when_processes_are_added_and_taken_out(project: Project) -> None:
    command = [sys.executable, "-m", *TORCHRUN, "p", "train", *SHORT]
    refused = run(*command, cwd=project.folder, check=False).stderr
    assert "scaffold regenerate --distributed" in refused
    assert not (project.folder / "runs").exists()

    project.kill_after_a_save(1, "runs/begun-by-one")
    project.regenerate("--distributed")
    project.check_edits()
    project.train(2, "runs/begun-by-one", "--resume", "last")
    project.kill_after_a_save(2, "runs/begun-by-two", "--run.parallel", "fsdp")
    show = [sys.executable, "-m", *TORCHRUN, "p", "show", "data"]
    assert "start others without torchrun" in run(*show, cwd=project.folder, check=False).stderr

    project.regenerate("--no-distributed")
    assert git("rev-parse", "HEAD^{tree}", cwd=project.folder) == project.mine
    project.train(1, "runs/begun-by-two", "--resume", "last")
    for runs in ("runs/begun-by-one", "runs/begun-by-two"):
        (metrics,) = (project.folder / runs).glob("*/metrics.jsonl")
        records = [json.loads(line) for line in metrics.read_text().splitlines()]
        assert [record["epoch"] for record in records] == [1, 2, 3]
        assert all(record["steps"] for record in records), "the logged value is lost"


@linux
@pytest.mark.parametrize("project", ["images"], indirect=True)
def test_two_processes_that_are_killed_go_on_as_if_they_had_not_been(project: Project) -> None:
    project.regenerate("--distributed")
    expected = project.train(2, "runs/whole")
    project.kill_after_a_save(2, "runs/killed")
    resumed = project.train(2, "runs/killed", "--resume", "last")
    for name, tensor in expected["model"].items():
        assert torch.equal(tensor, resumed["model"][name]), f"{name} differs"
