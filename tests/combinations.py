"""All combinations of answers that the questions allow, and a few with every cell and every pair of the rest.

What is computed from answers is computed once for each distinct set of those that it reads, so that the time
grows with the choices and not with their product.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Any

import jinja2
from conftest import ROOT
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from scaffold.copier_yml import cast, parse, truth
from scaffold.questions import Questions

Choices = dict[str, Any]
"""Answers, and all that is computed from them."""
QUESTIONS = Questions(ROOT)
# They change text only, never what is trained: fixed in the matrix, tried one by one elsewhere.
FIXED = {"name": "demo", "license": "none"}
# Yes/no questions, on which no other answer depends.
EXTRAS = [key for key in QUESTIONS.visible if QUESTIONS.specs[key]["type"] == "bool"]
CELL = ("form", "output", "target", "architecture")


class _Recording(Context):
    """Notes which answers a template reads."""

    def resolve_or_missing(self, key: str) -> Any:
        assert isinstance(self.environment, _Environment)
        self.environment.read.add(key)
        return super().resolve_or_missing(key)


class _Environment(SandboxedEnvironment):
    """As copier's."""

    context_class = _Recording
    read: set[str]


def _environment() -> _Environment:
    options = dict(QUESTIONS.settings["_envops"])
    undefined = getattr(jinja2, options.pop("undefined").removeprefix("jinja2."))
    extensions = ["jinja2_ansible_filters.AnsibleCoreFiltersExtension"]
    loader = jinja2.FileSystemLoader(ROOT)
    return _Environment(loader=loader, extensions=extensions, undefined=undefined, **options)


ENVIRONMENT = _environment()


class Once:
    """Evaluates a template once for each distinct set of the answers that it reads."""

    def __init__(self, source: str, then: Callable[[str], Any] = str) -> None:
        """Take the text of the template, and what its result is turned into."""
        self._template = ENVIRONMENT.from_string(source)
        self._then = then
        self._known: dict[tuple[str, ...], dict[tuple[object, ...], Any]] = {}
        self._rows: list[Choices] = []  # kept, so that no other object gets the id of one of theirs

    def __call__(self, row: Choices) -> Any:
        """Return the result for these answers."""
        for names, results in self._known.items():
            if (values := _values(row, names)) in results:
                return results[values]
        ENVIRONMENT.read = set()
        result = self._then(self._template.render(row))
        names = tuple(sorted(ENVIRONMENT.read))
        self._known.setdefault(names, {})[_values(row, names)] = result
        self._rows.append(row)
        return result


def _values(row: Choices, names: Iterable[str]) -> tuple[object, ...]:
    """Tables and what is computed are the same object where they are the same."""
    values = (row.get(name) for name in names)
    return tuple(id(value) if isinstance(value, dict | list) else value for value in values)


def _always(value: Any) -> Callable[[Choices], Any]:
    return lambda _: value


def _applies(key: str) -> Callable[[Choices], bool]:
    when = QUESTIONS.specs[key].get("when", True)
    return Once(when, truth) if isinstance(when, str) else _always(when)


def _choices(key: str) -> Callable[[Choices], list[Any]]:
    """Return what gives the values that may follow, of which there is one for what is not asked."""
    spec, applies = QUESTIONS.specs[key], APPLIES[key]
    default = spec.get("default")
    value = Once(default, lambda text: cast(text, spec)) if isinstance(default, str) else _always(default)
    if key in FIXED:
        return _always([FIXED[key]])
    if key in EXTRAS:
        return lambda row: [row["_extras"][key] if applies(row) else value(row)]
    if "choices" not in spec:
        return lambda row: [value(row)]
    choices = Once(spec["choices"], lambda text: [choice for _, choice in parse(text)])
    return lambda row: choices(row) if applies(row) else [value(row)]


def _walk(rows: list[Choices]) -> list[Choices]:
    for key in QUESTIONS.specs:
        rows = [{**row, key: value} for row in rows for value in VALUES[key](row)]
    return rows


def _selections() -> Iterator[dict[str, bool]]:
    """Give all extras, none, and each alone: every pair of two yes/no answers is among them."""
    for chosen in (EXTRAS, [], *([extra] for extra in EXTRAS)):
        yield {extra: extra in chosen for extra in EXTRAS}


APPLIES = {key: _applies(key) for key in QUESTIONS.specs}
VALUES = {key: _choices(key) for key in QUESTIONS.specs}
CONF = {"answers_file": ".copier-answers.yml"}
FIRST = {"_folder_name": FIXED["name"], "_copier_conf": CONF}
RENDERED = _walk([{**FIRST, "_extras": extras} for extras in _selections()])
ALL = [row for row in RENDERED if all(row["_extras"].values())]


def answers(row: Choices) -> Choices:
    """Return what a user would have answered."""
    return {key: row[key] for key in QUESTIONS.visible if APPLIES[key](row)}


def cell(row: Choices) -> tuple[str, ...]:
    """Return what decides how a model is fed and what it gives."""
    return tuple(row[key] for key in CELL)


def _choose(rows: list[Choices]) -> list[Choices]:
    """Choose a row of each cell, and more until every pair of the other axes is there."""
    axes = [*CELL[:3], *(key for key in QUESTIONS.visible if key not in {*FIXED, "domain", "task", CELL[3]})]
    pairs = {id(row): set(combinations(((key, row[key]) for key in axes), 2)) for row in rows}
    missing, cells = set().union(*pairs.values()), {cell(row) for row in rows}
    chosen = []
    while missing or cells:
        best = max(rows, key=lambda row: (cell(row) in cells, len(pairs[id(row)] & missing)))
        missing -= pairs[id(best)]
        cells -= {cell(best)}
        chosen.append(best)
    return chosen


def label(row: Choices) -> str:
    """Name a combination in a test report."""
    choices = [str(row[key]) for key in QUESTIONS.visible if key not in {*FIXED, *EXTRAS}]
    return "-".join([*choices, *(f"no {extra}" for extra in EXTRAS if not row[extra])])


CHOSEN = _choose(RENDERED)
