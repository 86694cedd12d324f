"""The template's own rules: every choice has its part, every part its choice, and all stay Python."""

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from combinations import ALL, QUESTIONS, Choices
from conftest import ROOT

PARTS = ROOT / "template/parts"
# Where more than three forks are: extras mount commands, and what is done with files differs from task to
# task; graphs may be molecules, have walks or be too large for one batch, images are mixed, have masks or are
# those that a backbone has learned from, tokens are learned or those of a backbone; of links a
# checkpoint remembers no targets.
FORKS = {
    "cli.py": 20,
    "predict/rows.py": 5,
    "data/graph.py": 4,
    "data/graphs.py": 4,
    "data/links.py": 4,
    "sources/graph.py": 5,
    "data/images.py": 8,
    "data/texts.py": 6,
    "data/words.py": 7,
    "tokenizer/pretrained.py": 4,
    "augment/vision.py": 4,
    "tools/pictures/images.py": 4,
    "tests/cli.py": 5,
    "tools/export.py": 4,
    "tools/show.py": 4,
    "tools/tune.py": 5,
    "tests/engine/checkpoint.py": 7,
    "tests/engine/parallel.py": 5,
    "tests/engine/run.py": 4,
    "tests/model.py": 6,
    "tests/conftest.py": 8,
    "tests/neighbours.py": 4,
    "tests/data/words.py": 5,
    "tests/own_data/texts.py": 9,
    "tests/own_data/words.py": 5,
    "tests/inputs/images.py": 5,
}
FOUND_BY = {"masks", "tags", "tokens"}  # targets whose reports say something of their own


def links_or(row: Choices, axis: str) -> str:
    """Return the part of an axis, unless the model gives an output for pairs of nodes."""
    return "links" if row["output"] == "pair" else row[axis]


# Which answers name the part of a slot, as the slots in template/project do.
SLOTS: dict[str, Callable[[Choices], str]] = {
    "model": lambda row: row["model_part"],
    "objective": lambda row: row["objective_part"],
    "optim": lambda row: row["optimizer"],
    "schedule": lambda row: row["schedule"],
    "metrics": lambda row: row["metrics_part"],
    "predict": lambda row: row["target"] if row["target"] in ["tags", "links"] else "rows",
    "augment": lambda row: "corpus" if row["form"] == "corpus" else links_or(row, "domain"),
    "data": lambda row: links_or(row, "form"),
    "sources": lambda row: "pairs" if row["target"] == "masks" else row["form"],
    "sample": lambda row: row["inputs"]["sample_name"],
    "targets": lambda row: row["target"],
    "tools/charts": lambda row: row["target"],
    "tools/findings": lambda row: row["target"] if row["target"] in FOUND_BY else "samples",
    "tools/pictures": lambda row: "texts" if row["form"] == "words" else row["form"],
    "tools/examples": lambda row: links_or(row, "form"),
    "engine/tracking": lambda row: row["tracking"],
    "engine/backbone": lambda row: row["architecture"] if row["pretrained"] else "",
    "readme/backbone": lambda row: row["architecture"] if row["pretrained"] else "",
    "engine/splits": lambda row: "named" if row["form"] == "images" else "stratified",
    "readme": lambda row: "pairs" if row["target"] == "masks" else links_or(row, "form"),
}
TABLES = ("domains", "tasks", "architectures", "losses", "optimizers", "schedules", "trackings")


@pytest.mark.parametrize("component", SLOTS)
def test_choices_and_parts_match_both_ways(component: str) -> None:
    parts = {path.stem for path in (PARTS / component).iterdir() if path.is_file()}
    assert parts == {SLOTS[component](row) for row in ALL} - {""}  # some have none


def test_every_licence_has_its_text() -> None:
    texts = {path.stem for path in (PARTS / "license").iterdir()}
    assert texts | {"none"} == set(QUESTIONS.table("license"))


@pytest.mark.parametrize("table", TABLES)
def test_every_choice_says_what_it_is_why_and_by_whom(table: str) -> None:
    for choice, entry in QUESTIONS.specs[table]["default"].items():
        for key in ("help", "why", "source"):
            assert entry.get(key), f"{table}: {choice} has no {key}"


@pytest.mark.parametrize("table", TABLES)
def test_every_choice_can_be_reached(table: str) -> None:
    key = next(key for key, spec in QUESTIONS.specs.items() if spec.get("table") == table)
    assert {row[key] for row in ALL} == set(QUESTIONS.specs[table]["default"])


@pytest.mark.parametrize("part", sorted(PARTS.rglob("*.py")), ids=lambda path: path.stem)
def test_parts_are_python_with_few_forks(part: Path) -> None:
    """At most three, but for those above."""
    text = part.read_text()
    ast.parse(text)
    assert text.count("# jinja: if") <= FORKS.get(part.relative_to(PARTS).as_posix(), 3)
    for trace in ("{{", "{%", "{#"):
        assert trace not in text, f"Jinja would read the {trace} in {part.name}"


def test_reserved_names_hold_the_standard_library() -> None:
    """A package called like a module of Python or of a dependency would hide it."""
    reserved = set(yaml.safe_load(QUESTIONS.specs["reserved_names"]["default"]))
    public = {name.lower() for name in sys.stdlib_module_names if not name.startswith("_")}
    assert public - reserved == set()
    assert {"test", "torch", "tests", "configs", "none", "class"} <= reserved


def test_no_choice_is_spelled_out_where_a_computed_axis_decides() -> None:
    """A new task of a known form, output and target is a row of a table, not an expression in a file."""
    names = "|".join(QUESTIONS.table("task"))
    spelled = re.compile(rf"(\{{%|# jinja:).*['\"]({names})['\"]")
    files = [
        path for path in (ROOT / "template").rglob("*") if path.suffix in {".jinja", ".md", ".py", ".yaml"}
    ]
    assert [str(path) for path in files if spelled.search(path.read_text())] == []
    assert [str(path) for path in files if re.search(names, path.relative_to(ROOT).as_posix())] == []


def test_every_family_has_an_architecture() -> None:
    entries = QUESTIONS.specs["architectures"]["default"].values()
    parts = [part for entry in entries for part in (entry, *entry.values()) if isinstance(part, dict)]
    assert {part["family"] for part in parts if "family" in part} == set(
        QUESTIONS.specs["recipes"]["default"]
    )


def test_an_architecture_repeats_nothing_that_its_family_says() -> None:
    families = QUESTIONS.specs["recipes"]["default"]
    for name, entry in QUESTIONS.specs["architectures"]["default"].items():
        for part in (entry, *entry.values()):
            if isinstance(part, dict) and "family" in part:
                family = families[part["family"]]
                assert not [key for key in part if part[key] == family.get(key)], name


def test_what_an_entry_says_of_an_output_or_a_target_differs_from_the_rest_of_it() -> None:
    """So does what a family says: a key that is none of theirs would be rendered nowhere."""
    tasks = QUESTIONS.table("task").values()
    names = {task[key] for task in tasks for key in ("output", "target")}
    parts = 0
    for table in ("architectures", "recipes"):
        for name, entry in QUESTIONS.specs[table]["default"].items():
            for key, part in entry.items():
                if isinstance(part, dict) and key not in (
                    "model",
                    "finetuning",
                    *QUESTIONS.table("optimizer"),
                ):
                    assert key in names, f"{name}: {key}"
                    assert not [inner for inner in part if part[inner] == entry.get(inner)], f"{name}: {key}"
                    parts += 1
    assert parts


def test_slots_of_tests_name_the_project_in_one_way() -> None:
    """`part.jinja` does; a filter of a slot's own would miss what it does not think of."""
    slots = [*(ROOT / "template/project/tests").rglob("*.jinja"), *(ROOT / "tests/tools").rglob("*.jinja")]
    others = [
        path.name
        for path in slots
        if '{% include "template/parts/tests/part.jinja" %}' not in path.read_text()
    ]
    assert others == []
