"""The questions of a template, evaluated: what may be answered next, and what is wrong with an answer.

Copier asks the same questions, but ignores unknown keys, lets computed ones be overridden and names
neither the question nor the way out. It is not imported here: this is fast, and can say more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from scaffold import faults
from scaffold.answers import Given
from scaffold.copier_yml import asked, cast, load, parse, specs_of, truth, type_of
from scaffold.errors import ScaffoldError

Context = dict[str, Any]


@dataclass(frozen=True)
class Prompt:
    """One question as it stands after the earlier answers."""

    key: str
    help: str
    type: str
    default: Any
    choices: list[tuple[str, Any]]
    problem: Callable[[Any], str | None]
    absent: Any  # the answer of a project from before the question, None if that has to be given
    context: Context  # the earlier answers, and what is computed from them


@dataclass(frozen=True)
class Answers:
    """The answers of the user, and those together with everything computed from them."""

    visible: dict[str, Any]
    all: Context


class Questions:
    """The questions of one template tree."""

    def __init__(self, tree: Path) -> None:
        """Read the settings and the questions as copier does."""
        merged = load(tree)
        self.settings = {key: value for key, value in merged.items() if key.startswith("_")}
        self.specs = specs_of(merged)
        self.visible = list(asked(self.specs))
        self._tree = tree
        self._trees: dict[str, nodes.Template] = {}
        self._compiled: dict[str, jinja2.Template] = {}

    @cached_property
    def _environment(self) -> SandboxedEnvironment:
        options = {"keep_trailing_newline": True, **self.settings.get("_envops", {})}
        undefined = str(options.pop("undefined", "jinja2.Undefined")).removeprefix("jinja2.")
        return SandboxedEnvironment(
            loader=jinja2.FileSystemLoader(self._tree),
            extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
            undefined=getattr(jinja2, undefined),
            **options,
        )

    def render(self, text: str, context: Context) -> Any:
        """Evaluate a setting of the template."""
        return self._render(text, context, "settings")

    def reads(self, key: str, entry: str = "default") -> list[str]:
        """Return the questions that the default of a question depends on, or its choices."""
        names = self._names_in(self.specs[key].get(entry))
        return [name for name in self.visible if name in names]

    def table(self, key: str) -> dict[str, dict[str, Any]]:
        """Return what the template knows of each choice of a question: help, why, source and more.

        Where a choice belongs to a family, what it does not say itself is what its family says.
        """
        spec = self.specs[key]
        entries = self.specs[spec["table"]]["default"] if "table" in spec else {}
        families = self.specs[spec["families"]]["default"] if "families" in spec else {}
        return {name: completed(entry, families) for name, entry in entries.items()}

    def differs(self, key: str, value: Any, old: Any) -> bool:
        """Say whether an answer as it was given is another one than the old."""
        try:
            return bool(cast(value, self.specs[key]) != old)
        except ValueError:
            return True  # which is refused when it is looked at

    def resolve(self, given: Mapping[str, Given], ask: Callable[[Prompt], Any], folder: str) -> Answers:
        """Walk through the questions in their order; `ask` answers those that were not given.

        All that is wrong with what was given is said at once, but not what follows from another fault.
        """
        found = faults.of_keys(self, given)
        wrong: set[str] = set()
        context: Context = {"_folder_name": folder}
        answers: dict[str, Any] = {}
        for key, spec in self.specs.items():
            if not self.applies(key, context):
                if key in given and not wrong & {*self.reads(key, "when")} and key in self.visible:
                    found.append(
                        f"'{key}'{given[key].where} does not apply to the other answers: leave it out"
                    )
                if "default" in spec:
                    context[key] = self.evaluate(key, context)
                continue
            if key in given:
                value, where = given[key]
            else:
                value, where = self._default(key, context) if found else ask(self._prompt(key, context)), ""
            problem = faults.of_answer(self, key, value, context, where)
            if problem and key in given:
                if not (wrong & {*self.reads(key, "choices")} and str(value) in self.table(key)):
                    found.append(problem)
                wrong.add(key)
                value = self._default(key, context)  # to look at the rest
                problem = faults.of_answer(self, key, value, context)
            if problem:
                raise faults.refusal(found or [problem])
            context[key] = answers[key] = cast(value, spec)
        if found:
            raise faults.refusal(found)
        return Answers(answers, context)

    def _prompt(self, key: str, context: Context) -> Prompt:
        return Prompt(
            key,
            str(self._render(self.specs[key].get("help", key), context, key)),
            type_of(self.specs[key]),
            self._default(key, context),
            self.choices(key, context),
            lambda value: faults.of_answer(self, key, value, context),
            self.evaluate(key, context, "absent") if "absent" in self.specs[key] else None,
            dict(context),
        )

    def objection(self, key: str, value: Any, context: Context) -> str:
        """Return what the template's own check says of an answer; empty if it has nothing against it."""
        checked = self._render(self.specs[key].get("validator", ""), {**context, key: value}, key)
        return " ".join(checked.split())

    def _names_in(self, source: Any) -> set[str]:
        """Collect what an expression reads, through computed values too."""
        if not isinstance(source, str):
            return set()
        names = {node.name for node in self._parsed(source).find_all(nodes.Name)}
        for name in names & self.specs.keys() - set(self.visible):
            names = names | self._names_in(self.specs[name].get("default"))
        return names

    def _parsed(self, source: str) -> nodes.Template:
        if source not in self._trees:
            self._trees[source] = self._environment.parse(source)
        return self._trees[source]

    def applies(self, key: str, context: Context) -> bool:
        """Say whether a question is to be answered after the earlier answers."""
        when = self.specs[key].get("when", True)
        return when if isinstance(when, bool) else truth(self._render(when, context, key).strip() or "false")

    def evaluate(self, key: str, context: Context, entry: str = "default") -> Any:
        """Return the default of a question, or another entry that is an answer, after the earlier answers."""
        spec = self.specs[key]
        return cast(self._render(spec.get(entry), context, key), spec)

    def _default(self, key: str, context: Context) -> Any:
        return self.evaluate(key, context) if "default" in self.specs[key] else None

    def choices(self, key: str, context: Context) -> list[tuple[str, Any]]:
        """Return label and value of each choice that goes with the earlier answers."""
        choices = self.specs[key].get("choices", [])
        if isinstance(choices, str):
            try:
                choices = parse(self._render(choices, context, key)) or []
            except ValueError as error:
                raise ScaffoldError(
                    f"the choices of the template's question '{key}' are not YAML: fix them there"
                ) from error
        pairs = choices.items() if isinstance(choices, dict) else choices
        return [
            (str(pair[0]), pair[1]) if isinstance(pair, list | tuple) else (str(pair), pair) for pair in pairs
        ]

    def _render(self, value: Any, context: Context, key: str) -> Any:
        if not isinstance(value, str):
            return value
        try:
            if value not in self._compiled:
                self._compiled[value] = self._environment.from_string(self._parsed(value))
            return self._compiled[value].render(context)
        except jinja2.TemplateError as error:
            raise ScaffoldError(
                f"the template's question '{key}' cannot be evaluated ({error}): fix it there"
            ) from error


def completed(entry: Mapping[str, Any], families: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the family of an entry, or of a part of it, says."""
    own = {
        name: completed(part, families) if isinstance(part, dict) else part for name, part in entry.items()
    }
    return {**families.get(entry.get("family", ""), {}), **own}
