"""`scaffold regenerate`, `scaffold diff` and `scaffold status` on a project of the whole template."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import files, git
from update_world import call

Run = Callable[..., str]


@pytest.fixture(scope="module")
def made(template_repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project once; edit its model and commit that."""
    folder = tmp_path_factory.mktemp("made")
    assert call("new", folder / "p", "--template", template_repo, "--defaults", "--quiet") == 0
    model = folder / "p/p/model.py"
    model.write_text(model.read_text() + "\n\nMINE = 1\n")
    git("commit", "--quiet", "--all", "-m", "mine", cwd=folder / "p")
    return folder / "p"


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers the folder of the test before
    shutil.copytree(made, tmp_path / "p")
    monkeypatch.chdir(tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*args: str, code: int = 0) -> str:
        capfd.readouterr()
        ended = call(*args)
        printed = "".join(capfd.readouterr())
        assert ended == code, printed
        return printed

    return run


def answers(project: Path) -> dict[str, str]:
    content = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert isinstance(content, dict)
    return content


def test_switch_takes_dependent_defaults_along(project: Path, run: Run) -> None:
    """What it comes to is what `new` makes of the same answers, but for the user's own edit."""
    printed = run("regenerate", "optim", "--optimizer", "sgd")
    assert (
        "note: schedule follows: cosine was the default, which is multistep with the new optimizer" in printed
    )
    assert "updated  p/optim.py" in printed
    assert (answers(project)["optimizer"], answers(project)["schedule"]) == ("sgd", "multistep")
    source = answers(project)["_src_path"]
    fresh = project.parent / "fresh/p"
    run("new", str(fresh), "--template", source, "--optimizer", "sgd", "--defaults", "--no-git", "--quiet")
    theirs, mine = files(fresh), files(project)
    assert {name for name in theirs.keys() | mine.keys() if theirs.get(name) != mine.get(name)} == {
        "p/model.py"
    }
    assert "MINE = 1" in (project / "p/model.py").read_text()


def test_chosen_answers_stay(project: Path, run: Run) -> None:
    """And several may change at once."""
    run("regenerate", "--optimizer", "sgd", "--schedule", "exponential", "--set", "license=MIT", "--quiet")
    git("commit", "--quiet", "--all", "-m", "switched", cwd=project)
    run("regenerate", "--optimizer", "adamw")
    assert answers(project)["schedule"] == "exponential"
    assert "MIT License" in (project / "LICENSE").read_text()


def test_an_extra_is_left_out_and_added(project: Path, run: Run) -> None:
    """By its own flag, and what was edited elsewhere stays."""
    assert "removed  p/tools/tune.py" in run("regenerate", "--no-tune")
    git("commit", "--quiet", "--all", "-m", "without", cwd=project)
    assert "Tune is no already" in run("regenerate", "--set", "tune=no")
    assert "to tune=yes" in run("regenerate", "--tune")
    assert (project / "p/tools/tune.py").is_file()
    assert "MINE = 1" in (project / "p/model.py").read_text()


def test_restore_shows_the_difference_first(project: Path, run: Run) -> None:
    printed = run("regenerate", "model", code=2)
    assert "-MINE = 1" in printed
    assert "--yes does it without asking" in printed
    assert "-MINE = 1" in run("regenerate", "model", "--dry-run")
    assert git("status", "--porcelain", cwd=project) == ""
    assert "restored  p/model.py" in run("regenerate", "model", "--yes")
    assert git("status", "--porcelain", cwd=project) == "M  p/model.py"
    assert "MINE" not in (project / "p/model.py").read_text()
    git("commit", "--quiet", "--all", "-m", "restored", cwd=project)
    assert "as the template has it" in run("regenerate", "model")


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["model", "--optimizer", "sgd"], 2, "optimizer does not belong to model: name optim with it"),
        (
            ["model", "--set", "license=MIT"],
            2,
            "license does not belong to model: name no component",
        ),
        (["model", "optim", "--architecture", "cnn"], 2, "optim is named, but no answer of it changes"),
        (["modle"], 2, "there is no component 'modle' (did you mean 'model'?)"),
        (["--architecture", "gcn"], 2, "architecture 'gcn' does not go with"),
        (["--architecture", "vti"], 2, "there is no architecture 'vti' (did you mean 'vit'?)"),
        (["--set", "optimiser=sgd"], 2, "no question 'optimiser'"),
        (
            ["--domain", "nlp"],
            2,
            "stays as it is, because another one is another project: scaffold new PATH --domain nlp",
        ),
        (["--set", "domain=nlp"], 2, "the domain of a project stays as it is"),
        ([], 2, "nothing is named: run scaffold regenerate with model, data"),
        (["model", "--architecture", "resnet"], 0, "Architecture is resnet already"),
    ],
)
def test_what_cannot_be_regenerated(project: Path, run: Run, args: list[str], code: int, says: str) -> None:
    assert says in run("regenerate", *args, code=code)
    assert git("status", "--porcelain", "--ignored", cwd=project) == ""


def test_diff_and_status(project: Path, run: Run) -> None:
    """They look at the work tree as it is, committed or not."""
    (project / "p/optim.py").unlink()
    (project / "notes.md").write_text("mine\n")
    assert "+MINE = 1" in run("diff", "model")
    assert "MINE" not in run("diff", "optim")
    whole = run("diff")
    assert all(text in whole for text in ("+MINE = 1", "deleted file", "+mine"))
    found = json.loads(run("status", "--json"))
    states = {
        "model": "edited",
        "data": "pristine",
        "augment": "pristine",
        "objective": "pristine",
        "optim": "edited",
        "train": "pristine",
    }
    assert found["components"] == states
    assert found["edited"] == ["p/model.py"]
    assert found["deleted"] == ["p/optim.py"]
    assert found["added"] == ["notes.md"]
    assert found["version"] == "v0.1.0"
    assert found["update"] is None
    assert found["answers"]["architecture"] == "resnet"
    text = run("status")
    assert "model         edited" in text
    assert "Deleted:\n  p/optim.py\nNot of the template:\n  notes.md\n" in text
    assert "v0.1.0, which is the newest" in text


def test_every_component_has_its_files(project: Path) -> None:
    """The table of the template names files that are there."""
    from combinations import QUESTIONS

    from scaffold.merge.store import Entry
    from scaffold.regenerate import components, files_of

    known = components(QUESTIONS)
    assert set(known) == {"model", "data", "augment", "objective", "optim", "train"}
    tree = dict.fromkeys(files(project), Entry("100644", ""))
    for name, entry in known.items():
        found = files_of([name], known, tree)
        assert f"p/{name}.py" in found
        assert any(path.startswith(f"tests/test_{name}") for path in found), f"{name} has no test"
        assert set(entry["questions"]) <= set(QUESTIONS.visible)
