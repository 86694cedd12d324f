"""`scaffold update` against what users do to their projects: no line is lost, and none moves elsewhere."""

import os
import re
import shutil
from pathlib import Path

import pytest
from conftest import commit, git
from update_cases import CASES, TRAINPY, in_b, in_train, news
from update_world import TEMPLATE, World, append, both, call, nothing, remove, replace, within, write


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the template at v1 and a project of it, once."""
    folder = tmp_path_factory.mktemp("world")
    repo = folder / "template"
    for name, text in TEMPLATE.items():
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(text)
    place = repo / "template"
    (place / "data.bin").write_bytes(bytes(range(256)) * 4)
    (place / "link").symlink_to("README.md")
    (place / "run.sh").chmod(0o755)
    git("init", "--quiet", "-b", "main", cwd=repo)
    with_settings = repo / "copier.yml"
    with_settings.write_text("_preserve_symlinks: true\n" + with_settings.read_text())
    commit(repo, "one", "v1.0.0")
    assert call("new", folder / "p", "--template", repo, "--defaults", "--quiet") == 0
    return folder


@pytest.fixture
def it(
    world: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> World:
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers the folder of the test before
    shutil.copytree(world, tmp_path / "world", symlinks=True)
    replace("p/.copier-answers.yml", str(world), str(tmp_path / "world"))(tmp_path / "world")
    git("commit", "--quiet", "--amend", "--all", "--no-edit", cwd=tmp_path / "world/p")
    return World(tmp_path / "world", capfd)


@pytest.mark.parametrize("name", CASES)
def test_scenarios(it: World, name: str) -> None:
    case = CASES[name]
    it.edit(case.user)
    before = it.marks()
    it.release(case.template)
    printed = it.update("--defaults", code=case.code)
    after = it.marks()
    conflicts = re.findall(r"^  conflict +(.+?): ", printed, re.MULTILINE)
    for mark, owners in before.items():
        assert mark in after, f"{mark} is lost:\n{printed}"
        kept = {owner for _, owner in owners} == {owner for _, owner in after[mark]} and len(owners) == len(
            after[mark]
        )
        reported = any(path in conflicts for path, _ in after[mark])
        assert kept or reported, f"{mark} was in {owners} and is in {after[mark]}:\n{printed}"
    assert case.says in printed
    unmerged = git("diff", "--name-only", "--diff-filter=U", "-z", cwd=it.project).split("\0")
    assert sorted(filter(None, unmerged)) == sorted(conflicts)


def test_the_marks_of_the_scenarios_can_be_lost(it: World) -> None:
    """Plain copier loses what the template drops: the check above would see it."""
    it.edit(in_train)
    it.release(remove(TRAINPY))
    import copier

    copier.run_update(it.project, defaults=True, overwrite=True, quiet=True, settings=copier.Settings())
    assert "mine_1" not in it.marks()


def test_untracked_and_ignored_files_are_not_written_over(it: World) -> None:
    """Git does not keep them: the update stops before it starts (copier-facts 26)."""
    it.release(both(write("x.log", "theirs\n"), write("pkg/new.py", "theirs\n")))
    for name in ("x.log", "pkg/new.py"):
        write(name, "mine\n")(it.project)
        before = [path.read_bytes() for path in it.files()]
        assert f"{name} is in the way of {name}" in it.update(code=1)
        assert [path.read_bytes() for path in it.files()] == before
        (it.project / name).unlink()
    (it.project / "pkg/new.py").mkdir()
    write("pkg/new.py/inner.log", "mine\n")(it.project)
    assert "pkg/new.py/inner.log is in the way of pkg/new.py" in it.update(code=1)
    shutil.rmtree(it.project / "pkg/new.py")
    it.update()


def test_switch_of_a_file_that_is_called_like_the_choice(it: World) -> None:
    """Copier loses the edit with the file (copier-facts 27)."""
    it.edit(replace("pkg/resnet.py", "x = self", "x = mine_1 + self"))
    printed = it.run("regenerate", it.project, "--set", "arch=vit", code=None)
    assert "mine_1" in it.marks(), printed
    assert (it.project / "pkg/vit.py").exists()


def test_edited_answer_on_a_line_of_the_user(it: World) -> None:
    """A switch conflicts where the user changed the same line (copier-facts 29)."""
    it.edit(replace("README.md", "A resnet.", "A resnet of mine_1."))
    printed = it.run("regenerate", it.project, "--set", "arch=vit", code=3)
    assert "conflict" in printed
    assert (
        "<<<<<<< yours\nA resnet of mine_1.\n=======\nA vit.\n>>>>>>> template v1.0.0"
        in (it.project / "README.md").read_text()
    )


def test_answers_edited_by_hand_are_detected(it: World) -> None:
    """The files are still those of the answers before (copier-facts 30)."""
    it.edit(replace(".copier-answers.yml", "arch: resnet", "arch: vit"))
    it.release(news)
    before = [path.read_bytes() for path in it.files()]
    printed = it.update(code=1)
    assert "arch in .copier-answers.yml was edited by hand" in printed
    assert "scaffold regenerate --set arch=vit" in printed
    assert [path.read_bytes() for path in it.files()] == before


def test_answers_that_regenerate_wrote_are_no_edit_by_hand(it: World) -> None:
    it.edit(lambda p: it.run("regenerate", p, "--set", "arch=vit"))
    it.release(news)
    assert "news.py" in it.update()


@pytest.mark.parametrize("line", ["archi: resnet", "arch: resnett", "arch: [", "augment: maybe"])
def test_answers_that_are_wrong(it: World, line: str) -> None:
    it.edit(replace(".copier-answers.yml", "arch: resnet", line))
    it.release(news)
    printed = it.update(code=None)
    assert printed.startswith("error: ")
    assert printed.count("\n") == 1
    assert ".copier-answers.yml" in printed
    assert not git("status", "--porcelain", cwd=it.project)


def test_unrendered_template_leaves_the_project(it: World) -> None:
    """All renders come before the first write (copier-facts 45)."""
    it.release(both(news, write("broken.txt.jinja", "{{ nothing.at.all }}")))
    assert "the template cannot be rendered" in it.update(code=1)
    assert not git("status", "--porcelain", "--ignored", cwd=it.project)


def test_monorepo_worktree_submodule_hooks_and_autocrlf(it: World, tmp_path: Path) -> None:
    """A project in a folder of another repository, in a second work tree of it, with settings in the way."""
    it.edit(lambda p: write("README.md", (p / "README.md").read_bytes().replace(b"Run it.", b"mine_1"))(p))
    shutil.rmtree(it.project / ".git")
    mono = tmp_path / "mono"
    shutil.copytree(it.project, mono / "projects/p", symlinks=True)
    write("other.txt", "mine\n")(mono)
    write(".gitattributes", "*.md text eol=crlf\n")(mono)
    git("init", "--quiet", cwd=mono)
    git("add", "--all", "--force", cwd=mono)
    git("commit", "--quiet", "-m", "mono", cwd=mono)
    git("clone", "--quiet", it.template, tmp_path / "sub", cwd=mono)
    git(
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        tmp_path / "sub",
        "projects/p/sub",
        cwd=mono,
    )
    git("commit", "--quiet", "-m", "submodule", cwd=mono)
    git("worktree", "add", "--quiet", tmp_path / "second", cwd=mono)
    git("config", "core.autocrlf", "true", cwd=mono)
    write("post-index-change", "#!/bin/sh\nexit 1\n")(mono / ".git/hooks")
    write("pre-commit", "#!/bin/sh\nexit 1\n")(mono / ".git/hooks")
    for hook in (mono / ".git/hooks").iterdir():
        hook.chmod(0o755)
    it.release(both(news, replace("README.md.jinja", "Bring it.", "Bring your own.")))
    it.project = tmp_path / "second/projects/p"
    write("README.txt", "untracked\n")(it.project)
    printed = it.update()
    assert re.findall(r"^  (\w+) +(.+)$", printed, re.MULTILINE) == [
        ("updated", ".copier-answers.yml"),
        ("merged", "README.md"),
        ("added", "pkg/news.py"),
    ]
    text = (it.project / "README.md").read_bytes()
    assert b"mine_1\r\n" in text
    assert b"Bring your own.\r\n" in text
    assert git("status", "--porcelain", "--untracked-files=no", cwd=tmp_path / "second").splitlines() == [
        "M  projects/p/.copier-answers.yml",
        "M  projects/p/README.md",
        "A  projects/p/pkg/news.py",
    ]


def test_conflicts_are_seen_by_git(it: World) -> None:
    """With three stages in the index, and markers that name the sides in words."""
    it.edit(in_train)
    it.release(replace(TRAINPY, "loss.backward()", "loss.sum().backward()"))
    printed = it.update(code=3)
    assert "conflict  pkg/train.py: both changed the same lines" in printed
    assert "1 conflict is left: resolve, git add, git commit" in printed
    text = (it.project / TRAINPY).read_text()
    assert "<<<<<<< yours\n        loss.backward()  # mine_1\n=======\n" in text
    assert ">>>>>>> template v2.0.0\n" in text
    assert git("ls-files", "-u", cwd=it.project).count("pkg/train.py") == 3
    assert "uncommitted" in (refused := it.update(code=1)) or "unresolved conflicts" in refused
    git("checkout", "--ours", TRAINPY, cwd=it.project)
    it.edit(nothing)
    assert "which is the newest" in it.update()


def test_mode_and_links_arrive(it: World) -> None:
    def change(place: Path) -> None:
        (place / "run.sh").chmod(0o644)
        write("go.sh", "#!/bin/sh\n")(place)
        (place / "go.sh").chmod(0o755)
        (place / "link").unlink()
        (place / "link").symlink_to("run.sh")

    it.release(change)
    it.update()
    assert not os.access(it.project / "run.sh", os.X_OK) or not (it.project / "run.sh").stat().st_mode & 0o100
    assert (it.project / "go.sh").stat().st_mode & 0o100
    assert os.readlink(it.project / "link") == "run.sh"


def test_the_same_text_in_another_syntax(it: World) -> None:
    """What was compiled for one version of the template is not taken for another one."""
    it.release(write("x.txt.jinja", "{% if arch %}\nA {{ arch }}.\n{% endif %}\n"), "v1.1.0")
    it.update()
    it.edit(nothing)
    assert (it.project / "x.txt").read_text() == "\nA resnet.\n\n"
    it.release(replace("../copier.yml", "_subdirectory", "_envops: {trim_blocks: true}\n_subdirectory"))
    it.update()
    assert (it.project / "x.txt").read_text() == "A resnet.\n"


def test_dry_run_shows_and_writes_nothing(it: World) -> None:
    it.edit(in_b)
    it.release(both(news, within("Stem", "nn.ReLU()", "nn.GELU()")))
    objects = sorted((it.project / ".git/objects").rglob("*"))
    printed = it.update("--dry-run")
    assert "+NEWS = 2" in printed
    assert "+            nn.GELU()," in printed
    assert "mine_1" not in printed
    assert not git("status", "--porcelain", "--ignored", cwd=it.project)
    assert sorted((it.project / ".git/objects").rglob("*")) == objects
    assert not (it.project / ".git/scaffold").exists()


def test_abort_goes_back(it: World) -> None:
    it.edit(in_train)
    before = [(path.name, path.read_bytes()) for path in it.files()]
    it.release(both(replace(TRAINPY, "loss.backward()", "loss.sum().backward()"), news, remove("run.sh")))
    it.update(code=3)
    write(TRAINPY, "half resolved\n")(it.project)
    printed = it.run("update", it.project, "--abort")
    assert "has been undone" in printed
    assert [(path.name, path.read_bytes()) for path in it.files()] == before
    assert not git("status", "--porcelain", "--ignored", cwd=it.project)
    assert (it.project / ".git/scaffold/kept/1" / TRAINPY).read_text() == "half resolved\n"
    assert "no update or regeneration" in it.run("update", it.project, "--abort", code=1)
    it.update(code=3)
    git("checkout", "--ours", TRAINPY, cwd=it.project)
    it.edit(nothing)
    assert "has been committed" in it.run("update", it.project, "--abort", code=1)


def test_versions(it: World) -> None:
    """Pre-releases only when asked, no way back, and what is not there is named."""
    it.release(news, "v2.0.0rc1")
    assert "which is the newest" in it.update()
    assert "has no version 'v7'" in it.update("--ref", "v7", code=1)
    it.update("--ref", "v2.0.0rc1")
    it.edit(nothing)
    assert "has the pre-release v2.0.0rc1, and the newest release is v1.0.0" in it.update(code=1)
    assert "v1.0.0 is older than v2.0.0rc1" in it.update("--ref", "v1.0.0", code=1)
    it.release(write("pkg/more.py", "x = 1\n"), "v2.0.0")
    assert "added    pkg/more.py" in it.update()


@pytest.mark.parametrize(
    ("config", "says", "flags"),
    [
        (
            {"choices: [resnet, vit]": "choices: [vit, cnn]", "default: resnet": "default: vit"},
            "no arch 'resnet'",
            ["arch=cnn"],
        ),
        (
            {"augment:": "size: {type: int}\naugment:"},
            "'size' is not answered and there is no terminal",
            ["size=3"],
        ),
    ],
)
def test_questions_that_must_be_asked(it: World, config: dict[str, str], says: str, flags: list[str]) -> None:
    """A choice that was withdrawn, a new question without a default: refused, or answered by flag."""

    def change(place: Path) -> None:
        replace("copier.yml", *(text for pair in config.items() for text in pair))(place.parent)

    it.release(change)
    printed = it.update("--defaults", code=None)
    assert says in printed
    assert "--set" in printed
    assert not git("status", "--porcelain", "--ignored", cwd=it.project)
    it.update(*(part for flag in flags for part in ("--set", flag)))
    assert flags[0].replace("=", ": ") in (it.project / ".copier-answers.yml").read_text()


def test_answer_for_projects_from_before_the_question(it: World) -> None:
    """`absent` says what they have; whoever says otherwise is heard, and a new project takes the default."""
    question = "several: {type: bool, default: false, absent: true}\naugment:"
    it.release(lambda place: replace("copier.yml", "augment:", question)(place.parent))
    fresh = it.project.parent / "fresh"
    it.run("new", fresh, "--template", it.template, "--defaults")
    assert "several: false" in (fresh / ".copier-answers.yml").read_text()
    printed = it.update()
    assert "note: several is yes: projects from before that question have it so" in printed
    answers = it.project / ".copier-answers.yml"
    assert "several: true" in answers.read_text()
    it.edit(nothing)
    assert "which is the newest" in it.update()
    assert "several       yes" in it.run("status", it.project)
    assert "several=no" in it.run("regenerate", it.project, "--set", "several=no")


def test_refusals(it: World) -> None:
    """One sentence, status 1, and nothing is touched."""
    it.release(both(news, append(TRAINPY, "\nx = 1\n")))

    def refused(says: str, *args: str | Path) -> None:
        printed = it.run(*(args or ("update", it.project)), code=1)
        assert says in printed
        assert printed.count("\n") == 1

    write(TRAINPY, "dirty\n")(it.project)
    refused("there are uncommitted changes in pkg/train.py: run git commit")
    git("checkout", "--quiet", ".", cwd=it.project)
    git("update-index", "--assume-unchanged", TRAINPY, cwd=it.project)
    write(TRAINPY, "hidden\n")(it.project)
    refused("git is told not to look at pkg/train.py")
    git("update-index", "--no-assume-unchanged", TRAINPY, cwd=it.project)
    git("checkout", "--quiet", ".", cwd=it.project)
    (it.project / TRAINPY).chmod(0o444)
    refused("pkg/train.py is read-only")
    (it.project / TRAINPY).chmod(0o644)
    (it.project / ".git/index.lock").touch()
    refused("git is at work in this repository")
    (it.project / ".git/index.lock").unlink()
    refused("cannot be read", "update", it.project, "--template", "git+file:///nowhere.git")
    outside = it.project.parent / "outside"
    shutil.copytree(it.project, outside, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    refused("is not in a git repository", "update", outside)
    refused("there is no .copier-answers.yml", "update", it.project / "pkg")
    shutil.move(it.template, f"{it.template}-moved")
    refused("there is no template at", "update", it.project)
    assert not git("status", "--porcelain", "--ignored", cwd=it.project)


def test_git_that_is_too_old(it: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin/git"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\n[ "$3" = --version ] && echo git version 2.30.2 || exec {shutil.which("git")} "$@"\n'
    )
    fake.chmod(0o755)
    it.release(news)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    assert "merging needs git 2.38 or newer, and this is git 2.30.2" in it.update(code=1)
