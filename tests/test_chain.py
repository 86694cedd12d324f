"""A year with a project of each form, target and output: made, edited, switched and updated, it still trains.

Its own tests pass then; those of its engine run once for each form.
"""

import shutil
import sys
from pathlib import Path

import pytest
import yaml
from combinations import ALL, Choices
from conftest import ROOT, commit, git, run
from update_world import call

KINDS: dict[tuple[str, ...], list[Choices]] = {}
for row in ALL:
    KINDS.setdefault((row["form"], row["target"], row["output"]), []).append(row)
MARKS = ("mine_1", "mine_2", "mine_3")


@pytest.fixture(scope="module")
def template(template_repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a template of its own, to which a version is added."""
    repo = tmp_path_factory.mktemp("chain") / "template"
    git("clone", "--quiet", template_repo, repo, cwd=ROOT)
    return repo


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_chain(
    template: Path, folder: Path, kind: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    project, first = folder / "p", KINDS[kind][0]
    others = [row["architecture"] for row in KINDS[kind] if row["architecture"] != first["architecture"]]
    architecture = next(iter(others), first["architecture"])

    def step(*args: str) -> None:
        assert call(*args) == 0, "".join(capfd.readouterr())
        if (project / ".git").exists():
            git("commit", "--quiet", "--allow-empty", "--all", "-m", args[0], cwd=project)

    def write(name: str, old: str, new: str) -> None:
        text = (project / name).read_text()
        assert old in text
        (project / name).write_text(text.replace(old, new, 1))
        git("commit", "--quiet", "--all", "-m", "mine", cwd=project)

    step(
        "new",
        str(project),
        "--template",
        str(template),
        "--ref",
        "v0.1.0",
        *(part for key in ("domain", "task", "architecture") for part in (f"--{key}", first[key])),
        "--defaults",
        "--quiet",
    )
    write("p/train.py", "\n\n\n", "\n\nmine_1 = 1\n\n\n")
    if others:
        step("regenerate", "model", str(project), "--architecture", architecture)
    write("README.md", "## Your own data\n", "Not mine_2 to give.\n\n## Your own data\n")
    write("p/data.py", "\n\n\n", "\n\nmine_3 = 3\n\n\n")
    step("regenerate", "optim", str(project), "--optimizer", "sgd", "--schedule", "exponential")
    release(template)
    step("update", str(project))

    answers = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert (answers["architecture"], answers["optimizer"], answers["_commit"]) == (
        architecture,
        "sgd",
        "v0.2.0",
    )
    text = "".join(
        (project / name).read_text() for name in ("p/train.py", "README.md", "p/data.py", "p/model.py")
    )
    assert all(mark in text for mark in MARKS)
    assert "# of the newer template" in text
    fresh = folder / "fresh/p"
    choices = {key: value for key, value in answers.items() if not key.startswith("_")}
    flags = [part for key, value in choices.items() for part in ("--set", f"{key}={value}")]
    assert call("new", fresh, "--template", template, "--no-git", "--quiet", *flags) == 0
    assert (project / "configs/default.yaml").read_bytes() == (fresh / "configs/default.yaml").read_bytes()
    first_of_form = kind == next(other for other in KINDS if other[0] == kind[0])
    skipped = [] if first_of_form else ["--ignore=tests/engine"]
    run(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *skipped, cwd=project)
    run(sys.executable, "-m", "p", "train", "--config", "configs/debug.yaml", cwd=project)
    shutil.rmtree(project)


def release(template: Path) -> None:
    """Commit a newer template, which changes what every project has."""
    if "v0.2.0" in git("tag", cwd=template).split():
        return
    for name in ("template/parts/optim/sgd.py", "template/project/{{ package }}/train.py.jinja"):
        file = template / name
        file.write_text(file.read_text() + "# of the newer template\n")
    commit(template, "two", "v0.2.0")
