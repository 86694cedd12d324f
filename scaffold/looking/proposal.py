"""From what data look like to answers and settings, with what decided each."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scaffold import narrow
from scaffold.answers import Given
from scaffold.copier_yml import parse
from scaffold.errors import ScaffoldError, joined
from scaffold.looking import places
from scaffold.looking.reading import Choose, Fact, Reading, Request
from scaffold.looking.settings import path_from
from scaffold.questions import Questions

FREE = {"classes", "labels", "numbers"}  # targets that the same columns may hold


@dataclass
class Proposal:
    """What is proposed for data.

    Attributes:
        data: The file or folder.
        answers: For questions; what the user answered is not among them.
        settings: For `configs/default.yaml`.
        seen: What else was found.
        unknown: What cannot be told by looking.
        notes: What is to be mended in the data.
    """

    data: Path
    answers: list[Fact] = field(default_factory=list)
    settings: list[Fact] = field(default_factory=list)
    seen: list[Fact] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as `--json` shows it."""

        def plain(facts: list[Fact]) -> list[dict[str, Any]]:
            return [{"key": fact.key, "value": fact.value, "why": fact.why} for fact in facts]

        return {
            "path": str(self.data),
            "answers": plain(self.answers),
            "settings": plain(self.settings),
            "seen": plain(self.seen),
            "unknown": self.unknown,
        }


def propose(
    data: str,
    columns: tuple[str, ...],
    project: Path,
    questions: Questions,
    given: Mapping[str, Given],
    choose: Choose,
) -> Proposal:
    """Look at data and say which project goes with them."""
    path = Path(os.path.abspath(data)) if not data.startswith("hf:") else Path(data)
    tasks, forms = (questions.specs.get(key, {}).get("default") for key in ("tasks", "forms"))
    if not isinstance(tasks, dict) or not isinstance(forms, dict):
        raise ScaffoldError(
            "the template has no tables of tasks and forms, which --data goes by: leave --data out", 2
        )
    row = tasks.get(str(given["task"].value), {}) if "task" in given else {}
    insisted = {*row.get("forms", {}).values()}
    request = Request(columns, choose, row.get("target", ""), _usual(forms))
    found, readings = places.look(path, request, insisted.pop() if len(insisted) == 1 else "")
    if project == found or found in project.parents:
        raise ScaffoldError(f"{project} would lie within the data, {found}: choose another place for it", 2)
    fitting = list(_fitting(readings, tasks, given))
    if not fitting:
        raise _contradiction(found, readings, tasks, given)
    reading, domain, task = _first_that_goes(questions, fitting, given, project.name)
    return _proposal(found, reading, domain, task, project, given, fitting)


def _usual(forms: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the columns that projects read unless told otherwise, by form."""
    usual = {name: form.get("data", {}).get("columns") for name, form in forms.items()}
    return {name: tuple(parse(columns)) for name, columns in usual.items() if columns}


def _fitting(
    readings: list[Reading], tasks: Mapping[str, Any], given: Mapping[str, Given]
) -> Iterator[tuple[Reading, str, str]]:
    """Give readings with domain and task that go with what was answered, also other targets of columns."""
    domain, task = (str(given[key].value) if key in given else None for key in ("domain", "task"))
    for reading in readings:
        for name, row in tasks.items():
            for where, form in row["forms"].items():
                if (
                    form == reading.form
                    and row["target"] == reading.target
                    and domain in {None, where}
                    and task in {None, name}
                ):
                    yield reading, where, name
    if (
        task is not None
        and task in tasks
        and not any(reading.target == tasks[task]["target"] for reading in readings)
    ):
        row = tasks[task]
        for reading in readings:
            for where, form in row["forms"].items():
                if (
                    form == reading.form
                    and {row["target"], reading.target} <= FREE
                    and domain in {None, where}
                ):
                    yield _as(reading, row["target"], task), where, task
                    return


def _as(reading: Reading, target: str, task: str) -> Reading:
    """Return a reading with a target that was asked for, although the data do not look like it."""
    facts = [fact for fact in reading.facts if fact.key != "data.label_separator" or target != "classes"]
    note = f"--task {task} was asked for, although the data look like {reading.target} ({reading.target_why})"
    return replace(
        reading, target=target, facts=facts, target_why=f"as --task {task} says", notes=[*reading.notes, note]
    )


def _first_that_goes(
    questions: Questions, fitting: list[tuple[Reading, str, str]], given: Mapping[str, Given], name: str
) -> tuple[Reading, str, str]:
    """Return the likeliest that goes with all that was answered; if none does, the first, to be refused."""
    for reading, domain, task in fitting:
        tried = {**_answers(reading, domain, task), **given}
        try:
            narrow.resolve(questions, tried, name, lambda prompt: prompt.default, must_decide=False)
        except ScaffoldError:
            continue
        return reading, domain, task
    return fitting[0]


def _answers(reading: Reading, domain: str, task: str) -> dict[str, Given]:
    return {key: Given(value) for key, value in {"domain": domain, "task": task, **reading.answers}.items()}


def _proposal(
    found: Path,
    reading: Reading,
    domain: str,
    task: str,
    project: Path,
    given: Mapping[str, Given],
    fitting: list[tuple[Reading, str, str]],
) -> Proposal:
    words = {
        "classes": "as classes",
        "numbers": "as numbers",
        "labels": "as labels",
        "links": "the edges instead",
    }
    others = {
        other: words.get(way.target, f"as {way.target}")
        for way, where, other in fitting
        if where == domain and other != task and "task" not in given
    }
    instead = "".join(
        f"; --task {other} takes {'them ' if way.startswith('as') else ''}{way}"
        for other, way in others.items()
    )
    said = [("domain", domain, reading.input_why), ("task", task, reading.target_why + instead)]
    said += [
        (key, value, f"without it {found.name} cannot be read") for key, value in reading.answers.items()
    ]
    settings = [
        Fact(
            "data.path",
            path_from(project, found),
            "where the data are; they are read there and never changed",
        )
    ]
    if any(ord(letter) in range(0xD800, 0xE000) for letter in settings[0].value):
        raise ScaffoldError(f"the name of {found} is not text: rename it")
    settings += [fact for fact in reading.facts if "." in fact.key]
    return Proposal(
        found,
        [Fact(*answer) for answer in said if answer[0] not in given],
        settings,
        [fact for fact in reading.facts if "." not in fact.key],
        list(dict.fromkeys(reading.unknown)),
        list(dict.fromkeys(reading.notes)),
    )


def _contradiction(
    found: Path, readings: list[Reading], tasks: Mapping[str, Any], given: Mapping[str, Given]
) -> ScaffoldError:
    """Say what the data look like, and that the answers say otherwise."""
    first = readings[0]
    goes = [
        (where, name)
        for name, row in tasks.items()
        for where, form in row["forms"].items()
        if (form, row["target"]) == (first.form, first.target)
    ]
    answers = [f"--{key} {given[key].value}" for key in ("domain", "task") if key in given]
    if not goes or not answers:
        return ScaffoldError(
            f"{found}: {first.target_why}, for which the template has no task: give the data labels, "
            "or leave --data out"
        )
    (domain, task), *_ = goes
    given_said = joined(answers, "and")
    return ScaffoldError(
        f"{found} looks like {task} in domain {domain} ({first.input_why}), "
        f"and {given_said} does not go with it: leave out {given_said}, or name other data",
        2,
    )
