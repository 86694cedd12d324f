"""Killed at any moment, a command leaves the project as it was or as it was to be, byte for byte."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Scaffold, commit, files, git, make_template

from scaffold.cli import main
from scaffold.merge.journal import abort, locked
from scaffold.project import find

State = tuple[object, str]
CONFIG = """\
_subdirectory: template
arch: {type: str, default: resnet, choices: [resnet, vit]}
"""
FILES = 60  # so that writing them takes long enough to be killed in


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, template_repo: Path) -> Path:
    """Make a project of many files, all of which a switch and an update will change."""
    folder = tmp_path_factory.mktemp("kill")
    content = {
        "copier.yml": CONFIG,
        "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    }
    for number in range(FILES):
        content[f"template/pkg/f{number}.txt.jinja"] = f"{{{{ arch }}}} {number}\n" + "line\n" * 9
    content |= {f"template/old/{number}.txt": "gone in v2\n" for number in range(9)}
    repo = make_template(folder / "template", content)
    scaffold = Scaffold(template_repo)
    scaffold("new", "p", "--template", repo, "--defaults", cwd=folder)
    for file in (repo / "template/pkg").iterdir():
        file.write_text(file.read_text() + "new\n")
    shutil.rmtree(repo / "template/old")
    (repo / "template/new").mkdir()
    (repo / "template/new/file.txt").write_text("new\n")
    (repo / "template/new/file.txt").chmod(0o755)
    commit(repo, "two", "v2.0.0")
    for number in range(3):
        file = folder / f"p/pkg/f{number}.txt"
        file.write_text(file.read_text().replace("line\nline\n", "line\nmine\n", 1))
    (folder / "p/pkg/f3.txt").write_text("mine\n")
    git("commit", "--quiet", "--all", "-m", "mine", cwd=folder / "p")
    return folder / "p"


def state(project: Path) -> State:
    """Return every file with its mode, and the index."""
    return files(project), git("ls-files", "--stage", cwd=project)


def forked(*args: str, cwd: Path) -> int:
    """Start the command in a copy of this process, which has read copier already."""
    import copier  # noqa: F401

    child = os.fork()
    if child:
        return child
    os.chdir(cwd)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.argv = ["scaffold", *args]
    try:
        main()
    except SystemExit as ended:
        os._exit(int(ended.code or 0))
    finally:
        os._exit(70)


@pytest.mark.parametrize("args", [["update"], ["regenerate", "--set", "arch=vit"]], ids=lambda args: args[0])
def test_killed_at_thirty_moments(project: Path, scaffold: Scaffold, tmp_path: Path, args: list[str]) -> None:
    """Twenty while files are written, ten at any time; the next command says what it has undone."""
    rng = random.Random(args[0])
    before = state(project)
    shutil.copytree(project, tmp_path / "done")
    assert scaffold(*args, cwd=tmp_path / "done", check=False).returncode == 3
    start = time.monotonic()
    shutil.copytree(project, tmp_path / "timed")
    assert os.waitstatus_to_exitcode(os.waitpid(forked(*args, cwd=tmp_path / "timed"), 0)[1]) == 3
    whole = time.monotonic() - start
    after = state(tmp_path / "done")
    assert before != after
    undone = 0
    shutil.copytree(project, tmp_path / "p")
    for moment in range(30):
        folder = tmp_path / "p"
        child = forked(*args, cwd=folder)
        if moment < 20:
            deadline = time.monotonic() + 10 * whole
            while not (folder / ".git/scaffold/journal.json").exists() and time.monotonic() < deadline:
                time.sleep(0.0002)
            time.sleep(rng.uniform(0, 0.03))
        else:
            time.sleep(rng.uniform(0, whole))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        half_done = (folder / ".git/scaffold/journal.json").exists()
        undone += half_done
        if half_done:
            with locked(find(str(folder))) as told:
                assert "interrupted" in str(told)
        assert state(folder) in (before, after)
        assert not (folder / ".git/index.lock").exists()
        if state(folder) == after:
            abort(find(str(folder)))
            assert state(folder) == before
        assert git("status", "--porcelain", "--ignored", cwd=folder) == ""
    assert undone >= 10


def test_recovery_keeps_what_was_written_since(project: Path, scaffold: Scaffold, tmp_path: Path) -> None:
    """Somebody goes on working in a half-updated project: that is put aside, not overwritten."""
    folder = tmp_path / "p"
    shutil.copytree(project, folder)
    command, env = scaffold.command("update")
    while True:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and not (folder / ".git/scaffold/journal.json").exists():
            pass
        process.kill()
        process.wait()
        if (folder / ".git/scaffold/journal.json").exists():
            break
        scaffold("update", "--abort", cwd=folder)
    (folder / "pkg/f9.txt").write_text("written since\n")
    told = scaffold("status", cwd=folder).stderr
    assert "what you wrote into pkg/f9.txt since is in" in told
    assert (folder / ".git/scaffold/kept/pkg/f9.txt").read_text() == "written since\n"
    assert git("status", "--porcelain", cwd=folder) == ""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of four MiB, where that is allowed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4M", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("free", [0, 40, 280, 520, 640, 760])
def test_full_disk(project: Path, scaffold: Scaffold, small_disk: Path, free: int) -> None:
    """With as many KiB left: a sentence, and all is as it was; with room again it goes on."""
    folder, filling = small_disk / "p", small_disk / "filling"
    shutil.copytree(project, folder)
    before = state(folder)
    filling.write_bytes(bytes(shutil.disk_usage(small_disk).free - free * 1024))
    done = scaffold("update", cwd=folder, check=False)
    if done.returncode != 3:  # with the most of it there may be room enough
        assert done.returncode == 1
        assert done.stderr.startswith("error: ")
        assert state(folder) == before
        filling.unlink()
        assert scaffold("update", cwd=folder, check=False).returncode == 3
    assert free or done.returncode == 1


def test_two_at_once(project: Path, scaffold: Scaffold, tmp_path: Path) -> None:
    """The second is refused, the first is done."""
    folder = tmp_path / "p"
    shutil.copytree(project, folder)
    command, env = scaffold.command("update")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, cwd=folder, env=env, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    ended = [(*process.communicate(), process.returncode) for process in started]
    assert sorted(code for _, _, code in ended) == [1, 3]
    refused = next(error for _, error, code in ended if code == 1)
    assert "another scaffold command is at work" in refused
