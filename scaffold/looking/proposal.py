"""From what data look like to answers and settings, with what decided each."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffold.answers import Given
from scaffold.copier_yml import parse
from scaffold.errors import ScaffoldError
from scaffold.looking import places
from scaffold.looking.fitting import Way, contradiction, first_that_goes, fitting
from scaffold.looking.reading import Choose, Fact, Reading, Request
from scaffold.looking.settings import path_from
from scaffold.questions import Questions

SPOKEN = {"links": "the edges instead"}  # what another task takes of the same data


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
    links = any(task["target"] == "links" for task in tasks.values())
    request = Request(columns, choose, row.get("target", ""), links, _usual(forms))
    found, readings = places.look(path, request, insisted.pop() if len(insisted) == 1 else "")
    if project == found or found in project.parents:
        raise ScaffoldError(f"{project} would lie within the data, {found}: choose another place for it", 2)
    if columns and not any("columns" in fact.key for reading in readings for fact in reading.facts):
        raise ScaffoldError(
            f"--columns names {', '.join(columns)}, and {found} has no columns: leave it out", 2
        )
    ways = list(fitting(readings, tasks, given))
    if not ways:
        raise contradiction(found, readings, tasks, given)
    reading, domain, task = first_that_goes(questions, ways, given, project.name)
    return _proposal(found, reading, domain, task, project, given, ways)


def _usual(forms: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the columns that projects read unless told otherwise, by form."""
    usual = {name: form.get("data", {}).get("columns") for name, form in forms.items()}
    return {name: tuple(parse(columns)) for name, columns in usual.items() if columns}


def _proposal(
    found: Path,
    reading: Reading,
    domain: str,
    task: str,
    project: Path,
    given: Mapping[str, Given],
    ways: list[Way],
) -> Proposal:
    others = {
        other: SPOKEN.get(way.target, f"them as {way.target}")
        for way, where, other in ways
        if where == domain and other != task and "task" not in given
    }
    instead = "".join(f"; --task {other} takes {what}" for other, what in others.items())
    said = [("domain", domain, reading.input_why), ("task", task, reading.target_why + instead)]
    said += [(key, value, f"{found.name} cannot be read without") for key, value in reading.answers.items()]
    settings = [
        Fact(
            "data.path",
            path_from(project, found),
            "where the data lie, and stay",
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
