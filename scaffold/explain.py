"""`scaffold list` and `scaffold explain`: what the questions of the template say of each choice."""

import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scaffold import pairings, source
from scaffold.answers import Given
from scaffold.copier_yml import type_of
from scaffold.errors import ScaffoldError, joined, nearest, spoken
from scaffold.project import ANSWERS, WHERE, read_answers
from scaffold.questions import Questions

# What an entry says of a choice that is no value of its recipe: where texts and files are, and its row.
NO_VALUES = {"titles", "parts", "forms", "architectures"}
# What is said of values: where they come from, and what they reached.
ABOUT_VALUES = {"source": "Source", "score": "Measured"}


def _questions(template: str | None, ref: str | None) -> Questions:
    own = source.own_questions() if template is None and ref is None else None
    if own:
        return Questions(own)
    with tempfile.TemporaryDirectory(prefix="scaffold-") as scratch:
        return Questions(source.export(source.find(template, ref), Path(scratch, "template")).tree)


def choices(kind: str | None, template: str | None, ref: str | None) -> dict[str, dict[str, Any]]:
    """Return each question that has choices, or the one that is named, with what is known of each choice."""
    questions = _questions(template, ref)
    kinds = [key for key in questions.visible if _entries(questions, key)]
    if kind is not None and kind not in kinds:
        hint = _meant(kind, kinds, questions)
        raise ScaffoldError(f"nothing can be listed for '{kind}'{hint}: choose {joined(kinds, 'or')}", 2)
    return {key: _listed(questions, key) for key in ([kind] if kind else kinds)}


def overview(template: str | None, ref: str | None) -> str:
    """Show at a glance what there is, and what goes together."""
    table, rest = pairings.overview(_questions(template, ref))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = []
    for number, row in enumerate(table):
        first = "" if number > 1 and row[0] == table[number - 1][0] else row[0]
        cells = (cell.ljust(width) for cell, width in zip((first, *row[1:]), widths, strict=True))
        lines.append("  ".join(cells).rstrip())
    width = max(map(len, rest), default=0)
    lines += ["", *(f"{key:<{width}}  {offer}" for key, offer in rest.items())]
    lines += [
        "",
        "The default stands first. `scaffold list KIND` says what each is, `scaffold explain KIND` why.",
    ]
    return "\n".join(lines)


def _listed(questions: Questions, key: str) -> dict[str, Any]:
    pairs = pairings.partners(questions, key)
    spec = questions.specs[key]
    return {
        "type": type_of(spec),
        "help": str(spec.get("help", "")),
        "default": pairings.usual_default(questions, key),
        "defaults": pairings.defaults(questions, key),
        "choices": [
            {"choice": choice, **_known(entry), "goes_with": pairs.get(choice, {})}
            for choice, entry in _entries(questions, key).items()
        ],
    }


def _entries(questions: Questions, key: str) -> dict[str, dict[str, Any]]:
    """Return what is known of each choice; of a yes/no question the template tells it at the question."""
    spec = questions.specs[key]
    if type_of(spec) != "bool":
        return questions.table(key)
    return {"yes": {**spec, "help": str(spec.get("help", "")).rstrip("?")}, "no": {"help": "none of it"}}


def _known(entry: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {name: entry[name] for name in ("help", "why", "source") if name in entry}
    return {**told, "recipe": _recipe(entry)}


def _recipe(entry: dict[str, Any], *path: str) -> dict[str, Any]:
    """Return the values that a choice brings, each group of them with its source."""
    values = {name: value for name, value in entry.items() if _is_value(name, value, *path)}
    groups = {
        name: _recipe(value, *path, name)
        for name, value in entry.items()
        if isinstance(value, dict) and name not in NO_VALUES
    }
    source = {"source": entry["source"]} if path and "source" in entry else {}
    return {**values, **source, **{name: group for name, group in groups.items() if group}}


def facts(subject: str | None, template: str | None, ref: str | None) -> dict[str, Any]:
    """Return what `explain` says: of a question or of all, or in a project of its answers."""
    if subject is None and not Path(ANSWERS).is_file():
        return {"questions": choices(None, template, ref)}
    questions = _questions(template, ref)
    if subject is None:
        return {"answers": dict(_answers_in(questions))}
    key, chosen = _named(questions, subject)
    listed = _listed(questions, key)
    listed["choices"] = [entry for entry in listed["choices"] if entry["choice"] in chosen]
    return {"questions": {key: listed}}


def explain(subject: str | None, template: str | None, ref: str | None) -> str:
    """Say why: for one choice, for all choices of a question, or what each question is about.

    In the folder of a project, each answer of it stands in place of the question.
    """
    questions = _questions(template, ref)
    if subject is None and Path(ANSWERS).is_file():
        return "\n\n".join(_answered(questions))
    if subject is None:
        return "\n".join(_summary(key, questions) for key in questions.visible)
    key, chosen = _named(questions, subject)
    if not chosen:
        return _summary(key, questions)
    return "\n\n".join(_explained(f"{key}={name}", _known(entry)) for name, entry in chosen.items())


def _named(questions: Questions, subject: str) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return the question that is meant, and the choice, or all that it has."""
    key, _, choice = subject.partition("=")
    if key not in questions.visible:
        known = joined(questions.visible, "and")
        hint = _meant(key, questions.visible, questions)
        raise ScaffoldError(f"there is no question '{key}'{hint}: the questions are {known}", 2)
    table = _entries(questions, key)
    if choice and choice not in table:
        offered = f": choose {joined(table, 'or')}" if table else ", which has no choices: leave it out"
        raise ScaffoldError(f"there is no {key} '{choice}'{nearest(choice, table)}{offered}", 2)
    return key, {choice: table[choice]} if choice else table


def _meant(word: str, known: Sequence[str], questions: Questions) -> str:
    """Suggest the question that was meant; a choice tells which."""
    owner = next((key for key in questions.visible if word in questions.table(key)), None)
    return f" (did you mean '{owner}', which has that choice?)" if owner else nearest(word, known)


def _answered(questions: Questions) -> Iterator[str]:
    """Explain the answers of a project."""
    for key, answer in _answers_in(questions):
        also = [f"  Also: {', '.join(answer['also'])}"] if answer["also"] else []
        yield "\n".join([_explained(f"{key}={answer['choice']}", answer), *also])


def _answers_in(questions: Questions) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each answer of the project in this folder, with what else would go with the earlier ones."""
    content = read_answers(Path(ANSWERS).read_text(encoding="utf-8"))
    given = {key: Given(value, WHERE) for key, value in content.items() if not key.startswith("_")}
    answers = questions.resolve(given, lambda question: question.default, Path.cwd().name)
    for key, value in answers.visible.items():
        table = _entries(questions, key)
        if not table:
            continue  # a name has no reason
        chosen = str(spoken(value))
        offered = [str(choice) for _, choice in questions.choices(key, answers.all)] or list(table)
        also = [choice for choice in offered if choice != chosen]
        yield key, {"choice": chosen, **_known(table.get(chosen, {})), "also": also}


def _summary(key: str, questions: Questions) -> str:
    offered = ", ".join(_entries(questions, key))
    return f"{key:<14}{questions.specs[key].get('help', '')}{f'  [{offered}]' if offered else ''}"


def _explained(title: str, known: dict[str, Any]) -> str:
    lines = [f"{title}: {known.get('help', '')}"]
    facts = [known.get("why"), f"Source: {known['source']}" if "source" in known else None]
    facts += _values(known["recipe"])
    for fact in filter(None, facts):
        lines.append(textwrap.fill(str(fact), 100, initial_indent="  ", subsequent_indent="  "))
    return "\n".join(lines)


def _values(recipe: dict[str, Any], *path: str) -> Iterator[str]:
    """Say which values a choice brings, also those that depend on other answers, such as the optimizer."""
    told = ", ".join(
        f"{name} {value}"
        for name, value in recipe.items()
        if name not in ABOUT_VALUES and not isinstance(value, dict)
    )
    about = (f"{word}: {recipe[name]}" for name, word in ABOUT_VALUES.items() if name in recipe)
    if told or "score" in recipe:
        yield f"{', '.join(path) or 'training'}: {'. '.join(filter(None, (told, *about)))}"
    for name, value in recipe.items():
        if isinstance(value, dict):
            yield from _values(value, *path, name)


def _is_value(name: str, value: Any, *path: str) -> bool:
    """Tell numbers, and what stands under a key of its own, from words about the choice."""
    if isinstance(value, bool | dict) or name in {"source", "family"}:
        return False
    return bool(path) or isinstance(value, int | float)
