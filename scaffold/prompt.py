"""Asks a person at a terminal."""

import shlex
import sys
from collections.abc import Callable, Sequence
from typing import Any

from scaffold.errors import ScaffoldError, joined
from scaffold.questions import Prompt


class GoBack(Exception):
    """Somebody wants the question before once more."""


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
            raise ScaffoldError(f"{problem}, and give it with --set {question.key}=...", 2)
        raise ScaffoldError(
            f"'{question.key}' is not answered and there is no terminal to ask at: "
            f"give --set {question.key}=...{'' if question.default is None else ' or --defaults'}",
            2,
        )

    return answer


def chooser(*, interactive: bool) -> Callable[[str, Sequence[str]], str]:
    """Return what asks which of several columns is meant; nobody but the user can know."""

    def choose(question: str, names: Sequence[str]) -> str:
        if not interactive:
            named = shlex.quote(names[0])
            raise ScaffoldError(
                f"{question} stays open, {joined(names, 'or')}: name it, as in --columns {named}",
                2,
            )
        import questionary

        while True:
            try:
                return str(_ask(questionary.select(f"{question[0].upper()}{question[1:]}?", list(names))))
            except GoBack:
                continue  # there is no question before

    return choose


def ask(prompt: Prompt) -> Any:
    """Ask one question; only what is valid after the earlier answers can be chosen."""
    import questionary

    if prompt.choices:
        options = [questionary.Choice(label, value=value) for label, value in prompt.choices]
        start = next((option for option in options if option.value == prompt.default), None)
        how = "(arrows, Enter; Esc goes back)"
        return _ask(questionary.select(prompt.help, options, default=start, instruction=how))
    if prompt.type == "bool":
        return _ask(questionary.confirm(prompt.help, default=bool(prompt.default)))
    text = "" if prompt.default is None else str(prompt.default)
    return _ask(
        questionary.text(prompt.help, default=text, validate=lambda answer: prompt.problem(answer) or True)
    )


def ask_path() -> str:
    """Ask where the project is to be."""
    import questionary

    return str(_ask(questionary.text("Where? A new folder, whose name becomes the project's:")))


def _ask(question: Any) -> Any:
    """Ask, with a key to go back."""
    from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings

    back = KeyBindings()
    back.add("escape", eager=True)(lambda event: event.app.exit(exception=GoBack()))
    application = question.application
    application.key_bindings = merge_key_bindings([application.key_bindings, back])
    return question.unsafe_ask()
