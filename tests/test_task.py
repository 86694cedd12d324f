"""Another task: what the user has set stays, what no longer goes is a conflict."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import commit, git
from update_world import call

from scaffold.merge.settings import keep_values

Run = Callable[..., str]
CONFIG = "configs/default.yaml"


@pytest.fixture
def switched(
    template_repo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Callable[..., tuple[Path, str]]:
    """``switched(domain, task, edits, code)`` edits the settings of a project, gives it another task."""
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers the folder of the test before
    project = tmp_path / "p"

    def run(domain: str, task: str, edits: dict[str, str], code: int = 0) -> tuple[Path, str]:
        made = ("new", project, "--template", template_repo, "--domain", domain, "--defaults", "--quiet")
        assert call(*made) == 0
        lines = (project / CONFIG).read_text().splitlines()
        for key, value in edits.items():
            (number,) = (number for number, line in enumerate(lines) if line.startswith(f"  {key}: "))
            lines[number] = f"  {key}: {value}"
        (project / CONFIG).write_text("\n".join([*lines, ""]))
        commit(project, "mine")
        monkeypatch.chdir(project)
        assert call("regenerate", "--task", task) == code
        return project, "".join(capfd.readouterr())

    return run


@pytest.mark.parametrize(
    ("domain", "task", "edits", "says"),
    [
        (
            "vision",
            "regression",
            {
                "path": "cars.csv",
                "columns": "[file, price]",
                "rotation": "15.0  # tilted",
                "batch_size": "16",
            },
            "one or more numbers in the columns behind the first of data.columns",
        ),
        ("nlp", "multilabel", {"path": "films.csv", "max_length": "64"}, "labels with ; between them"),
        ("graph", "node_regression", {"path": "people", "drop_edges": "0.1"}, "one or more numbers in"),
        (
            "graph",
            "graph_multilabel",
            {"path": "molecules"},
            "labels with ; between them in NAME_graph_labels",
        ),
    ],
)
def test_settings_stay(
    switched: Callable[..., tuple[Path, str]], domain: str, task: str, edits: dict[str, str], says: str
) -> None:
    """Whatever the new target has there by default; what was not edited is the new default."""
    project, printed = switched(domain, task, edits)
    assert f"note: your data now need {says}" in printed
    text = (project / CONFIG).read_text()
    assert all(f"  {key}: {value}\n" in text for key, value in edits.items())
    fresh = project.parent / "fresh"
    assert call("new", fresh, "--domain", domain, "--task", task, "--defaults", "--quiet", "--no-git") == 0
    theirs, mine = yaml.safe_load((fresh / CONFIG).read_text()), yaml.safe_load(text)
    differing = {key for part in theirs for key in theirs[part] if theirs[part][key] != mine[part][key]}
    assert differing == {*edits} - {"name"}


def test_what_the_target_lacks_is_a_conflict(switched: Callable[..., tuple[Path, str]]) -> None:
    """Of its section alone, and the rest is as it will be."""
    project, _ = switched("vision", "regression", {"label_smoothing": "0.1", "rotation": "15.0"}, code=3)
    text = (project / CONFIG).read_text()
    mine = text[text.index("<<<<<<< yours") : text.index("=======")]
    assert "label_smoothing: 0.1" in mine
    assert "rotation" not in mine
    assert text[text.index("=======") :].startswith("=======\n>>>>>>> template ")
    assert git("diff", "--name-only", "--diff-filter=U", cwd=project) == CONFIG


@pytest.mark.parametrize(
    ("base", "yours", "theirs", "expected"),
    [
        ("a:\n  b: 1\n", "a:\n  b: 2  # é\n", "a:\n  b: 3\n", ("a:\n  b: 2  # é\n",) * 2),
        ("b: 1\n", "# é\nb: 2\n", "c: 0\nb: 3\n", ("b: 2\n", "c: 0\nb: 2\n")),
        ("b: [1]\r\n", "b: [2]\r\n", "b: [3]\r\n", ("b: [2]\r\n",) * 2),
        ("b: 1\n", "b: 1  # mine\n", "b: 3\n", ("b: 1\n", "b: 3\n")),
        ("b: 1\n", "b: {c: 2}\n", "b: 3\n", ("b: {c: 2}\n",) * 2),
        ("b: 1\n", "b:\n  c: 2\n", "b: 3\n", ("b: 1\n", "b: 3\n")),
        ("b:\n", "b: 2\n", "b: 3\n", ("b:\n", "b: 3\n")),
        ("b: 1\n", "b: |\n  2\n", "b: 3\n", ("b: 1\n", "b: 3\n")),
        ("b: 1\n", "c: 1\n", "b: 3\n", ("b: 1\n", "b: 3\n")),
        ("b: 1\n", "b: [\n", "b: 3\n", ("b: 1\n", "b: 3\n")),
        (
            "a: &x 1\nb: *x\n",
            "a: &x 2\nb: *x\n",
            "a: &x 3\nb: *x\n",
            ("a: &x 1\nb: *x\n", "a: &x 3\nb: *x\n"),
        ),
        ("- b: 1\n", "- b: 2\n", "- b: 3\n", ("- b: 1\n", "- b: 3\n")),
        ("", "", "", ("", "")),
    ],
)
def test_values_on_one_line(base: str, yours: str, theirs: str, expected: tuple[str, str]) -> None:
    """The others are left to the merge."""
    assert keep_values(base, yours, theirs) == expected
