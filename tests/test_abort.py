"""Going back, and what others do meanwhile: nothing of theirs is written over, taken out or forgotten."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

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
    told = it.run("update", mono / "one", "--abort")
    assert "the update of one from" in told.lower()
    now = files(mono)
    assert {name for name in now if now[name] != both_updated[name]} == {
        "one/a.txt",
        "one/b.txt",
        "one/.copier-answers.yml",
    }
    assert "no update" in it.run("update", mono / "one", "--abort", code=1)
    it.run("update", mono / "in/two", "--abort")
    assert git("status", "--porcelain", cwd=mono) == ""


def test_edits_kept_aside_stay_when_others_follow(it: World) -> None:
    it.release(NEWER)
    for text in ("mine_1\n", "mine_2\n"):
        it.update()
        write("a.txt", text)(it.project)
        told = it.run("update", it.project, "--abort")
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
    told = it.run("update", it.project, "--abort")
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
    it.run("update", it.project, "--abort")
    assert everything(it) == before


def test_abort_of_a_conflict_in_the_answers(it: World) -> None:
    """The file that says what the project is cannot be read then."""
    answers = (it.project / ".copier-answers.yml").read_text()
    it.edit(write(".copier-answers.yml", answers.replace("_commit: v1.0.0", "_commit: v1.0.0  # mine_1")))
    it.release(NEWER)
    assert "conflict  .copier-answers.yml" in it.update(code=3)
    it.run("update", it.project, "--abort")
    assert git("status", "--porcelain", cwd=it.project) == ""


def stepped(it: World, stop: Callable[[], object], *calls: str) -> list[Step]:
    """Update, and do something at each of these calls."""
    seen = []
    for step in steps(
        lambda: call("update", it.project), it.project, lambda *_: stop(), calls or ("os.rename", "os.link")
    ):
        seen.append(step)
        yield_state(it, step)
    return seen


STATES: list[tuple[Step, bytes, bytes, str, str]] = []


def yield_state(it: World, step: Step) -> None:
    """Write down what there is before the folder is brought back."""
    texts = [(it.project / name).read_bytes() for name in ("a.txt", "b.txt")]
    log = git("log", "--format=%s", "-1", cwd=it.project)
    STATES.append((step, *texts, log, git("status", "--porcelain", cwd=it.project)))


def test_a_file_saved_while_the_result_is_written(it: World) -> None:
    """It stands, and the update is undone; only within the one call that moves the file nobody can tell."""
    STATES.clear()
    it.release(NEWER)
    stepped(it, lambda: write("b.txt", "mine_1\n")(it.project))
    stopped = [(step, a, b) for step, a, b, _, _ in STATES if step.stopped]
    refused = [(step, a) for step, a, b in stopped if step.code and b == b"mine_1\n"]
    assert all("b.txt" in step.output for step, _ in refused)
    assert all(a == TEMPLATE["template/a.txt"].encode() for _, a in refused)
    assert len(refused) > 2
    assert len([step for step, _, b in stopped if b != b"mine_1\n"]) <= 1


def test_a_commit_made_while_the_result_is_written(it: World) -> None:
    """It stays the last one, and the update is refused or staged on top of it."""
    STATES.clear()
    it.release(NEWER)
    tree = git("rev-parse", "HEAD^{tree}", cwd=it.project)

    def made() -> None:
        new = git("commit-tree", "-p", "HEAD", "-m", "mine_1", tree, cwd=it.project)
        git("update-ref", "HEAD", new, cwd=it.project)

    stepped(it, made, "os.rename", "os.link", "subprocess.Popen")
    refused = 0
    for step, a, _, log, status in STATES:
        assert log == "mine_1" or not step.stopped
        if step.code:
            assert "something was committed in the meantime" in step.output
            assert a == TEMPLATE["template/a.txt"].encode()
            assert status == ""
            refused += 1
        else:
            assert "M  a.txt" in status
    assert refused > 2


def test_files_added_to_the_index_while_the_result_is_written(it: World) -> None:
    """They are not taken out of it again."""
    write("own.txt", "mine_1\n")(it.project)
    STATES.clear()
    it.release(NEWER)

    def add() -> None:
        if not (it.project / ".git/index.lock").exists():
            git("add", "own.txt", cwd=it.project)

    stepped(it, add)
    refused = [(step, status) for step, *_, status in STATES if step.code]
    assert all("own.txt" in step.output or "changed the index" in step.output for step, _ in refused)
    assert any("changed the index" in step.output for step, _ in refused)
    assert all("A  own.txt" in status for _, status in refused)


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
