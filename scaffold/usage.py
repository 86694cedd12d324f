"""Calls that the library for commands refuses: what is wrong with one, and what to type instead."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from scaffold.errors import closest, joined, nearest
from scaffold.flags import AnswerCommand, is_answer, key_of, needs_value

YES_OR_NO = {"yes", "no", "true", "false"}


def sentence(error: Any, arguments: Sequence[str]) -> str:
    """Put an error of typer into a sentence.

    Args:
        error: Its exception, with the context of the command that was called, if there was one.
        arguments: What was typed.
    """
    message, context = error.format_message().rstrip("."), getattr(error, "ctx", None)
    option = getattr(error, "option_name", None)
    if option and "requires" in message:
        return needs_value(option)
    if context is None:
        return f"{message}: scaffold --help shows how"
    if option:
        return _unknown(option, context, arguments)
    if unknown := re.match(r"No such command '(.*?)'", message):
        commands = context.command.commands
        meant = nearest(unknown[1], commands, 0.65)
        return f"there is no command '{unknown[1]}'{meant}: choose {joined(commands, 'or')}"
    if extra := re.search(r"unexpected extra arguments?(?:\(s\))? \((.*)\)", message):
        return _too_many(extra[1].split(), context, arguments)
    return f"{message}: {context.command_path} --help shows how"


def _unknown(option: str, context: Any, arguments: Sequence[str]) -> str:
    here = context.command_path
    lacks = f"{here} has no {option}"
    if near := closest(option, _options(context.command, context), 0.75):
        return f"{lacks}: write {near}"
    commands = (context.command if context.parent is None else context.parent.command).commands
    owners = [name for name in commands if option in _options(commands[name], context)]
    if owners and context.parent is None:
        rest = [word for word in arguments if word != option]
        return f"{option} stands behind the command: scaffold {' '.join([*(rest or owners[:1]), option])}"
    if is_answer(option) and context.command.name in {"list", "explain"}:
        key = "KIND" if option == "--set" else key_of(option)
        return f"{lacks}, it shows a question with all its choices: {here} {key}"
    if is_answer(option):
        return (
            f"{lacks}, and another command changes answers: scaffold regenerate {_typed(option, arguments)}"
        )
    if owners:
        return f"{lacks}, which belongs to {joined(owners, 'and')}: leave it out"
    if isinstance(context.command, AnswerCommand):
        lacks += ", and what a training takes is set in the project's configs/default.yaml"
    return f"{lacks}: {here} --help shows what it has"


def _typed(option: str, arguments: Sequence[str]) -> str:
    """Return an option as it was typed, with its value."""
    start = next(number for number, word in enumerate(arguments) if word.partition("=")[0] == option)
    value = arguments[start + 1 : start + 2] if "=" not in arguments[start] else []
    return " ".join([arguments[start], *(word for word in value if not word.startswith("-"))])


def _options(command: Any, context: Any) -> Iterator[str]:
    for parameter in command.get_params(context):
        if parameter.param_type_name == "option":
            yield from (*parameter.opts, *parameter.secondary_opts)


def _too_many(extra: list[str], context: Any, arguments: Sequence[str]) -> str:
    here = context.command_path
    for flag, value in pairwise(arguments):
        if value in extra and flag.startswith("--") and value.lower() in YES_OR_NO:
            return f"{flag} takes no value, such as '{value}': write {flag} or --no-{flag.removeprefix('--')}"
    takes = next(
        parameter.metavar[1:-1]
        for parameter in context.command.get_params(context)
        if parameter.param_type_name == "argument"
    )
    told = f"{here} takes one {takes}, and '{extra[0]}' is one too many"
    words = [word for word in arguments if not word.startswith("-")][1:]
    if context.command.name == "explain":
        return f"{told}: {here} {'='.join(words[:2])}"
    return f"{told}: leave it out, or put quotes around a name with spaces"
