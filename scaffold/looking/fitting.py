"""Which ways to read data go with what the user answered."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffold import narrow
from scaffold.answers import Given
from scaffold.errors import ScaffoldError, joined
from scaffold.looking.reading import Reading
from scaffold.questions import Questions

Way = tuple[Reading, str, str]
"""A reading, with domain and task."""
FREE = {"classes", "labels", "numbers"}  # targets that the same columns may hold


def fitting(readings: list[Reading], tasks: Mapping[str, Any], given: Mapping[str, Given]) -> Iterator[Way]:
    """Give readings with domain and task that go with what was answered, also other targets of columns."""
    domain, task = (str(given[key].value) if key in given else None for key in ("domain", "task"))
    rows = [
        (where, name, form, row["target"])
        for name, row in tasks.items()
        for where, form in row["forms"].items()
    ]
    rows = [row for row in rows if domain in {None, row[0]} and task in {None, row[1]}]
    found = False
    for reading in readings:
        for where, name, form, target in rows:
            if (form, target) == (reading.form, reading.target):
                found = True
                yield reading, where, name
    if found or task is None:
        return
    for where, name, form, target in rows:
        likeliest = next((reading for reading in readings if reading.form == form), None)
        if likeliest and {target, likeliest.target} <= FREE:
            yield _as(likeliest, target, name), where, name


def _as(reading: Reading, target: str, task: str) -> Reading:
    """Return a reading with a target that was asked for, although the data do not look like it."""
    facts = [fact for fact in reading.facts if fact.key != "data.label_separator" or target != "classes"]
    note = f"--task {task} was asked for, although the data look like {reading.target} ({reading.target_why})"
    return replace(
        reading, target=target, facts=facts, target_why=f"as --task {task} says", notes=[*reading.notes, note]
    )


def first_that_goes(questions: Questions, ways: list[Way], given: Mapping[str, Given], name: str) -> Way:
    """Return the likeliest that goes with all that was answered; if none does, the first, to be refused."""
    for reading, domain, task in ways:
        tried = {**_answers(reading, domain, task), **given}
        try:
            narrow.resolve(questions, tried, name, lambda prompt: prompt.default, must_decide=False)
        except ScaffoldError:
            continue
        return reading, domain, task
    return ways[0]


def _answers(reading: Reading, domain: str, task: str) -> dict[str, Given]:
    return {key: Given(value) for key, value in {"domain": domain, "task": task, **reading.answers}.items()}


def contradiction(
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
