"""What given answers leave of the questions before them: `--architecture gcn` is about graphs."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from scaffold import faults, pairings
from scaffold.answers import Given
from scaffold.copier_yml import cast, type_of
from scaffold.errors import ScaffoldError
from scaffold.prompt import GoBack
from scaffold.questions import Answers, Context, Prompt, Questions


def resolve(
    questions: Questions,
    given: Mapping[str, Given],
    folder: str,
    ask: Callable[[Prompt], Any],
    *,
    must_decide: bool,
) -> Answers:
    """Answer what was not given: what is decided by what was given is not asked.

    `must_decide`: nobody can be asked, so the first choice, which all others depend on, has to follow from
    what was given. Where somebody is asked, they may go back to the question before.
    """
    asked: dict[str, Any] = {}
    first = next((key for key in questions.visible if "choices" in questions.specs[key]), None)

    def answer(prompt: Prompt) -> Any:
        prompt, agree = narrowed(questions, prompt, given)
        if len(prompt.choices) == 1:
            return prompt.choices[0][1]
        if not agree:
            return prompt.default  # the walk refuses what does not go with it
        if must_decide and prompt.key == first:
            raise ScaffoldError(
                f"there is no terminal to ask at: give --defaults, or at least {_open(questions, given)}", 2
            )
        if prompt.key not in asked or prompt.problem(asked[prompt.key]):
            asked[prompt.key] = ask(prompt)
        return asked[prompt.key]

    while True:
        try:
            return questions.resolve(given, answer, folder)
        except GoBack:
            if asked:
                asked.popitem()


def _open(questions: Questions, given: Mapping[str, Given]) -> str:
    """List the questions without an answer, and what may be answered; a folder answers what the name is."""
    flags = []
    for key in questions.visible:
        flag = key.replace("_", "-")
        if key in given or key == "name":
            continue
        if type_of(questions.specs[key]) == "bool":
            flags.append(f"--{flag} or --no-{flag}")
        else:
            flags.append(f"--{flag} ({', '.join(questions.table(key)) or key.upper()})")
    return f"{flags[0]}, and of the rest what should not be the default: {', '.join(flags[1:])}"


def narrowed(questions: Questions, prompt: Prompt, given: Mapping[str, Given]) -> tuple[Prompt, bool]:
    """Leave out the choices that do not go with what was answered to later questions.

    Say too whether those agree. If not, the first of them are gone by, and the others are refused in turn.
    """
    agree = True
    later = [key for key in questions.visible if key in given and key not in prompt.context]
    while later and prompt.choices:
        wanted = {key: given[key].value for key in later}
        branching = pairings.deciding(questions, later)
        kept = [
            (label, value)
            for label, value in prompt.choices
            if _leads_on(questions, prompt.key, {**prompt.context, prompt.key: value}, wanted, branching)
        ]
        if kept:
            values = [value for _, value in kept]
            default = prompt.default if prompt.default in values else values[0]
            return replace(prompt, choices=kept, default=default), agree
        agree = False
        later.pop()
    return prompt, agree


def _leads_on(
    questions: Questions, after: str, context: Context, wanted: Mapping[str, Any], branching: set[str]
) -> bool:
    """Say whether the questions after one can be answered so that all the wanted answers stand."""
    keys = list(questions.specs)
    for key in keys[keys.index(after) + 1 :]:
        if not wanted:
            break
        spec = questions.specs[key]
        if not questions.applies(key, context):
            if key in wanted:
                return False
        elif key in wanted:
            if faults.of_answer(questions, key, wanted[key], context):
                return False
            context[key] = cast(wanted[key], spec)
            wanted = {name: value for name, value in wanted.items() if name != key}
            continue
        elif key in branching and "choices" in spec:
            return any(
                _leads_on(questions, key, {**context, key: value}, wanted, branching)
                for _, value in questions.choices(key, context)
            )
        if "default" in spec:
            context[key] = questions.evaluate(key, context)
    return True
