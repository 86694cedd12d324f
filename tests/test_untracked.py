"""What git does not track in a project's work tree is never written, deleted or staged, wherever it lies."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import commit, files, git, make_template
from update_world import World, both, call, move, remove, replace, write

TEMPLATE = {
    "copier.yml": "_subdirectory: template\n_skip_if_exists: [NOTES.md]\n"
    "arch: {type: str, default: resnet, choices: [resnet, vit]}\n",
    "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    "template/configs/default.yaml.jinja": "arch: {{ arch }}\n" + "".join(f"key{n}: {n}\n" for n in range(9)),
    "template/data/x.txt": "".join(f"x {n}\n" for n in range(9)),
    "template/data/y.txt": "y\n",
    "template/docs/index.md": "# Index\n",
    "template/docs/more.md": "# More\n",
    "template/page": "page\n",
    "template/NOTES.md": "notes\n",
    "template/README.md": "# Read me\n",
}
CONFIG, DATA = "configs/default.yaml", "data/x.txt"


@pytest.fixture
def it(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> World:
    """Make the template, and a project of it."""
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers the folder of the test before
    make_template(tmp_path / "template", TEMPLATE)
    assert call("new", tmp_path / "p", "--template", tmp_path / "template", "--defaults", "--quiet") == 0
    return World(tmp_path, capfd)


def untrack(*names: str, ignore: bool = True) -> Callable[[Path], object]:
    """Stop tracking files that stay on the disk, with a mark of the user's in each."""

    def change(project: Path) -> None:
        git("rm", "--quiet", "--cached", "-r", *names, cwd=project)
        if ignore:
            write(".gitignore", "".join(f"/{name}\n" for name in names))(project)
            git("add", ".gitignore", cwd=project)
        git("commit", "--quiet", "-m", "private", cwd=project)
        for name in names:
            if (project / name).is_file():
                write(name, (project / name).read_text() + "mine_1: secret\n")(project)

    return change


def change_config(template: Path) -> None:
    replace(f"{CONFIG}.jinja", "key5: 5", "key5: 50")(template)


RENAMED = move(f"{CONFIG}.jinja", "configs/base.yaml.jinja")
PRIVATE = {
    "ignored, and the template changes it": (untrack(CONFIG), change_config),
    "untracked, and the template changes it": (untrack(CONFIG, ignore=False), change_config),
    "ignored, and the template drops it": (untrack(CONFIG), remove(f"{CONFIG}.jinja")),
    "ignored, and the template renames it": (untrack(CONFIG), RENAMED),
    "both rename it, and the old name is in use again": (
        both(
            lambda p: git("mv", CONFIG, "configs/mine.yaml", cwd=p),
            lambda p: git("commit", "--quiet", "-m", "mv", cwd=p),
            write(CONFIG, "mine_1: secret\n"),
        ),
        RENAMED,
    ),
    "both rename it, and the new name is in use": (
        both(
            lambda p: git("mv", CONFIG, "configs/mine.yaml", cwd=p),
            lambda p: git("commit", "--quiet", "-m", "mv", cwd=p),
            write("configs/base.yaml", "mine_1: secret\n"),
        ),
        RENAMED,
    ),
    "removed, renamed by the template to a name in use": (
        both(
            lambda p: git("rm", "--quiet", CONFIG, cwd=p),
            lambda p: git("commit", "--quiet", "-m", "rm", cwd=p),
            write("configs/base.yaml", "mine_1: secret\n"),
        ),
        both(change_config, RENAMED),
    ),
    "a whole folder": (
        both(untrack("data"), write(DATA, "mine_1\n")),
        both(replace(DATA, "x 3", "x 33"), write("data/z.txt", "z\n")),
    ),
    "a file that the template skips where it exists": (untrack("NOTES.md"), write("NOTES.md", "new\n")),
    "a folder in place of a file": (
        both(untrack("page"), remove("page"), write("page/inner", "mine_1\n")),
        write("page", "other\n"),
    ),
}


@pytest.mark.parametrize("name", PRIVATE)
def test_private_files_stay(it: World, name: str) -> None:
    """Whatever the template does to a file that the user stopped tracking."""
    user, template = PRIVATE[name]
    user(it.project)
    before = files(it.project), git("ls-files", "--stage", cwd=it.project)
    marked = {path: it_is.read_bytes() for path, it_is in with_marks(it.project).items()}
    assert marked
    it.release(template)
    printed = it.update(code=None)
    assert {path: (it.project / path).read_bytes() for path in marked} == marked, printed
    assert not set(re.findall(r"^  (?:conflict|removed) +([^: ]+)", printed, re.MULTILINE)) & marked.keys()
    if "error: " not in printed:
        it.run("update", it.project, "--abort")
    assert (files(it.project), git("ls-files", "--stage", cwd=it.project)) == before


def with_marks(folder: Path) -> dict[str, Path]:
    """Return the files with a mark in them."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path for path in found if b"mine_1" in path.read_bytes()}


def test_a_switch_leaves_a_private_file_and_says_so(it: World) -> None:
    untrack(CONFIG)(it.project)
    printed = it.run("regenerate", it.project, "--set", "arch=vit")
    assert re.search(rf"^  left +{CONFIG}", printed, re.MULTILINE), printed
    assert "mine_1" in (it.project / CONFIG).read_text()
    assert git("ls-files", CONFIG, cwd=it.project) == ""


def link(project: Path) -> None:
    """Move a folder to another disk, and leave a link."""
    outside = project.parent / "bigdisk"
    shutil.move(project / "data", outside)
    write("x.txt", "mine_1\n")(outside)
    (project / "data").symlink_to(outside)


def nested(project: Path) -> None:
    """Make a folder a repository of its own."""
    git("init", "--quiet", cwd=project / "data")
    write(DATA, "mine_1\n")(project)
    commit(project / "data", "mine")


def submodule(project: Path) -> None:
    """Put a submodule in the folder's place."""
    nested(project)
    shutil.move(project / "data", project.parent / "origin")
    allowed = ("-c", "protocol.file.allow=always")
    git(*allowed, "submodule", "--quiet", "add", project.parent / "origin", "data", cwd=project)


def replaced(how: Callable[[Path], None], kept: str) -> Callable[[Path], None]:
    """Replace the folder `data`, and commit that."""

    def change(project: Path) -> None:
        git("rm", "--quiet", "--cached", "-r", "data", cwd=project)
        git("commit", "--quiet", "-m", "no data", cwd=project)
        how(project)
        if kept == "ignored":
            write(".gitignore", "/data\n")(project)
            git("add", ".gitignore", cwd=project)
        elif kept == "tracked":
            git("add", "--all", cwd=project)
        git("commit", "--quiet", "--allow-empty", "-m", "other data", cwd=project)

    return change


@pytest.mark.parametrize("template", ["change", "drop", "change and add", "rename", "empty"])
@pytest.mark.parametrize("kept", ["ignored", "untracked", "tracked"])
@pytest.mark.parametrize("how", [link, nested, submodule], ids=lambda how: how.__name__)
def test_nothing_through_a_link_or_in_another_repository(
    it: World, how: Callable[[Path], None], kept: str, template: str
) -> None:
    """A folder of the template is now a link, a repository or a submodule."""
    changes = {
        "change": replace(DATA, "x 3", "x 33"),
        "drop": remove(DATA),
        "change and add": both(replace(DATA, "x 3", "x 33"), write("data/z.txt", "z\n")),
        "rename": lambda t: (t / "data").rename(t / "samples"),
        "empty": lambda t: shutil.rmtree(t / "data"),
    }
    if how is submodule and kept != "tracked":
        pytest.skip("a submodule is tracked")
    replaced(how, kept)(it.project)
    everything = it.project.parent

    def outside() -> object:
        inside = [p for p in (everything / "bigdisk", it.project / "data") if p.exists()]
        return [(p.name, p.is_symlink(), whole(p)) for p in inside]

    before, tree = outside(), (files(it.project), git("ls-files", "--stage", cwd=it.project))
    it.release(both(changes[template], write("README.md", "# New\n")))
    printed = it.update(code=None)
    assert outside() == before, printed
    assert "Errno" not in printed
    assert "unexpected" not in printed
    if printed.startswith("error: "):
        assert printed.startswith("error: data is in the way of data/z.txt")
    else:
        assert not re.search(r"^  conflict +data", printed, re.MULTILINE), printed
        it.run("update", it.project, "--abort")
    assert outside() == before
    assert (files(it.project), git("ls-files", "--stage", cwd=it.project)) == tree


def whole(folder: Path) -> dict[str, bytes]:
    """Return every byte below a folder, git's own among them, but for what any git command may refresh."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "index")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_what_is_left_is_listed(it: World) -> None:
    replaced(link, "tracked")(it.project)
    it.release(both(replace(DATA, "x 3", "x 33"), write("README.md", "# New\n")))
    printed = it.update()
    assert re.search(rf"^  left +{DATA} \(", printed, re.MULTILINE), printed
    assert git("status", "--porcelain", cwd=it.project).splitlines() == [
        "M  .copier-answers.yml",
        "M  README.md",
    ]


def test_a_link_inside_an_untracked_folder_is_in_the_way(it: World) -> None:
    """The template wants a file where an untracked folder holds nothing but a link to another one."""
    outside = it.project.parent / "outside"
    write("inner.txt", "mine_1\n")(outside)
    (it.project / "fresh").mkdir()
    (it.project / "fresh/link").symlink_to(outside)
    it.release(write("fresh", "theirs\n"))
    assert "fresh/link is in the way of fresh" in it.update(code=1)
    assert os.readlink(it.project / "fresh/link") == str(outside)


def test_a_submodule_in_a_folder_that_the_template_renames_stays(it: World) -> None:
    nested(it.project)
    shutil.move(it.project / "data", it.project.parent / "origin")
    git("checkout", "--quiet", "data", cwd=it.project)
    allowed = ("-c", "protocol.file.allow=always")
    git(*allowed, "submodule", "--quiet", "add", it.project.parent / "origin", "data/sub", cwd=it.project)
    git("commit", "--quiet", "-m", "submodule", cwd=it.project)
    it.release(lambda t: (t / "data").rename(t / "samples"))
    it.update(code=None)
    assert "mine_1" in (it.project / "data/sub/x.txt").read_text()
    assert git("ls-files", "--stage", "data/sub", cwd=it.project).startswith("160000")
    assert git("submodule", "status", cwd=it.project).split()[1] == "data/sub"
