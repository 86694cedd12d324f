"""Asks a person at a terminal."""

from typing import Any

from scaffold.questions import Prompt


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
