"""Flags and names that commands take from the questions of the template that comes with the tool.

They are read when a command's own help, completion or arguments need them: `scaffold --help` does not.
"""

import inspect
from collections.abc import Callable
from functools import cache, cached_property
from typing import Annotated, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from scaffold.errors import ScaffoldError


@cache
def _questions() -> dict[str, dict[str, Any]]:
    from scaffold import source
    from scaffold.copier_yml import load, specs_of

    tree = source.own_questions()
    return specs_of(load(tree)) if tree else {}


class Group(TyperGroup):
    """All commands. Its flags are False where they are not given: for None typer would import pydantic."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Set that."""
        flags: list[Any] = super().get_params(ctx)
        for flag in flags:
            flag.default = flag.default or False
        return flags


class Command(TyperCommand):
    """A command that parses nothing where nothing was typed, for the same reason."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the defaults, or parse."""
        if args:
            return super().parse_args(ctx, args)
        exposed = [parameter for parameter in self.get_params(ctx) if parameter.expose_value]
        ctx.params = {parameter.name: parameter.get_default(ctx) for parameter in exposed}
        return []


class ComponentCommand(Command):
    """A command whose argument `components` lists them in its help."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Fill in the names."""
        parameters = super().get_params(ctx)
        names = _questions().get("components", {}).get("default", {})
        for parameter in parameters:
            if parameter.name == "components":
                parameter.help = f"{', '.join(names)}."  # type: ignore[attr-defined]
        return parameters


class AnswerCommand(ComponentCommand):
    """A command with a flag for each question, whose values are in `context.obj`."""

    on_project = False

    @cached_property
    def _flags(self) -> list[Any]:
        from scaffold.copier_yml import asked

        return _options(
            {
                key: _flag(key, spec, hidden=self.on_project and "fixed" in spec)
                for key, spec in asked(_questions()).items()
            }
        )

    def get_params(self, ctx: Any) -> list[Any]:
        """Put the flags before the other options."""
        return [*self._flags, *super().get_params(ctx)]

    def invoke(self, ctx: Any) -> Any:
        """Keep the answers together: the command does not know the questions."""
        ctx.obj = {flag.name: ctx.params.pop(flag.name) for flag in self._flags}
        for flag in self._flags:
            if str(ctx.obj[flag.name]).startswith("--"):  # the next flag, taken for the value
                raise ScaffoldError(needs_value(flag.opts[0]), 2)
        return super().invoke(ctx)


class SwitchCommand(AnswerCommand):
    """The same on a project; what is fixed in one is refused by a sentence, and not shown."""

    on_project = True


def is_answer(option: str) -> bool:
    """Say whether an option answers a question."""
    from scaffold.copier_yml import asked

    return option == "--set" or key_of(option) in asked(_questions())


def needs_value(option: str) -> str:
    """Say that an option was given nothing."""
    key = key_of(option)
    if "choices" in _questions().get(key, {}):
        return f"{option} needs a value: scaffold list {key} shows them"
    return f"{option} needs a value: write {option} VALUE"


def key_of(option: str) -> str:
    """Return the question that an option may answer."""
    return option.removeprefix("--").removeprefix("no-").replace("-", "_")


def _flag(key: str, spec: dict[str, Any], *, hidden: bool) -> Any:
    from scaffold.copier_yml import type_of

    flag, text = key.replace("_", "-"), spec.get("help", "")
    if type_of(spec) == "bool":
        return Annotated[bool | None, typer.Option(f"--{flag}/--no-{flag}", help=text, hidden=hidden)]
    if "choices" not in spec:
        return Annotated[str | None, typer.Option(f"--{flag}", metavar=key.upper(), help=text, hidden=hidden)]
    return Annotated[
        str | None,
        typer.Option(
            f"--{flag}",
            metavar="CHOICE",
            help=f"{text} See `scaffold list {key}`.",
            hidden=hidden,
            autocompletion=_choices(spec),
        ),
    ]


def _choices(spec: dict[str, Any]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        entries = _questions()[spec["table"]]["default"] if "table" in spec else {}
        return [choice for choice in entries if choice.startswith(incomplete)]

    return complete


def _options(annotations: dict[str, Any]) -> list[Any]:
    """Let typer make options of them, as it would of a function's parameters."""

    def answer() -> None:
        """Stand for a command with these parameters."""

    cast(Any, answer).__signature__ = inspect.Signature(
        [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
            for key, annotation in annotations.items()
        ]
    )
    app = typer.Typer(add_completion=False)
    app.command()(answer)
    return list(typer.main.get_command(app).params)
