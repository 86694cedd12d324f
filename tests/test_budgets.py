"""§5: each zone of a generated project is small enough to be read, whatever was chosen."""

import pytest
from combinations import RENDERED, Choices, label
from slots import distinct_texts, texts_of

PACKAGE = "demo"
FORMS = sorted({row["form"] for row in RENDERED})


ENGINE = f"{PACKAGE}/engine"
# What data.py and sources.py read with: some of it serves one form or two.
READING = {
    f"{ENGINE}/{name}.py"
    for name in (
        *("buckets", "edges", "features", "files", "folds", "graph", "hub", "images", "labels"),
        *("molecules", "rows", "splits"),
    )
}
EXPORT = f"{PACKAGE}/tools/export.py"  # off by default
ONE_TARGET = (
    f"{ENGINE}/label_sets.py",
    f"{ENGINE}/number_cells.py",
    f"{ENGINE}/class_names.py",
)  # what one target needs: a file more (§5)


def lines_in(zone: str, texts: dict[str, str]) -> int:
    """Count the lines of a file, of a folder with all below it, or of the package's own level."""

    def within(name: str) -> bool:
        if zone == "reading":
            return name in READING
        if name in {*READING, *ONE_TARGET, EXPORT}:
            return False
        if zone == PACKAGE:
            return name.rpartition("/")[0] == PACKAGE
        return name == zone or name.startswith(f"{zone}/")

    return sum(text.count("\n") for name, text in texts.items() if name.endswith(".py") and within(name))


def limits(row: Choices) -> dict[str, int]:
    """Return the most lines that each zone may have; `distributed` brings some of its own."""
    distributed = bool(row["distributed"])
    yours = 1300 if row["form"] in {"words", "corpus", "graph"} else 1160 if row["form"] == "graphs" else 1125
    graph, chem = row["domain"] == "graph", bool(row["chem"])
    # §5 was written for classes. Numbers and labels are longer by what they may leave unknown.
    more = row["target"] != "classes"
    return {
        PACKAGE: yours + 22 * distributed + 15 * more + 23 * chem,
        ENGINE: 1024 + 228 * distributed + 24 * (row["tracking"] == "mlflow"),
        # Edges have features too, and the tables of one graph are read there.
        "reading": 389 + 60 * graph + 107 * chem,
        f"{PACKAGE}/tools": 1035 + 19 * more,
        f"{PACKAGE}/model.py": 150,
        f"{PACKAGE}/train.py": 150,
        "tests": 3025 + 224 * more + 193 * distributed + 230 * graph + 105 * chem,
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
