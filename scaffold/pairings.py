"""Which choices go together, for `scaffold list`."""

from typing import Any

from scaffold.copier_yml import type_of
from scaffold.errors import spoken
from scaffold.questions import Context, Questions


def partners(questions: Questions, key: str) -> dict[Any, dict[str, list[Any]]]:
    """Return the earlier answers that each choice of a question goes with, where it does not go with all."""
    earlier = [*questions.reads(key, "choices"), *questions.reads(key, "when")]
    contexts = _contexts(questions, key, earlier) if earlier else []
    found: dict[Any, list[Context]] = {}
    for context in contexts:
        for choice in _offered(questions, key, context):
            found.setdefault(choice, []).append(context)
    return {
        spoken(choice): {
            name: _values(name, among)
            for name in earlier
            if len(_values(name, among)) < len(_values(name, contexts))
        }
        for choice, among in found.items()
    }


def overview(questions: Questions) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    """Return a table of what goes together, its header first, and what goes with all of it.

    The first columns are the questions that decide what others offer, with a row for each way to answer them;
    what the others offer stands beside it, the default first.
    """
    kinds = [key for key in questions.visible if "choices" in questions.specs[key]]
    read = {key: set(questions.reads(key, "choices")) for key in kinds}
    heads = [key for key in kinds if any(key in names for names in read.values())]
    columns = [key for key in kinds if key not in heads and read[key] & {*heads}]
    rows = [
        (*(str(context[head]) for head in heads), *(_offer(questions, key, context) for key in columns))
        for context in (_contexts(questions, columns[-1], heads) if columns else [])
    ]
    usual = _usual(questions, kinds[-1]) if kinds else {}
    rest = {key: _offer(questions, key, usual) for key in kinds if key not in {*heads, *columns}}
    switches = {key: "yes or no" for key in questions.visible if type_of(questions.specs[key]) == "bool"}
    return [(*heads, *columns), *rows], rest | switches


def usual_default(questions: Questions, key: str) -> Any:
    """Return the default of a question where all before it have theirs."""
    context = _usual(questions, key)
    return questions.evaluate(key, context) if questions.applies(key, context) else None


def defaults(questions: Questions, key: str) -> list[dict[str, Any]]:
    """Return the default after each combination of the earlier answers that it depends on."""
    earlier = questions.reads(key)
    found = {}
    for context in _contexts(questions, key, [*earlier, *deciding(questions, earlier)]) if earlier else []:
        if questions.applies(key, context):
            answers = tuple((name, spoken(context[name])) for name in earlier)
            found[answers] = questions.evaluate(key, context)
    return [{"answers": dict(answers), "default": default} for answers, default in found.items()]


def deciding(questions: Questions, keys: list[str]) -> set[str]:
    """Collect the questions that decide whether and how these are asked, and those that decide these."""
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        before = {*questions.reads(key, "choices"), *questions.reads(key, "when")} - found
        found |= before
        waiting += before
    return found


def _usual(questions: Questions, key: str) -> Context:
    return _contexts(questions, key, [])[0]


def _offer(questions: Questions, key: str, context: Context) -> str:
    default = questions.evaluate(key, context)
    offered = [value for _, value in questions.choices(key, context)]
    return ", ".join(map(str, sorted(offered, key=lambda value: value != default)))


def _contexts(questions: Questions, key: str, branching: list[str]) -> list[Context]:
    """Walk to a question with every answer to some of those before it, and the default to the others."""
    contexts: list[Context] = [{"_folder_name": "project"}]
    for name in questions.specs:
        if name == key:
            break
        contexts = [
            {**context, name: value}
            for context in contexts
            for value in (_offered(questions, name, context) if name in branching else [])
            or [questions.evaluate(name, context)]
        ]
    return contexts


def _offered(questions: Questions, name: str, context: Context) -> list[Any]:
    applies = questions.applies(name, context)
    if type_of(questions.specs[name]) == "bool":
        return [True, False] if applies else [False]
    return [] if not applies else [value for _, value in questions.choices(name, context)]


def _values(name: str, contexts: list[Context]) -> list[Any]:
    return list(dict.fromkeys(spoken(context[name]) for context in contexts))
