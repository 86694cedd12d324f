"""§5: each zone of a generated project is small enough to be read, whatever was chosen."""

import pytest
from combinations import RENDERED, Choices, label
from slots import distinct_texts, texts_of

PACKAGE = "demo"
FORMS = sorted({row["form"] for row in RENDERED})


# What one form or two read and no other: every project has the rest of the engine.
OF_A_FORM = {f"{PACKAGE}/engine/{name}.py" for name in ("buckets", "features", "hub", "images")}


def lines_in(zone: str, texts: dict[str, str]) -> int:
    """Count the lines of a file, of a folder with all below it, or of the package's own level."""

    def within(name: str) -> bool:
        if name in OF_A_FORM:
            return False
        if zone == PACKAGE:
            return name.rpartition("/")[0] == PACKAGE
        return name == zone or name.startswith(f"{zone}/")

    return sum(text.count("\n") for name, text in texts.items() if name.endswith(".py") and within(name))


def limits(row: Choices) -> dict[str, int]:
    """Return the most lines that each zone may have."""
    return {
        PACKAGE: 1300 if row["form"] in {"words", "corpus", "graph"} else 1100,  # what is the user's
        f"{PACKAGE}/engine": 850 if row["distributed"] else 720,
        f"{PACKAGE}/tools": 850,
        f"{PACKAGE}/model.py": 150,
        f"{PACKAGE}/train.py": 150,
        "tests": 3000,
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("zone", limits(RENDERED[0]))
def test_a_zone_keeps_to_its_budget(form: str, zone: str) -> None:
    over = {}
    for row in RENDERED:
        if row["form"] == form:
            found, limit = lines_in(zone, texts_of(row)), limits(row)[zone]
            assert found, f"{label(row)} has no {zone}"
            if found > limit:
                over[label(row)] = found - limit
    largest = sorted(over.items(), key=lambda item: item[1])[-5:]
    assert not over, f"{zone} is too large in {len(over)} projects, by these numbers of lines: {largest}"


def test_no_line_of_code_is_long() -> None:
    long = {
        f"{name}:{number}"
        for name, text in distinct_texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if name.endswith(".py") and len(line) > 100
    }
    assert not long, "\n".join(sorted(long))
