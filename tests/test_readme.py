"""The commands of the READMEs, run as they stand there: the repository's, and that of a generated project."""

import json
import re
import sys
from pathlib import Path

from conftest import ROOT, run
from pages import bash, blocks, quick


def accuracy_in(text: str) -> float:
    """Find the first accuracy in what a command printed."""
    return float(re.findall(r"accuracy:? (\d\.\d+)", text)[0])


def test_the_first_line_makes_a_project_and_trains_it(template_repo: Path, shell_env: dict[str, str]) -> None:
    """And the project's README holds too, in what that line has made."""
    first, use, _ = blocks(template_repo / "README.md")
    trained = bash(first, template_repo, shell_env).stdout
    *_, last = (line for line in trained.splitlines() if "accuracy" in line)
    assert accuracy_in(last) > 0.9
    bash(use, template_repo.parent, shell_env)

    project = template_repo.parent / "digits"
    (metrics,) = project.glob("runs/*/metrics.jsonl")
    records = [json.loads(line) for line in metrics.read_text().splitlines()]
    assert [record["epoch"] for record in records] == list(range(1, len(records) + 1))
    assert records[-1]["train_loss"] < 0.3 * records[0]["train_loss"]
    images = "from PIL import Image; [Image.new('L', (8, 8)).save(n) for n in ('some.png', 'more.png')]"
    run(sys.executable, "-c", images, cwd=project)
    install, *rest = "".join(blocks(project / "README.md")).splitlines()
    assert install == 'pip install -e ".[dev]"'
    elsewhere = ("--data.path", "HOST", "[hub]", "[export]")  # needs data, a second machine or a network
    for command in [install, *(line for line in rest if not any(word in line for word in elsewhere))]:
        assert bash(quick(command), project, shell_env).stdout


def test_ci_runs_the_test_command_of_the_readme() -> None:
    """`.ci/run` takes the command from under the heading."""
    assert (ROOT / "README.md").read_text().count("\n## Tests\n\n```sh\n") == 1
    assert blocks(ROOT / "README.md")[-1].strip().endswith("&& pytest -n logical")
