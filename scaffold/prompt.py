"""Asks a person at a terminal."""

import sys
from collections.abc import Callable
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.questions import Prompt


def at_terminal() -> bool:
    """Say whether anybody can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def answerer(*, defaults: bool, interactive: bool, from_folder: bool = False) -> Callable[[Prompt], Any]:
    """Return what answers the questions that were left open; the folder may answer what the name is."""

    def answer(question: Prompt) -> Any:
        # The folder names the project; only a name that no package can bear has to be asked for.
        taken = defaults or (from_folder and question.key == "name")
        problem = question.problem(question.default) if taken else None
        if taken and not problem:
            return question.default
        if interactive and not defaults:
            return ask(question)
        if problem and question.default is not None:
            raise ScaffoldError(f"{problem} (--set {question.key}=... gives another one)", 2)
        raise ScaffoldError(
            f"'{question.key}' is not answered and there is no terminal to ask at: "
            f"give --set {question.key}=...{'' if question.default is None else ' or --defaults'}",
            2,
        )

    return answer


def ask(prompt: Prompt) -> Any:
    """Ask one question; only what is valid after the earlier answers can be chosen."""
    import questionary

    if prompt.choices:
        options = [questionary.Choice(label, value=value) for label, value in prompt.choices]
        start = next((option for option in options if option.value == prompt.default), None)
        return questionary.select(prompt.help, options, default=start).unsafe_ask()
    if prompt.type == "bool":
        return questionary.confirm(prompt.help, default=bool(prompt.default)).unsafe_ask()
    text = "" if prompt.default is None else str(prompt.default)
    return questionary.text(
        prompt.help, default=text, validate=lambda answer: prompt.problem(answer) or True
    ).unsafe_ask()
