"""A run says from which code it comes: with changes, without commits, without a repository."""

import json
import subprocess

import pytest
import torch

from package.engine import provenance
from package.engine.provenance import recorded
from package.engine.run import Run


@pytest.fixture
def git(tmp_path, monkeypatch):
    """``git("commit", ...)`` in a repository around a project of one file."""
    project = tmp_path / "repository/project"
    project.mkdir(parents=True)
    (project / "model.py").write_text("WIDTH = 1\n")
    (project / "weights.npz").write_bytes(bytes(range(200, 256)))
    monkeypatch.setattr(provenance, "PROJECT", project)
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments):
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
        command = ["git", "-C", str(project), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    return run


def record(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir(exist_ok=True)
    with recorded(folder, torch.device("cpu")):
        assert json.loads((folder / "provenance.json").read_text())[-1]["result"] == "running"
    return json.loads((folder / "provenance.json").read_text())[-1]


def test_the_commit_and_all_that_is_not_in_it_can_be_restored(git, tmp_path):
    git("init", "--initial-branch", "trunk", "..")
    git("add", ".")
    git("commit", "--message", "Begin")
    clean = record(tmp_path)
    assert clean["commit"] == git("rev-parse", "HEAD")
    assert (clean["branch"], clean["dirty"], clean["result"]) == ("trunk", False, "finished")

    git("config", "diff.noprefix", "true")
    (provenance.PROJECT / "model.py").write_text("WIDTH = 2\n")
    (provenance.PROJECT / "weights.npz").write_bytes(bytes(256))
    (provenance.PROJECT / "new layer.py").write_text("# never added\n")
    status = git("status", "--porcelain")
    entry = record(tmp_path)
    assert entry["dirty"]
    assert entry["commit"] == clean["commit"]
    assert git("status", "--porcelain") == status, "the user's index has changed"

    git("stash", "--include-untracked")
    git("-C", "..", "apply", str(tmp_path / "run" / entry["changes"]))
    assert (provenance.PROJECT / "model.py").read_text() == "WIDTH = 2\n"
    assert (provenance.PROJECT / "weights.npz").read_bytes() == bytes(256)
    assert (provenance.PROJECT / "new layer.py").read_text() == "# never added\n"


def test_before_the_first_commit_everything_is_a_change(git, tmp_path):
    git("init", "..")
    entry = record(tmp_path)
    assert entry["commit"] is None
    assert entry["dirty"]
    assert "WIDTH = 1" in (tmp_path / "run" / entry["changes"]).read_text()


@pytest.mark.parametrize("path", [None, ""], ids=["no repository", "no git"])
def test_without_a_repository_or_git_nothing_is_claimed(git, tmp_path, monkeypatch, path):
    if path is not None:
        monkeypatch.setenv("PATH", path)
    entry = record(tmp_path)
    assert [entry[name] for name in ("commit", "branch", "dirty")] == [None, None, None]
    assert "changes" not in entry


def test_what_ended_a_run_is_recorded(tmp_path):
    with pytest.raises(RuntimeError), recorded(tmp_path, torch.device("cpu")):
        raise RuntimeError("out of memory")
    (entry,) = json.loads((tmp_path / "provenance.json").read_text())
    assert entry["result"] == "RuntimeError: out of memory"
    assert entry["start"] <= entry["end"]


def test_a_run_is_no_change_of_the_code_wherever_it_is_kept(git, settings):
    git("init", "..")
    git("add", ".")
    git("commit", "--message", "Begin")
    settings.run.folder = provenance.PROJECT / "elsewhere"
    Run(settings.run, {}, None)
    assert not git("status", "--porcelain")
