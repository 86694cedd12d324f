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
