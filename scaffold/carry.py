"""Answers of a project, taken over to another version of the template or to another choice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaffold import faults, prompt
from scaffold.answers import Given
from scaffold.errors import ScaffoldError, spoken
from scaffold.project import ANSWERS, Project
from scaffold.questions import Answers, Prompt, Questions


@dataclass
class Carried:
    """The new answers, and sentences about those that changed without being asked for."""

    answers: Answers
    notes: list[str] = field(default_factory=list)


def recorded(project: Project, questions: Questions) -> Answers:
    """Check the answers of a project against the version of the template that it was made with."""

    def missing(asked: Prompt) -> Any:
        if questions.specs[asked.key].get("secret"):
            return asked.default
        raise ScaffoldError(
            f"'{asked.key}' is not answered in {ANSWERS}, which was edited by hand: bring it back with git"
        )

    return questions.resolve(project.given, missing, project.folder.name)


def carry(
    old: Answers,
    old_questions: Questions,
    questions: Questions,
    changes: Mapping[str, Given],
    ask: Callable[[Prompt], Any],
    folder: str,
    *,
    can_ask: bool,
) -> Carried:
    """Take the old answers over, with some changed.

    An answer that was the default and depends on a changed one follows its new default; an answer that the
    user chose stays if it is still valid, and otherwise has to be given anew: nothing is replaced silently.
    """
    faults.check_keys(questions, changes)
    defaults = _defaults(old, old_questions, folder) if changes else {}
    changed = {
        key for key, (value, _) in changes.items() if questions.differs(key, value, old.visible.get(key))
    }
    notes: list[str] = []

    def answer(asked: Prompt) -> Any:
        key = asked.key
        if key not in old.visible:
            if asked.absent is None or key in old_questions.specs:
                value = ask(asked)
                if not can_ask:
                    notes.append(f"{key} had no answer yet and is {spoken(value)}, its default")
                return value
            notes.append(f"{key} is {spoken(asked.absent)}: projects from before that question have it so")
            return asked.absent
        value = old.visible[key]
        causes = sorted(changed.intersection(questions.reads(key)))
        if causes and value == defaults.get(key) and asked.default not in (None, value):
            notes.append(
                f"{key} follows: {value} was the default, which is {asked.default} with the new {causes[0]}"
            )
            changed.add(key)
            return asked.default
        problem = asked.problem(value)
        if not problem:
            return value
        if can_ask:
            return prompt.ask(asked)
        raise ScaffoldError(f"{problem}: change it with --set {key}=...")

    return Carried(questions.resolve(changes, answer, folder), notes)


def _defaults(old: Answers, questions: Questions, folder: str) -> dict[str, Any]:
    defaults: dict[str, Any] = {}

    def note(asked: Prompt) -> Any:
        defaults[asked.key] = asked.default
        return old.visible.get(asked.key, asked.default)

    questions.resolve({}, note, folder)
    return defaults
