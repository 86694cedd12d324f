"""`scaffold regenerate`: switch a component to other answers, or bring back what the template has for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

from scaffold import change, faults, project, prompt
from scaffold.answers import Given
from scaffold.carry import carry
from scaffold.change import Outcome, Session
from scaffold.errors import ScaffoldError, joined, nearest, spoken
from scaffold.merge.store import Tree
from scaffold.merge.three_way import Merged
from scaffold.questions import Questions
from scaffold.templates import Templates


@dataclass(frozen=True)
class Request:
    """What the user asked for.

    Attributes:
        confirm: Shows a difference and asks whether to go on.
    """

    components: Sequence[str]
    path: str
    given: Mapping[str, Given]
    confirm: Callable[[str], bool]
    template: str | None = None
    defaults: bool = False
    dry_run: bool = False
    color: bool = False
    can_ask: bool = False


def components(questions: Questions) -> dict[str, dict[str, Any]]:
    """Return what the template says of its components."""
    table = questions.specs.get("components", {}).get("default", {})
    return table if isinstance(table, dict) else {}


def regenerate(request: Request) -> Outcome:
    """Merge the same version of the template, with other answers, or without the user's changes."""
    with change.opened(project.locate(request.path), write=not request.dry_run) as (scratch, notes):
        place = project.find(request.path)
        notes += change.check_ready(place, dry_run=request.dry_run)
        templates = Templates(place, request.template, None, scratch)
        session = Session(place, templates, scratch, dry_run=request.dry_run)
        known = components(session.questions)
        check_components(request.components, known)
        _check_version(request.given, templates)
        faults.check_keys(session.questions, request.given)
        old = session.answers.visible
        changes = {
            key: given
            for key, given in request.given.items()
            if session.questions.differs(key, given.value, old.get(key))
        }
        _check_fixed(changes, session.questions)
        _check_flags(request, changes, known)
        if changes:
            outcome = _switch(request, session, changes)
        elif request.given:
            same = joined((f"{key} is {spoken(old.get(key))}" for key in request.given), "and")
            outcome = Outcome(
                f"{same} already", notes=["without an answer, regenerate restores a component's files"]
            )
        else:
            outcome = _restore(request, session, known)
        outcome.notes = [*notes, *outcome.notes]
        return outcome


def _switch(request: Request, session: Session, changes: Mapping[str, Given]) -> Outcome:
    templates, place = session.templates, session.project
    asker = prompt.answerer(defaults=request.defaults or not request.can_ask, interactive=request.can_ask)
    questions = session.questions
    carried = carry(
        session.answers, questions, questions, changes, asker, place.folder.name, can_ask=request.can_ask
    )
    render = templates.render_old(carried.answers.visible)
    told = [questions.specs[key]["switched"] for key in changes if "switched" in questions.specs[key]]
    merged, kept = session.merge(
        questions, carried.answers, render, f"template {place.version}", settings_stay=bool(told)
    )
    choices = joined((f"{key}={spoken(given.value)}" for key, given in changes.items()), "and")
    notes = [*carried.notes, *(str(questions.render(text, carried.answers.all)) for text in told)]
    outcome = Outcome(f"the switch of {place.folder.name} to {choices}", notes=notes)
    session.write(outcome, merged, kept, color=request.color)
    return outcome


def _restore(request: Request, session: Session, known: dict[str, dict[str, Any]]) -> Outcome:
    if not known:
        raise ScaffoldError(
            "this template has no components to restore: give answers to change (--set key=value)", 2
        )
    if not request.components:
        raise ScaffoldError(
            f"nothing is named: run scaffold regenerate with {joined(known, 'or')} to restore it, "
            "or with an answer to change, such as --optimizer sgd",
            2,
        )
    yours, base = session.yours, session.base
    session.check_answers()
    result = dict(yours)
    renamed = session.store.renames(session.store.commit(base), session.store.commit(yours))
    for path in files_of(request.components, known, base):
        here = path if path in yours else renamed.get(path, path)
        result[here] = base[path]
    named = joined(request.components, "and")
    if result == yours:
        return Outcome(f"{named} of the project is as the template has it")
    merged = Merged(base, yours, base, result)
    outcome = Outcome(f"the restoration of {named} in {session.project.folder.name}")
    if not request.dry_run and not request.confirm(session.store.diff(yours, result, color=request.color)):
        return Outcome("nothing was restored")
    session.write(outcome, merged, [], color=request.color)
    outcome.files = [change._replace(what="restored") for change in outcome.files]
    return outcome


def files_of(named: Sequence[str], known: dict[str, dict[str, Any]], tree: Tree) -> list[str]:
    """Return the files that belong to components."""
    wanted = [pattern for name in named for pattern in known[name]["files"]]
    return [path for path in tree if any(fnmatch(path, pattern) for pattern in wanted)]


def check_components(named: Sequence[str], known: Mapping[str, object]) -> None:
    """Refuse a component that the template does not have."""
    for name in named:
        if name not in known:
            choose = f"choose {joined(known, 'or')}" if known else "this template has none"
            raise ScaffoldError(f"there is no component '{name}'{nearest(name, known)}: {choose}", 2)


def _check_version(given: Mapping[str, Given], templates: Templates) -> None:
    """Refuse a question that came with a newer version of the template than the project has."""
    unknown = given.keys() - templates.questions(templates.old).specs.keys()
    if not unknown:
        return
    try:
        newer = templates.questions(templates.new)
    except ScaffoldError:
        return  # uncommitted changes in a checkout are no version
    for key in sorted(unknown & newer.specs.keys()):
        raise ScaffoldError(
            f"there is no question '{key}' in template {templates.project.version}, which the project has: "
            "run scaffold update first",
            2,
        )


def _check_fixed(changes: Mapping[str, Given], questions: Questions) -> None:
    """Refuse a change that would leave nothing of the project; the question says why."""
    for key in changes:
        if reason := questions.specs[key].get("fixed"):
            raise ScaffoldError(
                f"the {key} of a project stays as it is, {reason}: "
                f"scaffold new PATH --{key} {changes[key].value}",
                2,
            )


def _check_flags(request: Request, changes: Mapping[str, Given], known: dict[str, dict[str, Any]]) -> None:
    """A change belongs to a component that was named, if any were named, and each of these has one."""
    if not request.components:
        return
    asked = {name: known[name]["questions"] for name in request.components}
    for key in request.given:
        if not any(key in questions for questions in asked.values()):
            owner = next((name for name, entry in known.items() if key in entry["questions"]), None)
            raise ScaffoldError(
                f"{key} does not belong to {joined(request.components, 'or')}: "
                f"name {owner or 'no component'} with it",
                2,
            )
    for name, questions in asked.items():
        if changes and not changes.keys() & set(questions):
            raise ScaffoldError(
                f"{name} is named, but no answer of it changes: leave it out, or restore it by itself",
                2,
            )
