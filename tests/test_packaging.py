"""An installed scaffold: the template travels with it, and plain copier can update what it makes."""

import shutil
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from conftest import MINI, Done, Scaffold, build, commit, files, git, install, make_template, run

HOME_BUNDLE = "~/.local/share/scaffold/template.bundle"


def copier(*args: str | Path, cwd: Path) -> Done:
    """Run plain copier."""
    return run(sys.executable, "-m", "copier", *args, cwd=cwd)


def answers(project: Path) -> dict[str, str]:
    """Read what a project says of itself."""
    content = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert isinstance(content, dict)
    return content


def placed(home: Path) -> Path:
    """Return the bundle that projects refer to."""
    return home / ".local/share/scaffold/template.bundle"


def change(checkout: Path, text: str, tag: str | None = None) -> None:
    """Commit another version of the template."""
    place = checkout / "template/project"
    (place if place.is_dir() else place.parent).joinpath("NEWS.md").write_text(f"{text}\n")
    commit(checkout, text, tag)


def clone(repo: Path, to: Path) -> Path:
    """Clone a checkout."""
    git("clone", "--quiet", repo, to, cwd=to.parent)
    return to


@pytest.fixture(scope="module")
def newer_checkout(template_repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the checkout of v0.2.0, whose template has one more file."""
    checkout = clone(template_repo, tmp_path_factory.mktemp("newer") / "checkout")
    change(checkout, "news of v0.2.0", "v0.2.0")
    return checkout


@pytest.fixture(scope="module")
def small(template_repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a checkout of v0.1.0 with the small template: copier needs seconds for the whole one."""
    checkout = tmp_path_factory.mktemp("small") / "checkout"
    for name in ("scaffold", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        original, copy = template_repo / name, checkout / name
        checkout.mkdir(exist_ok=True)
        shutil.copytree(original, copy) if original.is_dir() else shutil.copy(original, copy)
    return make_template(checkout, MINI, "v0.1.0")


@pytest.fixture(scope="module")
def newer(newer_checkout: Path) -> Scaffold:
    """Give an installation of v0.2.0."""
    return install(newer_checkout, newer_checkout.with_name("v2"))


def test_wheel_and_sdist_carry_the_bundle(template_repo: Path, tmp_path: Path) -> None:
    """A wheel that is built from the sdist has the same one, and the checkout stays as it was."""
    before = git("status", "--porcelain", "--ignored", cwd=template_repo)
    sdist = build(template_repo, "sdist", tmp_path)
    shutil.unpack_archive(sdist, tmp_path / "unpacked")
    wheel = build(tmp_path / "unpacked/torch_scaffold-0.1.0", "wheel", tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        bundle = archive.read("scaffold/_bundle/v0.1.0.bundle")
        metadata = archive.read("torch_scaffold-0.1.0.dist-info/METADATA").decode()
        commands = archive.read("torch_scaffold-0.1.0.dist-info/entry_points.txt").decode()
    original = tmp_path / "unpacked/torch_scaffold-0.1.0/scaffold/_bundle/v0.1.0.bundle"
    assert bundle == original.read_bytes()
    assert "scaffold/_bundle/v0.1.0.tar" in names
    assert "\nName: torch-scaffold\n" in metadata
    assert "\nscaffold = scaffold.cli:main\n" in commands
    assert not [name for name in names if name.startswith(("template", "tests"))]
    assert git("status", "--porcelain", "--ignored", cwd=template_repo) == before


def test_neither_list_nor_new_needs_git(installed: Scaffold, folder: Path) -> None:
    """So that their time does not depend on the length of the history."""
    without = {"PATH": str(folder)}
    assert "resnet" in installed("list", cwd=folder, env=without).stdout
    installed("new", "p", "--defaults", "--no-git", cwd=folder, env=without)
    assert answers(folder / "p")["_commit"] == "v0.1.0"


def test_project_of_an_installed_scaffold_is_updated_by_plain_copier(
    installed: Scaffold, newer: Scaffold, folder: Path, home: Path
) -> None:
    """Offline, in an empty folder: made, updated in vain, updated after a newer scaffold came."""
    assert installed("--version", cwd=folder).stdout == "torch-scaffold 0.1.0\n"
    installed("new", "p", "--defaults", cwd=folder)
    project = folder / "p"
    assert answers(project)["_src_path"] == HOME_BUNDLE
    assert answers(project)["_commit"] == "v0.1.0"
    before = files(project)
    copier("update", "--defaults", cwd=project)
    assert files(project) == before

    newer("new", "q", "--defaults", cwd=folder)
    copier("update", "--defaults", cwd=project)
    assert answers(project)["_commit"] == "v0.2.0"
    assert (project / "NEWS.md").read_text() == "news of v0.2.0\n"
    assert [path.name for path in placed(home).parent.iterdir()] == ["template.bundle"]


def test_installed_scaffold_updates_what_an_older_one_made(
    installed: Scaffold, newer: Scaffold, folder: Path, home: Path
) -> None:
    """Offline, also for a team-mate who has no bundle yet; plain copier goes on from there."""
    installed("new", "p", "--defaults", cwd=folder)
    project = folder / "p"
    assert "v0.1.0, which is the newest" in installed("status", cwd=project).stdout
    assert "which is the newest" in installed("update", cwd=project).stdout
    shutil.rmtree(home / ".local")
    assert "v0.2.0 is there: scaffold update" in newer("status", cwd=project).stdout
    assert not placed(home).exists()
    assert "added    NEWS.md" in newer("update", cwd=project).stdout
    assert answers(project) == {**answers(project), "_commit": "v0.2.0", "_src_path": HOME_BUNDLE}
    git("commit", "--quiet", "-m", "updated", cwd=project)
    before = files(project)
    copier("update", "--defaults", cwd=project)
    assert files(project) == before
    done = installed("update", cwd=project, check=False)
    assert done.returncode == 1
    assert "version v0.2.0 of the template and this torch-scaffold v0.1.0: upgrade it with pip" in done.stderr
    shutil.rmtree(home / ".local")
    for command in ("status", "update", "diff"):
        done = installed(command, cwd=project, check=False)
        assert done.returncode == 1
        assert "v0.2.0" in done.stderr
        assert "upgrade it with pip install --upgrade torch-scaffold" in done.stderr
    assert files(project) == before


def test_older_scaffold_leaves_the_newer_bundle_and_renders_its_own_version(
    installed: Scaffold, newer: Scaffold, folder: Path, home: Path
) -> None:
    """Two environments on one machine share the bundle."""
    newer("new", "q", "--defaults", "--no-git", cwd=folder)
    bundle = placed(home).read_bytes()
    installed("new", "p", "--defaults", "--no-git", cwd=folder)
    assert placed(home).read_bytes() == bundle
    assert answers(folder / "p")["_commit"] == "v0.1.0"
    assert not (folder / "p/NEWS.md").exists()
    assert (folder / "q/NEWS.md").exists()


def test_scaffold_home_moves_the_bundle(installed: Scaffold, folder: Path, home: Path) -> None:
    """Then the answers name the place itself."""
    installed("new", "p", "--defaults", cwd=folder, env={"SCAFFOLD_HOME": "elsewhere"})
    assert answers(folder / "p")["_src_path"] == str(folder / "elsewhere/template.bundle")
    assert not (home / ".local").exists()
    assert (folder / "elsewhere/template.bundle").is_file()


def test_diverged_histories_are_united(small: Path, folder: Path, home: Path) -> None:
    """What either has recorded in a project stays reachable: a branch of one's own drops no release."""
    tools = {}
    for name, tag in (("mine", None), ("theirs", "v0.2.0")):
        branch = clone(small, folder.parent / name)
        change(branch, name, tag)
        tools[name] = install(branch, folder.parent / f"lib-{name}")
    for name, version in (("theirs", "v0.2.0"), ("mine", "v0.1.0.post1"), ("theirs", "v0.2.0")):
        tools[name]("new", f"{name}/p", "--defaults", cwd=folder)
        assert answers(folder / name / "p")["_commit"] == version
        shutil.move(folder / name, folder / f"{len(list(folder.iterdir()))}")
    tags = git("ls-remote", "--tags", placed(home), cwd=folder)
    assert {line.split("/")[-1] for line in tags.splitlines()} == {"v0.1.0", "v0.1.0.post1", "v0.2.0"}
    copier("update", "--defaults", "--conflict=rej", cwd=folder / "1/p")
    assert answers(folder / "1/p")["_commit"] == "v0.2.0"


def test_untagged_head_becomes_a_post_release(small: Path, folder: Path) -> None:
    """Otherwise copier would render the older release, and the next update would be a downgrade.

    The tag exists in the bundle only, so a newer bundle must keep it for the projects that recorded it.
    """
    checkout = clone(small, folder.parent / "checkout")
    git("tag", "nightly", cwd=checkout)
    (checkout / "CHANGES").write_text("one\n")
    commit(checkout, "one", "v0.2.0rc1")
    change(checkout, "two", "later")
    post = install(checkout, folder.parent / "post")
    assert (post.installation / "scaffold/_bundle/v0.1.0.post2.bundle").is_file()
    assert git("tag", cwd=checkout).split() == ["later", "nightly", "v0.1.0", "v0.2.0rc1"]
    post("new", "p", "--defaults", cwd=folder)
    assert answers(folder / "p")["_commit"] == "v0.1.0.post2"
    assert (folder / "p/NEWS.md").read_text() == "two\n"
    before = files(folder / "p")
    copier("update", "--defaults", cwd=folder / "p")
    assert files(folder / "p") == before

    change(checkout, "three", "v0.2.0")
    install(checkout, folder.parent / "released")("new", "q", "--defaults", "--no-git", cwd=folder)
    copier("update", "--defaults", cwd=folder / "p")
    assert answers(folder / "p")["_commit"] == "v0.2.0"
    assert (folder / "p/NEWS.md").read_text() == "three\n"


def test_without_any_tag_commits_are_the_versions(small: Path, folder: Path) -> None:
    """From the first commit on, and through an update."""
    checkout = clone(small, folder.parent / "checkout")
    git("tag", "--delete", "v0.1.0", cwd=checkout)
    install(checkout, folder.parent / "one")("new", "p", "--defaults", cwd=folder)
    assert answers(folder / "p")["_commit"] == git("rev-parse", "--short", "HEAD", cwd=checkout)
    change(checkout, "two")
    install(checkout, folder.parent / "two")("new", "q", "--defaults", "--no-git", cwd=folder)
    copier("update", "--defaults", cwd=folder / "p")
    assert answers(folder / "p")["_commit"] == git("rev-parse", "--short", "HEAD", cwd=checkout)
    assert (folder / "p/NEWS.md").exists()


@pytest.mark.parametrize("history", ["shallow", "unborn", "none"])
def test_without_history_it_still_builds(small: Path, folder: Path, history: str) -> None:
    """A shallow checkout, as machines make them, a repository without a commit, an unpacked archive."""
    checkout = folder.parent / "checkout"
    if history == "shallow":
        second = clone(small, folder.parent / "second")
        change(second, "two")
        git("clone", "--quiet", "--depth=1", f"file://{second}", checkout, cwd=folder)
    else:
        shutil.copytree(small, checkout, ignore=shutil.ignore_patterns(".git"))
        if history == "unborn":
            git("init", "--quiet", cwd=checkout)
    install(checkout, folder.parent / "lib")("new", "p", "--defaults", cwd=folder)
    if history == "shallow":
        copier("update", "--defaults", cwd=folder / "p")
    assert (folder / "p/p.txt").is_file()
    assert "_commit" in answers(folder / "p")


def test_without_git_and_bundle_it_does_not_build(template_repo: Path, tmp_path: Path) -> None:
    """One sentence says what is missing."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = run(*command, cwd=template_repo, env={"PATH": str(tmp_path)}, check=False)
    assert done.returncode
    assert done.stderr.splitlines()[-1].endswith("cannot be built: install git, or build from an sdist")


def test_editable_installation_makes_no_bundle(template_repo: Path, tmp_path: Path) -> None:
    """It would be out of date with the next commit."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel:editable", "-d", tmp_path, cwd=template_repo)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".bundle")]
    assert not (template_repo / "scaffold/_bundle").exists()


@pytest.mark.parametrize("form", ["checkout", "bundle"])
def test_plain_copier_makes_the_same_project(
    scaffold: Scaffold, installed: Scaffold, template_repo: Path, folder: Path, form: str
) -> None:
    """Byte for byte, modes included; from one bundle even the answers are the same."""
    flags = {"architecture": "vit", "optimizer": "sgd", "loss": "nll", "license": "MIT", "name": "My-Vit"}
    ours = [f"--{key}={value}" for key, value in flags.items()]
    theirs = [f"--data={key}={value}" for key, value in flags.items()]
    command = scaffold if form == "checkout" else installed
    command("new", "a/p", *ours, "--defaults", "--no-git", cwd=folder)
    source = str(template_repo) if form == "checkout" else HOME_BUNDLE
    copier("copy", "--defaults", *theirs, source, "b/p", cwd=folder)
    assert files(folder / "a/p") == files(folder / "b/p")
