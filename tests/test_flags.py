"""Flags and component names come from the questions of the template, and from nowhere else."""

import shutil
from pathlib import Path

import pytest
import yaml
from conftest import Scaffold, commit, git, run

QUESTIONS = """\
size:
  type: str
  help: How large is it?
  default: small
  choices: [small, large]
extra_care:
  type: bool
  help: More care?
  default: false
"""


def answers(project: Path) -> dict[str, str]:
    content = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert isinstance(content, dict)
    return content


@pytest.fixture(scope="module")
def grown(template_repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Scaffold:
    """Give a checkout whose questions were added to: two questions and a component."""
    checkout = tmp_path_factory.mktemp("grown") / "checkout"
    git("clone", "--quiet", template_repo, checkout, cwd=checkout.parent)
    extras = checkout / "template/questions/extras.yml"
    extras.write_text(extras.read_text() + QUESTIONS)
    project = checkout / "template/questions/project.yml"
    project.write_text(project.read_text() + "    care: {questions: [extra_care], files: [README.md]}\n")
    commit(checkout, "More questions", "v0.2.0")
    return Scaffold(checkout)


def test_a_new_question_is_a_flag_of_new_and_regenerate(grown: Scaffold, folder: Path) -> None:
    for command in ("new", "regenerate"):
        shown = grown(command, "--help", cwd=folder).stdout
        assert "--size CHOICE" in shown
        assert "How large is it?" in shown
        assert "--extra-care / --no-extra-care" in shown
    made = grown("new", "p", "--size", "large", "--extra-care", "--defaults", cwd=folder)
    assert "  size          large\n  extra_care    yes\n" in made.stdout
    grown("regenerate", "care", "--no-extra-care", cwd=folder / "p")
    assert answers(folder / "p") == {**answers(folder / "p"), "size": "large", "extra_care": False}


def test_what_is_fixed_in_a_project_is_not_offered_there(scaffold: Scaffold, folder: Path) -> None:
    assert "--domain" in scaffold("new", "--help", cwd=folder).stdout
    assert "--domain" not in scaffold("regenerate", "--help", cwd=folder).stdout


@pytest.mark.parametrize("command", ["regenerate", "diff"])
def test_components_are_named_in_the_help(grown: Scaffold, folder: Path, command: str) -> None:
    shown = " ".join(grown(command, "--help", cwd=folder).stdout.split())
    assert "objective, optim, train, care." in shown


def test_an_installed_scaffold_has_the_flags_and_needs_no_git(installed: Scaffold, folder: Path) -> None:
    """Help, list and explain read plain files of the wheel."""
    (folder / "python").symlink_to(shutil.which("python3") or "")
    for command in (["new", "--help"], ["list"], ["explain", "architecture"]):
        assert "architecture" in installed(*command, cwd=folder, env={"PATH": str(folder)}).stdout


def test_a_question_that_the_project_has_not_got_yet(
    scaffold: Scaffold, grown: Scaffold, folder: Path
) -> None:
    """The flag is that of the tool; the template of the project is older."""
    scaffold("new", "p", "--template", grown.installation, "--ref", "v0.1.0", "--defaults", cwd=folder)
    done = grown("regenerate", "--size", "large", cwd=folder / "p", check=False)
    assert done.returncode == 2
    assert "no question 'size' in template v0.1.0, which the project has: run scaffold update first" in (
        done.stderr
    )


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("new --arch", ["--architecture"]),
        ("new --no-t", ["--no-tune"]),
        ("regenerate --optimizer ad", ["adamw", "adam"]),
        ("re", ["regenerate"]),
    ],
)
def test_completion(scaffold: Scaffold, folder: Path, words: str, offered: list[str]) -> None:
    """Flags, and the choices behind them."""
    command, env = scaffold.command()
    position = str(len(words.split()))
    env |= {
        "_SCAFFOLD_COMPLETE": "complete_bash",
        "COMP_WORDS": f"scaffold {words}",
        "COMP_CWORD": position,
    }
    assert run(*command, cwd=folder, env=env).stdout.split() == offered
