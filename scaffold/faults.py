"""What is wrong with given answers, and which would be right."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scaffold.answers import Given
from scaffold.copier_yml import cast, type_of
from scaffold.errors import ScaffoldError, closest, joined, nearest

if TYPE_CHECKING:
    from scaffold.questions import Context, Questions

KINDS = {"str": "one word", "int": "a whole number", "float": "a number", "bool": "yes or no"}


def refusal(faults: list[str]) -> ScaffoldError:
    """Say all of them at once."""
    return ScaffoldError("; ".join(faults), 2, faults)


def check_keys(questions: "Questions", given: Mapping[str, Given]) -> None:
    """Refuse a key that copier would ignore, and one that it would let replace a computed value."""
    if faults := of_keys(questions, given):
        raise refusal(faults)


def of_keys(questions: "Questions", given: Mapping[str, Given]) -> list[str]:
    """Say which keys are no questions."""
    faults = []
    for key, (_, where) in given.items():
        if key not in questions.specs:
            hint = nearest(key, questions.visible)
            known = joined(sorted(questions.visible), "and")
            faults.append(f"there is no question '{key}'{where}{hint}: the questions are {known}")
        elif key not in questions.visible:
            sources = questions.reads(key)
            origin = f"computed from {joined(sources, 'and')}" if sources else "a table of the template"
            faults.append(f"'{key}'{where} is {origin} and cannot be set: leave it out")
    return faults


def of_answer(
    questions: "Questions", key: str, value: Any, context: "Context", where: str = ""
) -> str | None:
    """Say what is wrong with an answer after the earlier ones."""
    spec = questions.specs[key]
    valid = [choice for _, choice in questions.choices(key, context)]
    try:
        value = cast(value, spec)
    except ValueError:
        kind = KINDS.get(type_of(spec), type_of(spec))
        remedy = f"choose {joined(valid, 'or')}" if valid else f"write {kind}"
        wrong = "is neither yes nor no" if type_of(spec) == "bool" else f"is not {kind}"
        return f"{key} '{value}'{where} {wrong}: {remedy}"
    if "choices" in spec and value not in valid:
        return _wrong_choice(questions, key, value, valid, context, where)
    objection = questions.objection(key, value, context)
    return f"{key}{where}: {objection}" if objection and where else objection or None


def _wrong_choice(
    questions: "Questions", key: str, value: Any, valid: list[Any], context: "Context", where: str
) -> str:
    table = questions.table(key)
    choose = f"choose {joined(valid, 'or')}" if valid else "no choice is left"
    if value in table:
        against = _against(questions, key, value, context)
        hint = _alike(table, value, valid)
        return f"{key} '{value}'{where} does not go with {against}{hint}: {choose}"
    near = nearest(str(value), map(str, valid))
    if not near and (close := closest(str(value), table)):
        near = (
            f" (did you mean '{close}', which does not go with {_against(questions, key, close, context)}?)"
        )
    return f"there is no {key} '{value}'{where}{near}: {choose}"


def _alike(table: Mapping[str, Any], value: Any, valid: list[Any]) -> str:
    """Name the valid choices that have the same target, as another domain's task may."""
    target = table[value].get("target")
    alike = [f"'{choice}'" for choice in valid if target and table[choice].get("target") == target]
    return f" (did you mean {joined(alike, 'or')}?)" if alike else ""


def _against(questions: "Questions", key: str, value: Any, context: "Context") -> str:
    """Name the earlier answers that exclude a choice: those that would allow it if changed alone."""
    earlier = [name for name in questions.reads(key, "choices") if name in context]
    alone = [
        name
        for name in earlier
        if any(_allows(questions, key, value, {**context, name: other}) for other in questions.table(name))
    ]
    return joined((f"{name} '{context[name]}'" for name in alone or earlier), "and")


def _allows(questions: "Questions", key: str, value: Any, context: "Context") -> bool:
    for name, spec in questions.specs.items():
        if name not in questions.visible and name in context and isinstance(spec.get("default"), str):
            context[name] = questions.evaluate(name, context)
    return value in [choice for _, choice in questions.choices(key, context)]
