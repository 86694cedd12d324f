"""Random worlds: what git does not track in a project is, byte for byte, what it was; after abort, all of it.

Paths are tracked, untracked, ignored, linked, in a repository within the project or in a submodule; the
template changes, drops, adds and renames files, and makes files of folders and folders of files.
`SCAFFOLD_WORLDS=500 pytest tests/test_worlds.py` tries more of them.
"""

import os
import random
import shutil
import signal
from pathlib import Path

import pytest
from conftest import commit, git, make_template
from stepping import steps
from update_world import World, call, write

from scaffold.merge.journal import undone
from scaffold.project import locate

WORLDS = int(os.environ.get("SCAFFOLD_WORLDS", "24"))
FOLDERS = ("a", "b", "a/in", "c")
NAMES = ("one.txt", "two.txt", "three")
TEMPLATE = {
    "copier.yml": "_subdirectory: template\n",
    "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    **{
        f"template/{folder}/{name}": "".join(f"{folder} {name} {line}\n" for line in range(9))
        for folder in FOLDERS
        for name in NAMES
    },
}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a template, a project of it, and a repository to be a submodule."""
    folder = tmp_path_factory.mktemp("worlds")
    make_template(folder / "template", TEMPLATE)
    assert call("new", folder / "p", "--template", folder / "template", "--defaults", "--quiet") == 0
    make_template(folder / "module", {"one.txt": "of a module\n"})
    shutil.rmtree(folder / "p/.git/hooks")
    return folder


def change_template(template: Path, rng: random.Random) -> None:
    """Do what a newer template does."""
    for number in range(rng.randint(2, 6)):
        folder, name = template / rng.choice(FOLDERS), rng.choice(NAMES)
        file = folder / name
        kind = rng.choice(["change", "change", "drop", "rename", "add", "move", "file", "folder"])
        if kind == "add":
            if not file.exists() and (not folder.exists() or folder.is_dir()):
                write(f"new{number}.txt" if rng.random() < 0.5 else name, "new\n")(folder)
        elif kind == "move" and folder.is_dir():
            shutil.move(folder, template / f"moved{number}")
        elif kind == "file" and folder.is_dir():
            shutil.rmtree(folder)
            folder.write_text("a file now\n")
        elif file.is_file() and kind == "change":
            file.write_text(file.read_text().replace(" 4\n", f" 4 of {number}\n"))
        elif file.is_file() and kind == "drop":
            file.unlink()
        elif file.is_file() and kind == "rename":
            file.rename(file.with_name(rng.choice(["one.txt", "four.txt", "five.txt"])))
        elif file.is_file() and kind == "folder":
            file.unlink()
            write("inner.txt", "in a folder now\n")(file)


def change_project(project: Path, rng: random.Random) -> None:
    """Do what users do, with git and behind its back; end with everything committed that is tracked."""
    ignored = []
    for number in range(rng.randint(1, 5)):
        folder, name = rng.choice(FOLDERS), rng.choice((*NAMES, "four.txt", "new1.txt"))
        place, path = project / folder, f"{folder}/{name}"
        kinds = ["edit", "untrack", "remove", "private", "link", "nested", "module", "rename", "folder"]
        kind = rng.choice(kinds)
        above = [place, *place.parents[: folder.count("/")]]
        if not place.is_dir() or any(each.is_symlink() or (each / ".git").exists() for each in above):
            continue
        tracked = bool(git("ls-files", path, cwd=project))
        if rng.random() < 0.5 and kind in ("untrack", "private", "link", "nested"):
            ignored.append(f"/{path if kind in ('untrack', 'private') else folder}\n")
        if kind == "edit" and tracked:
            (project / path).write_text((project / path).read_text().replace(" 1\n", f" 1 mine {number}\n"))
        elif kind == "rename" and tracked:
            git("mv", path, f"{folder}/mine{number}", cwd=project)
        elif kind in ("untrack", "remove") and tracked:
            git("rm", "--quiet", "--cached", path, cwd=project)
            if kind == "remove":
                (project / path).unlink()
        elif kind == "private" and not (project / path).exists():
            write(path, f"private {number}\n")(project)
        elif kind == "folder" and tracked:
            git("rm", "--quiet", path, cwd=project)
            write(f"{path}/private", f"private {number}\n")(project)
        elif kind in ("link", "nested", "module"):
            git("rm", "--quiet", "-r", "--cached", "--ignore-unmatch", folder, cwd=project)
            replace_folder(project, folder, kind, rng)
    write(".gitignore", "".join(ignored))(project)
    git("add", "--all", ".gitignore", cwd=project)
    git("add", "--update", cwd=project)
    git("commit", "--quiet", "-m", "mine", cwd=project)


def replace_folder(project: Path, folder: str, kind: str, rng: random.Random) -> None:
    place = project / folder
    outside = project.parent / "outside" / folder.replace("/", "-")
    if kind == "nested":
        git("init", "--quiet", cwd=place)
        if rng.random() < 0.7:
            commit(place, "mine")
        return
    shutil.rmtree(outside, ignore_errors=True)
    outside.parent.mkdir(exist_ok=True)
    shutil.move(place, outside)
    if kind == "link":
        place.symlink_to(outside)
        if rng.random() < 0.5:
            git("add", "--force", folder, cwd=project)
    else:
        allowed = ("-c", "protocol.file.allow=always")
        git(
            *allowed, "submodule", "--quiet", "add", "--force", project.parent / "module", folder, cwd=project
        )


def everything(place: Path) -> dict[str, tuple[int, bytes]]:
    """Return mode and content of whatever there is, but for what git may write in its folder."""
    found = {}
    for top, folders, names in os.walk(place):
        if Path(top, ".git") in (Path(top, name) for name in folders) and Path(top).name == "p":
            folders.remove(".git")
        for name in [*folders, *names]:
            path = Path(top, name)
            content = os.readlink(path).encode() if path.is_symlink() else b""
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else content
            found[str(path)] = (path.lstat().st_mode, content)
    return found


def foreign(project: Path) -> dict[str, tuple[int, bytes]]:
    """Return those of them that git does not track in the project's work tree, and no folder of its own."""
    listed = git("ls-files", "-z", "--stage", cwd=project).split("\0")
    tracked = {str(project / line.partition("\t")[2]) for line in listed if line[:2] in ("10", "12")}
    here = everything(project.parent / "outside") | everything(project)
    folders = {name for name, (_, content) in here.items() if os.path.isdir(name) and not content}
    return {name: what for name, what in here.items() if name not in tracked and name not in folders}


@pytest.mark.parametrize("seed", range(WORLDS))
def test_worlds(
    start: Path,
    tmp_path: Path,
    home: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    """After an update, after `abort`, and after a kill and recovery."""
    monkeypatch.setattr("tempfile.tempdir", str(home / "tmp"))
    rng = random.Random(seed)
    shutil.copytree(start, tmp_path / "world", symlinks=True)
    world = World(tmp_path / "world", capfd)
    answers = world.project / ".copier-answers.yml"
    answers.write_text(answers.read_text().replace(str(start), str(tmp_path / "world")))
    change_project(world.project, rng)
    world.release(lambda template: change_template(template, rng))
    private = foreign(world.project)
    before = everything(world.project) | everything(tmp_path / "world/outside")
    stages = git("ls-files", "--stage", cwd=world.project)

    def check_as_before(why: str = "") -> None:
        now = everything(world.project) | everything(tmp_path / "world/outside")
        differing = {name for name in now.keys() | before.keys() if now.get(name) != before.get(name)}
        assert not differing, why
        assert git("ls-files", "--stage", cwd=world.project) == stages, why

    printed = world.update("--defaults", code=None)
    now = foreign(world.project)
    assert {name: now.get(name) for name in private} == private, printed
    assert "unexpected" not in printed
    assert "Errno" not in printed
    if printed.startswith("error: "):
        assert "is in the way of" in printed or "is to change" in printed, printed
        check_as_before(printed)
        return
    world.run("update", world.project, "--abort")
    check_as_before(printed)

    def update() -> int:
        return call("update", world.project, "--defaults")

    def kill(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    for _ in steps(update, world.project, kill, every=rng.randint(17, 29)):
        undone(locate(str(world.project)))
        now = foreign(world.project)
        assert {name: now.get(name) for name in private} == private
        if (world.project / ".git/scaffold/last.json").exists():
            world.run("update", world.project, "--abort")
        check_as_before()
