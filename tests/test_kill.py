"""Killed at any call, a command leaves the project as it was or as it was to be, byte for byte.

The suite stops at a sample of the calls; `make stops` at each of them.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Scaffold, commit, files, fill, git, make_template
from stepping import CALLS, Stop, steps

from scaffold.cli import main
from scaffold.merge.journal import abort, undone
from scaffold.project import locate
from scaffold.scratch import scratch_folder

pytestmark = pytest.mark.usefixtures("scratch")
State = tuple[object, str]
CONFIG = """\
_subdirectory: template
arch: {type: str, default: resnet, choices: [resnet, vit]}
"""
FILES = 4
EVERY = int(os.environ.get("SCAFFOLD_KILL_EVERY", "5"))  # 1 stops at each call by which something is written


@pytest.fixture
def scratch(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(home / "tmp"))  # it remembers the folder of the test before


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
    content |= {f"template/old/{number}.txt": "gone in v2\n" for number in range(1)}
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
    for number in range(1, 3):
        file = folder / f"p/pkg/f{number}.txt"
        file.write_text(file.read_text().replace("line\nline\n", "line\nmine\n", 1))
    (folder / "p/pkg/f3.txt").write_text("mine\n")
    git("commit", "--quiet", "--all", "-m", "mine", cwd=folder / "p")
    shutil.rmtree(folder / "p/.git/hooks")  # which would be copied a thousand times
    return folder / "p"


@pytest.fixture
def folder(project: Path, tmp_path: Path) -> Path:
    """Return a copy of the project, to be killed in."""
    return Path(shutil.copytree(project, tmp_path / "p"))


def state(project: Path) -> State:
    """Return every file with its mode, and the index."""
    return files(project), git("ls-files", "--stage", cwd=project)


def run(*args: str | Path) -> Callable[[], int]:
    """Return the command, to be run in a copy of this process, which has read copier already."""
    import copier  # noqa: F401

    def command() -> int:
        sys.argv = ["scaffold", *map(str, args)]
        try:
            main()
        except SystemExit as ended:
            return int(ended.code or 0)
        return 70

    return command


def kill(*_: object) -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_git_too(_: str, args: tuple[Any, ...]) -> None:
    """End it while git writes an index, which leaves git's lock."""
    index = args[3].get("GIT_INDEX_FILE", Path(args[2], ".git/index"))
    if "update-index" in args[1]:
        Path(f"{index}.lock").write_bytes(b"half an index")
    kill()


COMMANDS = [["update"], ["regenerate", "--set", "arch=vit"]]


@pytest.mark.parametrize(
    ("stop", "calls", "every"),
    [(kill, CALLS, EVERY), (kill_git_too, {"subprocess.Popen"}, 1)],
    ids=["command", "git"],
)
@pytest.mark.parametrize("args", COMMANDS, ids=lambda args: args[0])
def test_killed_at_every_call(
    folder: Path,
    scaffold: Scaffold,
    args: list[str],
    stop: Stop,
    calls: set[str],
    every: int,
) -> None:
    """There are two states, and nothing else is left; the next command says what it has undone."""
    before = state(folder)
    seen = []
    for step in steps(run(*args, folder), folder, stop, calls, every):
        half_done = (folder / ".git/scaffold/journal.json").exists()
        told = undone(locate(str(folder)))
        assert half_done == bool(told)
        assert all("interrupted" in note for note in told)
        assert step.stopped or step.code == 3, step.output
        seen.append("before" if state(folder) == before else "after")
        check_after(folder, scaffold, args, before)
    assert seen == sorted(seen, reverse=True)  # first it is as it was, in the end as it is to be
    assert len(seen) > (80 / every if stop is kill else 5)
    assert set(seen) == {"before", "after"}


def check_after(folder: Path, scaffold: Scaffold, args: list[str], before: State) -> None:
    """See that it is as before, or as it is to be and can go back; that git works, and nothing lies about."""
    assert not (folder / ".git/index.lock").exists()
    assert not list(folder.rglob(".scaffold-*"))
    if state(folder) != before:
        assert state(folder) == after(folder, scaffold, args)
        abort(locate(str(folder)))
    assert state(folder) == before
    assert git("status", "--porcelain", "--ignored", cwd=folder) == ""


DONE: dict[str, State] = {}


def after(folder: Path, scaffold: Scaffold, args: list[str]) -> State:
    """Return what it is to be: what the command gives that nothing stops."""
    if args[0] not in DONE:
        whole = folder.with_name("whole")
        shutil.copytree(folder, whole)
        abort(locate(str(whole)))
        assert scaffold(*args, whole, cwd=folder, check=False).returncode == 3
        DONE[args[0]] = state(whole)
    return DONE[args[0]]


@pytest.mark.parametrize("args", COMMANDS, ids=lambda args: args[0])
def test_recovery_killed_at_every_call(folder: Path, scaffold: Scaffold, args: list[str]) -> None:
    """Killed at several moments, and what undoes that at every one."""
    before = state(folder)
    kills = 0

    def undo() -> int:
        return len(undone(locate(str(folder))))

    for _ in steps(run(*args, folder), folder, kill, every=20):
        if not (folder / ".git/scaffold/journal.json").exists():
            continue
        for recovery in steps(undo, folder, kill, every=EVERY):
            undone(locate(str(folder)))
            check_after(folder, scaffold, args, before)
            kills += recovery.stopped
    assert kills > 60 / EVERY


@pytest.mark.parametrize("args", COMMANDS, ids=lambda args: args[0])
def test_interrupted_at_every_call(folder: Path, scaffold: Scaffold, args: list[str]) -> None:
    """Control-C: it says that nothing was written, which is so, or is done."""
    before = state(folder)
    codes = []

    def interrupt(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    for step in steps(run(*args, folder), folder, interrupt, {"subprocess.Popen", "os.rename", "os.link"}):
        codes.append(step.code)
        assert not (folder / ".git/index.lock").exists()
        if step.code == 130:
            assert step.output.endswith("error: interrupted, nothing was written\n")
            undone(locate(str(folder)))
            assert state(folder) == before
        else:
            assert "1 conflict is left" in step.output
            assert state(folder) == after(folder, scaffold, args)
    assert sorted(set(codes)) == [3, 130]
    assert codes.count(3) > 2


def test_recovery_keeps_what_was_written_since(folder: Path, scaffold: Scaffold) -> None:
    """Somebody goes on working in a half-updated project: that is put aside, not overwritten."""
    halves = 0
    for _ in steps(run("update", folder), folder, kill, every=15):
        if not (folder / ".git/scaffold/journal.json").exists():
            continue
        (folder / "pkg/f0.txt").write_text("written since\n")
        told = scaffold("status", cwd=folder).stderr
        assert f"what you wrote into pkg/f0.txt since is in {folder}/.git/scaffold/kept/1/pkg/f0.txt" in told
        assert (folder / ".git/scaffold/kept/1/pkg/f0.txt").read_text() == "written since\n"
        assert git("status", "--porcelain", cwd=folder) == ""
        halves += 1
    assert halves > 1


def test_scratch_that_a_killed_command_left_is_removed(folder: Path, scaffold: Scaffold) -> None:
    """That of a command at work stays."""
    scratch = Path(os.environ["TMPDIR"])
    for _ in steps(run("update", folder), folder, kill):
        (left,) = scratch.glob("scaffold-scratch-*")
        break
    with scratch_folder() as (working, told):
        assert told == [f"a command that was killed had left {left}, which is removed"]
        assert "had left" not in scaffold("status", folder, cwd=folder).stderr
        assert list(scratch.glob("scaffold-scratch-*")) == [working]
    assert not list(scratch.glob("scaffold-scratch-*"))


def test_nothing_is_left_among_the_objects_of_git(folder: Path) -> None:
    """But for one file, under a name by which git removes it."""
    kept = 0
    for _ in steps(run("update", folder), folder, kill, {"os.rename"}):
        garbage = list((folder / ".git/objects").rglob("*scaffold*"))
        kept += len(garbage)
        assert garbage in ([], [folder / ".git/objects/tmp_scaffold"])
        git("prune", "--expire=now", cwd=folder)
        assert not list((folder / ".git/objects").rglob("*scaffold*"))
    assert kept


@pytest.mark.parametrize("free", [0, 40, 280, 520, 640, 760])
def test_full_disk(project: Path, scaffold: Scaffold, small_disk: Path, free: int) -> None:
    """With as many KiB left: a sentence, and all is as it was; with room again it goes on."""
    folder = small_disk / "p"
    shutil.copytree(project, folder)
    before = state(folder)
    filling = fill(small_disk, free)
    done = scaffold("update", cwd=folder, check=False)
    if done.returncode != 3:  # with the most of it there may be room enough
        assert done.returncode == 1
        assert done.stderr.startswith("error: ")
        assert state(folder) == before
        filling.unlink()
        assert scaffold("update", cwd=folder, check=False).returncode == 3
    assert free or done.returncode == 1


def test_two_at_once(folder: Path, scaffold: Scaffold) -> None:
    """The second is refused, the first is done."""
    command, env = scaffold.command("update")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, cwd=folder, env=env, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    ended = [(*process.communicate(), process.returncode) for process in started]
    assert sorted(code for _, _, code in ended) == [1, 3]
    refused = next(error for _, error, code in ended if code == 1)
    assert "another scaffold command is at work" in refused
