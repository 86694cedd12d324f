"""A sample of the mutations; `python -m tests.mutations` tries them all."""

import sys
from pathlib import Path

import pytest
from combinations import CONF, QUESTIONS
from conftest import ROOT, run
from mutations.catalogue import CATALOGUE, EDIT_MODULES, EDITS, MODULES
from mutations.mutation import Edit, Mutation, TargetError, Text, Whole, edit
from mutations.projects import PROJECTS
from slots import texts_of

from scaffold.answers import Given


def texts_of_project(name: str) -> dict[str, str]:
    given = {key: Given(value) for key, value in {**PROJECTS[name], "name": name}.items()}
    row = QUESTIONS.resolve(given, lambda prompt: prompt.default, name).all
    return texts_of({**row, "_copier_conf": CONF})


@pytest.mark.parametrize("catalogue", [CATALOGUE, EDITS], ids=["mistakes", "edits"])
def test_every_mutation_finds_what_it_changes(catalogue: dict[str, Mutation]) -> None:
    """The template may change under a mutation, which then must be adapted or removed."""
    texts = {name: texts_of_project(name) for name in PROJECTS}
    known: dict[tuple[int, str], str] = {}  # many projects have the same text
    lost = []
    for mutation in catalogue.values():
        for project in mutation.projects:
            changed: dict[str, str] = {}
            try:
                for step in mutation.edits:
                    path = step.path(Path(project)).as_posix()
                    text = changed.get(path) or texts[project].get(path, "")
                    if (id(step), text) not in known:
                        known[id(step), text] = step.apply(text)
                    changed[path] = known[id(step), text]
            except TargetError as error:
                lost.append(f"{mutation.name} in {project}: {error}")
            assert all(text != texts[project].get(path) for path, text in changed.items())
    assert not lost, "\n".join(lost)


def test_a_mutation_without_a_target_says_so() -> None:
    code = "def f(x):\n    return g(x) + g(x)\n"
    with pytest.raises(TargetError, match="no definition h"):
        Edit("train.py", "h", "g(x)", "x").apply(code)
    with pytest.raises(TargetError, match="0 times"):
        Edit("train.py", "f", "g(y)", "x").apply(code)
    with pytest.raises(TargetError, match="2 times"):
        Edit("train.py", "f", "g(x)", "x").apply(code)
    assert Edit("train.py", "f", "g(x) + g(x)", "x").apply(code) == "def f(x):\n    return x\n"
    with pytest.raises(TargetError, match="2 times"):
        Text("train.py", "g(x)", "x").apply(code)
    assert Text("train.py", "g(x) + g(x)", "x").apply(code) == "def f(x):\n    return x\n"
    with pytest.raises(TargetError, match="not once"):
        Text("train.py", "", "a new file").apply(code)
    assert Text("train.py", "", "a new file").apply("") == "a new file"


def test_a_whole_file_is_replaced_or_removed(tmp_path: Path) -> None:
    package = tmp_path / "demo"
    for file in (package / "model.py", tmp_path / "tests/test_layers.py"):
        file.parent.mkdir()
        file.write_text("before\n")
    mutation = edit("new-model", "", (), Whole("model.py", "after\n"), Whole("tests/test_layers.py"))
    mutation.apply(package)
    assert (package / "model.py").read_text() == "after\n"
    assert not (tmp_path / "tests/test_layers.py").exists()
    with pytest.raises(TargetError, match="is not there, or is the same"):
        mutation.apply(package)


def test_no_two_mutations_have_the_same_name_and_all_are_classified() -> None:
    assert len(CATALOGUE) == sum(len(module.MUTATIONS) for module in MODULES)
    for mutation in CATALOGUE.values():
        assert mutation.mistake, mutation.name
        assert mutation.fault, mutation.name
        assert mutation.projects, mutation.name
        assert mutation.edits, mutation.name
    assert len(EDITS) == sum(len(module.EDITS) for module in EDIT_MODULES)
    assert all(each.mistake and each.projects and each.edits for each in EDITS.values())


SAMPLES = [["--sample=10"], ["--false-alarms=10", "--sample=1"], ["--edits", "--sample=3"]]


@pytest.mark.parametrize("flags", SAMPLES, ids=" ".join)
def test_a_sample_is_caught_and_raises_no_alarm(flags: list[str]) -> None:
    """On one process: the suite runs on as many as there are cores."""
    command = [sys.executable, "-m", "tests.mutations", *flags, "--workers=1"]
    done = run(*command, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
