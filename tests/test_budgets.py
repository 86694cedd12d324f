"""§5: each zone of a generated project is small enough to be read, whatever was chosen."""

from pathlib import Path

import pytest
from combinations import ALL, CHOSEN, Choices, form_of, label, target_of

from scaffold.render import render

PACKAGE = "demo"
# One of each form, target and architecture with all extras, and every pair of choices, with and without.
CELLS = {(form_of(row), target_of(row), row["architecture"]): row for row in ALL}.values()
ROWS = [*CELLS, *CHOSEN]
FORMS = sorted({form_of(row) for row in ROWS})


@pytest.fixture(scope="module")
def code(template_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    """Give the lines of every file of every project."""
    folder = tmp_path_factory.mktemp("budgets")
    found = {}
    for number, row in enumerate(ROWS):
        project = folder / str(number)
        render(template_tree, project, {**row, "name": PACKAGE}, version=None, recorded="template")
        found[label(row)] = {
            path.relative_to(project).as_posix(): path.read_text().splitlines()
            for path in project.rglob("*.py")
        }
    return found


def lines_in(zone: str, code: dict[str, list[str]]) -> int:
    """Count the lines of a file, of a folder with all below it, or of the package's own level."""
    if zone == PACKAGE:
        return sum(len(lines) for name, lines in code.items() if name.rpartition("/")[0] == PACKAGE)
    return sum(len(lines) for name, lines in code.items() if name == zone or name.startswith(f"{zone}/"))


def limits(row: Choices) -> dict[str, int]:
    """Return the most lines that each zone may have."""
    return {
        PACKAGE: 1300 if form_of(row) in {"words", "corpus", "graph"} else 1100,  # what is the user's
        f"{PACKAGE}/engine": 850 if row.get("distributed", True) else 720,
        f"{PACKAGE}/tools": 850,
        f"{PACKAGE}/model.py": 150,
        f"{PACKAGE}/train.py": 150,
        "tests": 3000,
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("zone", limits(ROWS[0]))
def test_a_zone_keeps_to_its_budget(code: dict[str, dict[str, list[str]]], form: str, zone: str) -> None:
    over = set()
    for row in ROWS:
        found, limit = lines_in(zone, code[label(row)]), limits(row)[zone]
        assert found, f"{label(row)} has no {zone}"
        if form_of(row) == form and found > limit:
            over.add(f"{label(row)}: {found} lines, not {limit}")
    assert not over, f"{zone} is too large in {len(over)} projects:\n" + "\n".join(sorted(over))


def test_no_line_of_code_is_long(code: dict[str, dict[str, list[str]]]) -> None:
    long = {
        f"{project}: {name}:{number}"
        for project, files in code.items()
        for name, lines in files.items()
        for number, line in enumerate(lines, start=1)
        if len(line) > 100
    }
    assert not long, "\n".join(sorted(long))
