"""`--dry-run` of update and regenerate: what would happen, conflicts and refusals too; nothing is written."""

from pathlib import Path

import pytest
from conftest import files, git
from update_world import TEMPLATE, World, append, both, call, make_world, remove, replace, write

TRAIN = "pkg/train.py"
IN_TRAIN = replace(TRAIN, "loss.backward()", "loss.backward()  # mine_1")
THEIRS = both(
    replace(TRAIN, "loss.backward()", "loss.sum().backward()"),
    write("pkg/news.py", "NEWS = 2\n"),
    write("data.bin", b"\0theirs" * 99),
    remove("run.sh"),
)


@pytest.fixture
def it(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers the folder of the test before
    return make_world(tmp_path, capfd, TEMPLATE | {"template/data.bin": "\0before"})


def dry(it: World, *args: str | Path, code: int) -> str:
    """Run it dry, and look that nothing has changed."""

    def state() -> object:
        objects = sorted((it.project / ".git/objects").rglob("*"))
        return files(it.project), objects, git("status", "--porcelain", "--ignored", cwd=it.project)

    before = state()
    printed = it.run(*args, "--dry-run", code=code)
    assert state() == before
    return printed


def test_it_says_what_would_become_of_each_file(it: World) -> None:
    """And ends with the conflicts, those of binary files included, which no difference shows."""
    it.edit(both(IN_TRAIN, write("data.bin", b"\0mine" * 99)))
    it.release(THEIRS)
    printed = dry(it, "update", it.project, code=3)
    assert "+NEWS = 2" in printed
    for line in (
        "Dry run, nothing is written: the update of p from template v1.0.0 to v2.0.0:",
        "  added     pkg/news.py",
        "  removed   run.sh",
        "  conflict  data.bin: both changed it, and it is no text: yours is kept",
        "  conflict  pkg/train.py: both changed the same lines",
        "2 files would conflict: data.bin, pkg/train.py",
    ):
        assert line in printed.splitlines()
    assert "left: resolve" not in printed
    assert "git commit" not in printed
    assert it.update(code=3).count("  conflict  ") == 2  # as it was foretold


def test_without_conflicts(it: World) -> None:
    it.release(THEIRS)
    printed = dry(it, "update", it.project, code=0)
    assert "  updated  pkg/train.py\n" in printed
    assert "would conflict" not in printed


def test_quiet_tells_conflicts_only(it: World) -> None:
    it.edit(IN_TRAIN)
    it.release(THEIRS)
    printed = dry(it, "update", it.project, "--quiet", code=3)
    assert "pkg/train.py: both changed" in printed
    assert "news.py" not in printed


@pytest.mark.parametrize("name", ["pkg/news.py", "x.log"])
def test_file_in_the_way(it: World, name: str) -> None:
    """It is told as it would be, after what else would happen."""
    it.release(both(THEIRS, write("x.log", "theirs\n")))
    write(name, "mine\n")(it.project)
    printed = dry(it, "update", it.project, code=1)
    assert "  updated  pkg/train.py\n" in printed
    *_, last = printed.splitlines()
    assert (
        last
        == f"error: {name} is in the way of {name}, and git does not keep it: move it, or add and commit it"
    )
    assert last in it.update(code=1)


@pytest.mark.parametrize("args", [("update",), ("regenerate", "--set", "arch=vit")])
def test_beside_uncommitted_changes(it: World, args: tuple[str, ...]) -> None:
    """It shows what comes of them once they are committed, and says that they have to be."""
    it.release(THEIRS)
    both(IN_TRAIN, replace("README.md", "A resnet.", "A resnet of mine."), write("new.py", "x = 1\n"))(
        it.project
    )
    git("add", "README.md", cwd=it.project)
    command, *flags = args
    printed = dry(it, command, it.project, *flags, code=3)
    says = "there are uncommitted changes in README.md and pkg/train.py: run git commit -am '...' first"
    assert f"note: {says}" in printed
    assert f"would conflict: {TRAIN if command == 'update' else 'README.md'}" in printed
    assert "new.py" not in printed
    assert f"error: {says}\n" == it.run(command, it.project, *flags, code=1)


def test_beside_answers_edited_by_hand(it: World) -> None:
    """Before they are committed as well."""
    it.release(THEIRS)
    replace(".copier-answers.yml", "augment: true", "augment: false")(it.project)
    assert "augment in .copier-answers.yml was edited by hand" in dry(it, "update", it.project, code=1)


def test_restoration(template_repo: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Of a component, beside changes that are not committed yet."""
    assert call("new", tmp_path / "p", "--template", template_repo, "--defaults", "--quiet") == 0
    it = World(tmp_path, capfd)
    append("p/model.py", "\nMINE = 1\n")(it.project)
    printed = dry(it, "regenerate", "model", it.project, code=0)
    assert "-MINE = 1" in printed
    assert "  restored  p/model.py" in printed
