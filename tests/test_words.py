"""What update, regenerate and status say: what is wrong, where, and how to fix it; not what git says."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, Scaffold, files, fill, git
from update_world import TEMPLATE, Edit, World, both, make_world, move, nothing, remove, replace, write

MODEL, README = "pkg/model.py", "README.md"
IN_B = replace(MODEL, "        x = self.net(x)", "        x = self.net(x)  # mine_1")
NEWS = write("pkg/news.py", "NEWS = 2\n")


@pytest.fixture
def it(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers the folder of the test before
    return make_world(tmp_path, capfd, TEMPLATE)


def refused(it: World, *args: str | Path, says: str = "") -> str:
    """Run what must be refused in one sentence, and look that nothing has changed."""
    before = files(it.project), git("ls-files", "--stage", cwd=it.project)
    printed = it.run(*args, code=1)
    assert printed.startswith("error: ")
    assert printed.count("\n") == 1
    assert says in printed
    assert (files(it.project), git("ls-files", "--stage", cwd=it.project)) == before
    return printed


def reported(printed: str) -> list[str]:
    """Return the lines on conflicts."""
    return re.findall(r"^  conflict +(.+)$", printed, re.MULTILINE)


@pytest.mark.parametrize("command", ["status", "update", "diff"])
def test_repository_of_another_user(it: World, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """Git refuses to read it, as that of a mounted folder; it is a repository all the same."""
    it.release(NEWS)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")  # with a locale that need not be installed, git speaks
    monkeypatch.setenv("LANGUAGE", "de")
    with monkeypatch.context() as patch:
        patch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # git's own way to try it
        ended = (
            it.run(command, it.project, code=1)
            if command != "diff"
            else it.run("diff", f"{it.project}/", code=1)
        )
    assert ended == (
        f"error: git does not read {it.project}, which belongs to another user: if you trust what is in it, "
        f"run git config --global --add safe.directory {it.project}\n"
    )


def test_new_project_in_a_repository_of_another_user(it: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for a place outside of any repository."""
    with monkeypatch.context() as patch:
        patch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        place = it.project / "inner/q"
        template = shutil.copytree(
            it.template, it.template.with_name("plain"), ignore=shutil.ignore_patterns(".git")
        )
        printed = it.run("new", place, "--template", template, "--defaults", code=1)
    assert f"git does not read {it.project}, which belongs to another user" in printed
    assert not (it.project / "inner").exists()


def start(operation: str, project: Path) -> None:
    """Bring a repository into the middle of something."""
    git("branch", "other", cwd=project)
    for branch, text in (("other", "theirs\n"), ("main", "mine\n")):
        git("switch", "--quiet", branch, cwd=project)
        write("own.txt", text)(project)
        git("add", "--force", "own.txt", cwd=project)
        git("commit", "--quiet", "-m", text.strip(), cwd=project)
    if operation == "bisect":
        git("bisect", "start", cwd=project)
        return
    if operation == "am":
        patch = git("format-patch", "-1", "--stdout", "other", cwd=project)
        write("../patch", f"{patch}\n")(project)
    command = {
        "merge": ["merge", "other"],
        "rebase": ["rebase", "other"],
        "am": ["am", "--3way", "../patch"],
        "cherry-pick": ["cherry-pick", "other"],
        "revert": ["revert", "--no-edit", "HEAD~1"],
    }[operation]
    if operation == "revert":
        write("own.txt", "again\n")(project)
        git("commit", "--quiet", "--all", "-m", "again", cwd=project)
    done = subprocess.run(["git", *command], cwd=project, capture_output=True, text=True)
    assert done.returncode, done.stdout


@pytest.mark.parametrize("resolved", [False, True])
@pytest.mark.parametrize("operation", ["merge", "rebase", "am", "cherry-pick", "revert", "bisect"])
def test_operation_in_progress(it: World, operation: str, resolved: bool) -> None:
    """The update must not end in the commit of something else; a dry run may."""
    it.release(NEWS)
    start(operation, it.project)
    if resolved:
        git("checkout", "--quiet", "HEAD", "--", "own.txt", cwd=it.project)
        assert not git("status", "--porcelain", cwd=it.project)
    way = (
        "git bisect reset"
        if operation == "bisect"
        else f"git {operation} --continue or git {operation} --abort"
    )
    says = f"git {operation} is in progress: end it first, with {way}"
    refused(it, "update", it.project, says=says)
    refused(it, "regenerate", it.project, "--set", "arch=vit", says=says)
    if resolved:
        assert f"note: {says}" in it.update("--dry-run")


def test_abort_on_another_branch(it: World) -> None:
    """Nothing was committed there, and the way back is on the branch of the update."""
    it.release(NEWS)
    it.edit(lambda p: (git("switch", "--quiet", "-c", "other", cwd=p), write("own.txt", "mine\n")(p)))
    git("switch", "--quiet", "main", cwd=it.project)
    it.update()
    git("switch", "--quiet", "other", cwd=it.project)
    says = "was made on branch main, and this is branch other: run git switch main first"
    refused(it, "update", it.project, "--abort", says=says)
    git("switch", "--quiet", "--detach", "other", cwd=it.project)
    refused(
        it, "update", it.project, "--abort", says="was made on branch main, and this is no branch: run git"
    )
    git("switch", "--quiet", "main", cwd=it.project)
    assert "has been undone" in it.run("update", it.project, "--abort")
    assert not git("status", "--porcelain", cwd=it.project)


def test_abort_after_the_branch_has_moved(it: World) -> None:
    it.release(NEWS)
    it.update()
    it.edit(nothing)
    refused(it, "abort", it.project, says="something has been committed since")
    IN_B(it.project)
    refused(it, "abort", it.project, says="what is not committed came from elsewhere")


@pytest.mark.parametrize(
    ("user", "template", "line"),
    [
        (
            IN_B,
            both(
                replace(MODEL, "        x = self.net(x)", "        x = 2 * self.net(x)"),
                move(MODEL, "pkg/net.py"),
            ),
            "pkg/net.py: both changed the same lines (it was pkg/model.py)",
        ),
        (
            remove(MODEL),
            move(MODEL, "pkg/net.py"),
            "pkg/net.py: you removed it and the template changed it: it stays removed (it was pkg/model.py)",
        ),
        (
            both(IN_B, move(MODEL, "pkg/mine.py")),
            remove(MODEL),
            "pkg/mine.py: you changed it and the template drops it: yours is kept (it was pkg/model.py)",
        ),
        (
            both(IN_B, move(MODEL, "pkg/mine.py")),
            move(MODEL, "pkg/net.py"),
            "pkg/mine.py: both renamed it, the template to pkg/net.py: yours is kept (it was pkg/model.py)",
        ),
    ],
)
def test_conflict_after_a_rename(it: World, user: Edit, template: Edit, line: str) -> None:
    """It says what the file was called, in one line, of a file that is there or that the user removed."""
    it.edit(user)
    it.release(template)
    assert reported(it.update(code=3)) == [line]
    name = line.partition(":")[0]
    unmerged = git("ls-files", "--unmerged", cwd=it.project).splitlines()
    assert {entry.partition("\t")[2] for entry in unmerged} == {name}
    kept = (it.project / name).exists()
    assert kept or "stays removed" in line
    assert not kept or "mine_1" in (it.project / name).read_text()


@pytest.mark.parametrize(
    ("user", "template", "line"),
    [
        (
            write("docs", "mine_1\n"),
            write("docs/index.md", "theirs\n"),
            "docs: you have a file where the template has a folder: yours is kept",
        ),
        (
            write("docs/index.md", "mine_1\n"),
            write("docs", "theirs\n"),
            "docs: the template has a file where you have a folder: yours is kept",
        ),
    ],
)
def test_file_where_the_other_side_has_a_folder(it: World, user: Edit, template: Edit, line: str) -> None:
    it.edit(user)
    it.release(template)
    assert reported(it.update(code=3))[0] == line


@pytest.mark.parametrize("commits", [False, True])
def test_nested_repository(it: World, commits: bool) -> None:
    """It is no part of the project, with commits or without: status and diff look past it."""
    git("init", "--quiet", "pkg/vendored", cwd=it.project)
    write("pkg/vendored/code.py", "mine_1 = 1\n")(it.project)
    if commits:
        git("add", "--all", cwd=it.project / "pkg/vendored")
        git("commit", "--quiet", "-m", "pkg/vendored", cwd=it.project / "pkg/vendored")
    write("own.py", "mine_2 = 1\n")(it.project)
    printed = it.run("status", it.project)
    assert "own.py" in printed
    assert "vendored" not in printed
    printed = it.run("diff", f"{it.project}/")
    assert "mine_2" in printed
    assert "vendored" not in printed


@pytest.mark.parametrize("known", [True, False])
def test_object_that_is_missing(it: World, known: bool) -> None:
    """As in a partial clone without its remote, or after damage to the disk; trees may be known, or not."""
    it.edit(IN_B)
    it.release(move(MODEL, "pkg/net.py"))
    name = git("rev-parse", f"HEAD:{MODEL}", cwd=it.project)
    if not known:
        git("update-index", "--cacheinfo", f"100644,{name},{MODEL}", cwd=it.project)
    os.utime(it.project / MODEL, (1, 1))  # git reads a file again that is as young as its index
    git("update-index", "--refresh", cwd=it.project)
    (it.project / ".git/objects" / name[:2] / name[2:]).unlink()
    says = f"git cannot read {name[:10]} in {it.project}: run git fsck to see what is damaged or missing"
    refused(it, "update", it.project, says=says)
    refused(it, "update", it.project, "--dry-run", says=says)


@pytest.mark.parametrize("free", [20, 100, 200, 300])
def test_full_disk_for_temporary_files(it: World, small_disk: Path, free: int) -> None:
    """Whether git, copier or Python finds it full, with as many KiB left."""
    it.release(NEWS)
    fill(small_disk, free)
    before = files(it.project)
    done = Scaffold(ROOT)("update", cwd=it.project, check=False, env={"TMPDIR": str(small_disk)})
    assert re.fullmatch(
        rf"error: the disk is full where {small_disk}/\S+ was to be written: make room there, .*\n",
        done.stderr,
    )
    assert (done.returncode, files(it.project)) == (1, before)


def test_regenerate_without_components(it: World) -> None:
    """A template of one's own need not have any."""
    printed = it.run("regenerate", f"{it.project}/", code=2)
    assert (
        printed
        == "error: this template has no components to restore: give answers to change (--set key=value)\n"
    )


@pytest.mark.parametrize("edited", [False, True])
def test_answers_edited_by_hand_that_change_one_file(it: World, edited: bool) -> None:
    """Whether or not that file was edited since: the update would compare it with what it never was."""
    it.release(NEWS)
    it.edit(replace(".copier-answers.yml", "augment: true", "augment: false"))
    if edited:
        it.edit(write("pkg/augment.py", "mine_1 = 1\n"))
    says = "augment in .copier-answers.yml was edited by hand"
    refused(it, "update", it.project, says=says)
    refused(it, "update", it.project, "--dry-run", says=says)


def test_what_was_taken_back_after_a_switch_is_no_edit_by_hand(it: World) -> None:
    """The one file that a switch removed is the user's own now."""
    it.edit(lambda p: it.run("regenerate", p, "--set", "augment=false"))
    it.edit(lambda p: git("checkout", "HEAD~1", "--", "pkg/augment.py", cwd=p))
    it.release(NEWS)
    assert "added    pkg/news.py" in it.update()
