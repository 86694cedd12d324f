"""Going back, and what others do meanwhile: nothing of theirs is written over, taken out or forgotten."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import commit, files, git, make_template
from stepping import Step, steps
from update_world import World, both, call, remove, replace, write

TEMPLATE = {
    "copier.yml": "_subdirectory: template\n",
    "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    "template/a.txt": "".join(f"a {line}\n" for line in range(9)),
    "template/b.txt": "".join(f"b {line}\n" for line in range(9)),
    "template/docs/index.md": "# Index\n",
    "template/docs/more.md": "# More\n",
    "template/page": "page\n",
}
NEWER = both(replace("a.txt", "a 4", "a 44"), replace("b.txt", "b 4", "b 44"))


@pytest.fixture
def it(
    tmp_path: Path, home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> World:
    """Make the template, and a project of it."""
    monkeypatch.setattr("tempfile.tempdir", str(home / "tmp"))  # it remembers the folder of the test before
    make_template(tmp_path / "template", TEMPLATE)
    assert call("new", tmp_path / "p", "--template", tmp_path / "template", "--defaults", "--quiet") == 0
    return World(tmp_path, capfd)


def everything(it: World) -> tuple[object, str]:
    return files(it.project), git("ls-files", "--stage", cwd=it.project)


def test_two_projects_in_one_repository(it: World, tmp_path: Path) -> None:
    """Each goes back by itself, and the other keeps its update and its way back."""
    mono = tmp_path / "mono"
    shutil.rmtree(it.project / ".git")
    for name in ("one", "in/two"):
        shutil.copytree(it.project, mono / name)
    git("init", "--quiet", cwd=mono)
    commit(mono, "two projects")
    it.release(NEWER)
    for name in ("one", "in/two"):
        it.run("update", mono / name)
    both_updated = files(mono)
    told = it.run("abort", mono / "one")
    assert "the update of one from" in told.lower()
    now = files(mono)
    assert {name for name in now if now[name] != both_updated[name]} == {
        "one/a.txt",
        "one/b.txt",
        "one/.copier-answers.yml",
    }
    assert "no update" in it.run("abort", mono / "one", code=1)
    it.run("abort", mono / "in/two")
    assert git("status", "--porcelain", cwd=mono) == ""


def test_edits_kept_aside_stay_when_others_follow(it: World) -> None:
    it.release(NEWER)
    for text in ("mine_1\n", "mine_2\n"):
        it.update()
        write("a.txt", text)(it.project)
        told = it.run("abort", it.project)
        named = Path(told.split(" since is in ")[1].strip())
        assert named.read_text() == text
    kept = sorted((it.project / ".git/scaffold/kept").rglob("a.txt"))
    assert [file.read_text() for file in kept] == ["mine_1\n", "mine_2\n"]


@pytest.mark.parametrize(
    "mine",
    [
        both(lambda p: shutil.rmtree(p / "docs"), write("docs", "mine_1\n")),
        both(
            lambda p: shutil.move(p / "docs", p.parent / "elsewhere"),
            lambda p: (p / "docs").symlink_to(p.parent / "elsewhere"),
        ),
        both(remove("docs/index.md"), write("docs/index.md/inner", "mine_1\n")),
    ],
    ids=["a file", "a link", "a folder"],
)
def test_abort_after_the_user_put_something_else_there(it: World, mine: Callable[[Path], object]) -> None:
    """It stays, the rest goes back, and the next command works."""
    before = everything(it)
    it.release(both(NEWER, replace("docs/index.md", "Index", "Contents")))
    it.update()
    mine(it.project)
    there = {name: what for name, what in files(it.project).items() if name.startswith("docs")}
    told = it.run("abort", it.project)
    assert "something else stands in the place of docs/index.md" in told
    now = files(it.project)
    assert {name: what for name, what in now.items() if name.startswith("docs")} == there
    assert (it.project / "a.txt").read_text() == TEMPLATE["template/a.txt"]
    assert git("ls-files", "--stage", cwd=it.project) == before[1]
    it.run("status", it.project)


@pytest.mark.parametrize(
    "change",
    [
        both(lambda t: shutil.rmtree(t / "docs"), write("docs", "a file now\n")),
        both(remove("page"), write("page/inner.md", "a folder now\n")),
    ],
    ids=["folder becomes file", "file becomes folder"],
)
def test_abort_of_a_folder_that_became_a_file(it: World, change: Callable[[Path], object]) -> None:
    (it.project / "docs").chmod(0o700)
    before = everything(it)
    it.release(change)
    it.update()
    assert everything(it) != before
    it.run("abort", it.project)
    assert everything(it) == before


def test_abort_of_a_conflict_in_the_answers(it: World) -> None:
    """The file that says what the project is cannot be read then."""
    answers = (it.project / ".copier-answers.yml").read_text()
    it.edit(write(".copier-answers.yml", answers.replace("_commit: v1.0.0", "_commit: v1.0.0  # mine_1")))
    it.release(NEWER)
    assert "conflict  .copier-answers.yml" in it.update(code=3)
    it.run("abort", it.project)
    assert git("status", "--porcelain", cwd=it.project) == ""


class Seen(NamedTuple):
    """What there was after the update, in which something was done at one call."""

    step: Step
    a: str
    b: str
    log: str
    status: str


def stepped(it: World, meanwhile: Callable[[], object], *calls: str) -> list[Seen]:
    """Update, and do something at each of these calls."""

    def update() -> int:
        return call("update", it.project)

    def stop(*_: object) -> None:
        meanwhile()

    found = []
    for step in steps(update, it.project, stop, calls):
        a, b = ((it.project / name).read_text() for name in ("a.txt", "b.txt"))
        log = git("log", "--format=%s", "-1", cwd=it.project)
        found.append(Seen(step, a, b, log, git("status", "--porcelain", cwd=it.project)))
    return found


def test_a_file_saved_while_the_result_is_written(it: World) -> None:
    """It stands, and the update is undone; only within the one call that moves the file nobody can tell."""
    it.release(NEWER)
    found = stepped(it, lambda: write("b.txt", "mine_1\n")(it.project), "os.rename", "os.link")
    stopped = [seen for seen in found if seen.step.stopped]
    refused = [seen for seen in stopped if seen.step.code]
    assert len(refused) > 2
    for seen in refused:
        assert "b.txt" in seen.step.output
        assert (seen.a, seen.b) == (TEMPLATE["template/a.txt"], "mine_1\n")
    assert len([seen for seen in stopped if seen.b != "mine_1\n"]) <= 1


def test_a_commit_made_while_the_result_is_written(it: World) -> None:
    """It stays the last one, and the update is refused, or was done before."""
    it.release(NEWER)
    tree = git("rev-parse", "HEAD^{tree}", cwd=it.project)

    def commit_it() -> None:
        new = git("commit-tree", "-p", "HEAD", "-m", "mine_1", tree, cwd=it.project)
        git("update-ref", "HEAD", new, cwd=it.project)

    found = stepped(it, commit_it, "os.rename", "os.link", "subprocess.Popen")
    for seen in found:
        assert seen.log == "mine_1" or not seen.step.stopped
        if seen.step.code:
            assert "something was committed in the meantime" in seen.step.output
            assert (seen.a, seen.status) == (TEMPLATE["template/a.txt"], "")
        else:
            assert "M  a.txt" in seen.status
    assert len([seen for seen in found if seen.step.code]) > 2


def test_files_added_to_the_index_while_the_result_is_written(it: World) -> None:
    """They are not taken out of it again."""
    write("own.txt", "mine_1\n")(it.project)
    it.release(NEWER)

    def add() -> None:
        if not (it.project / ".git/index.lock").exists():
            git("add", "own.txt", cwd=it.project)

    refused = [seen for seen in stepped(it, add, "os.rename", "os.link") if seen.step.code]
    for seen in refused:
        assert "own.txt" in seen.step.output or "changed the index" in seen.step.output
        assert "A  own.txt" in seen.status
    assert any("changed the index" in seen.step.output for seen in refused)


def test_a_lock_of_git_that_a_kill_left_is_named(it: World) -> None:
    it.release(NEWER)
    lock = it.project / ".git/index.lock"
    lock.write_bytes(b"half")
    told = it.update(code=1)
    assert f"({lock})" in told
    assert "delete that file if no git is running" in told
    assert lock.read_bytes() == b"half"
    os.unlink(lock)
    it.update()


def test_an_edit_of_what_was_just_written_is_kept_aside_and_told(it: World) -> None:
    """The update goes back because another file was saved, too."""
    it.release(NEWER)

    def save_both() -> None:
        for name in ("a.txt", "b.txt"):
            write(name, f"mine_{name}\n")(it.project)

    refused = [seen for seen in stepped(it, save_both, "os.utime") if seen.step.code]
    undone = [seen.step.output for seen in refused if seen.a != "mine_a.txt\n"]
    told = [output for output in undone if "; what you wrote into a.txt since is in " in output]
    assert told
    assert told == undone
