"""A year with a project, in each domain: made, edited, switched twice and updated, it still trains."""

import shutil
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, commit, git, run
from update_world import call

SWITCH = {"vision": "mlp", "nlp": "textcnn", "graph": "graphsage"}
MARKS = ("mine_1", "mine_2", "mine_3")


@pytest.fixture(scope="module")
def template(template_repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a template of its own, to which a version is added."""
    repo = tmp_path_factory.mktemp("chain") / "template"
    git("clone", "--quiet", template_repo, repo, cwd=ROOT)
    return repo


@pytest.mark.parametrize("domain", SWITCH)
def test_chain(template: Path, folder: Path, domain: str, capfd: pytest.CaptureFixture[str]) -> None:
    project = folder / "p"

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
        "--domain",
        domain,
        "--defaults",
        "--quiet",
    )
    write("p/train.py", "\n\n\n", "\n\nmine_1 = 1\n\n\n")
    step("regenerate", "model", str(project), "--architecture", SWITCH[domain])
    write("README.md", "## Your own data\n", "Not mine_2 to give.\n\n## Your own data\n")
    write("p/data.py", "\n\n\n", "\n\nmine_3 = 3\n\n\n")
    step("regenerate", "optim", str(project), "--optimizer", "sgd", "--schedule", "exponential")
    release(template)
    step("update", str(project))

    answers = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert (answers["architecture"], answers["optimizer"], answers["_commit"]) == (
        SWITCH[domain],
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
    run(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", cwd=project)
    run(sys.executable, "-m", "p", "train", "--config", "configs/debug.yaml", cwd=project)
    shutil.rmtree(project)


def release(template: Path) -> None:
    """Commit a newer template, which changes what every project has."""
    if "v0.2.0" in git("tag", cwd=template).split():
        return
    for name in ("template/parts/optim/sgd.py", "template/project/{{ package }}/train.py"):
        file = template / name
        file.write_text(file.read_text() + "# of the newer template\n")
    commit(template, "two", "v0.2.0")
