"""The commands on a project that exists: parses and prints, as cli.py does."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from scaffold import as_json, tell
from scaffold.errors import spoken
from scaffold.flags import Command, ComponentCommand, SwitchCommand

app = typer.Typer()

Place = Annotated[str, typer.Argument(metavar="[PATH]", help="The project's folder.", show_default="here")]
Components = Annotated[list[str] | None, typer.Argument(metavar="[COMPONENT]... [PATH]")]
Template = Annotated[
    str | None,
    typer.Option(metavar="SRC", help="The template, if it is not where the project's answers say."),
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Answer any question; may be repeated.")
]
Defaults = Annotated[bool, typer.Option("--defaults", help="Answer new questions by their defaults.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the difference and write nothing.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors and conflicts only.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, errors too, and ask nothing.")]


@app.command(cls=Command, epilog="Example: scaffold update --dry-run")
def update(
    path: Place = ".",
    abort: Annotated[bool, typer.Option("--abort", help="The same as `scaffold abort`.")] = False,
    ref: Annotated[
        str | None, typer.Option(metavar="TAG", help="This version of the template, not the newest.")
    ] = None,
    settings: Settings = None,
    answers: Annotated[Path | None, typer.Option(metavar="FILE", help="Answers in YAML.")] = None,
    defaults: Defaults = False,
    dry_run: DryRun = False,
    template: Template = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Merge the newest template into a project, and what you wrote stays."""
    if abort:
        _go_back(path, json)
        return
    from scaffold.answers import gather
    from scaffold.update import update as run

    given = gather({}, settings or [], answers)
    color = sys.stdout.isatty() and not json
    outcome = run(
        path, given, template, ref, defaults=defaults, dry_run=dry_run, color=color, can_ask=can_ask(json)
    )
    tell.outcome(outcome, dry_run=dry_run, quiet=quiet, json=json)


@app.command(cls=Command, epilog="Example: scaffold abort")
def abort(path: Place = ".", json: Json = False) -> None:
    """Go back to before the last update or regeneration, as long as it is not committed."""
    _go_back(path, json)


def _go_back(path: str, json: bool) -> None:
    from scaffold import project
    from scaffold.merge import journal

    told = journal.abort(project.locate(path))
    if json:
        as_json.show({"title": told})
    else:
        print(told)


def can_ask(json: bool) -> bool:
    """Say whether anybody can be asked; a program cannot."""
    from scaffold.prompt import at_terminal

    return at_terminal() and not json


@app.command(cls=SwitchCommand, epilog="Example: scaffold regenerate model --architecture vit")
def regenerate(
    context: typer.Context,
    components: Components = None,
    settings: Settings = None,
    yes: Annotated[bool, typer.Option("--yes", help="Restore without asking.")] = False,
    defaults: Defaults = False,
    dry_run: DryRun = False,
    template: Template = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Switch a component to another choice; without one, bring back the template's version of it."""
    from scaffold.answers import gather
    from scaffold.regenerate import Request
    from scaffold.regenerate import regenerate as run
    from scaffold.status import place_of

    named, path = place_of(components or [])

    def confirm(difference: str) -> bool:
        from scaffold.errors import ScaffoldError

        if yes:
            return True
        if not json:
            print(difference)
        if not can_ask(json):
            shown = f"scaffold diff {' '.join(named)}" if json else "the difference"
            raise ScaffoldError(f"this would overwrite what {shown} shows: --yes does it without asking", 2)
        return typer.confirm("Restore the template's version?")

    given = gather(context.obj, settings or [], None)
    request = Request(
        named,
        path,
        given,
        confirm,
        template,
        defaults=defaults,
        dry_run=dry_run,
        color=sys.stdout.isatty() and not json,
        can_ask=can_ask(json),
    )
    tell.outcome(run(request), dry_run=dry_run, quiet=quiet, json=json)


@app.command(cls=ComponentCommand, epilog="Example: scaffold diff model")
def diff(
    components: Components = None,
    template: Template = None,
    json: Json = False,
) -> None:
    """Show what you changed against the template."""
    from scaffold.status import diff as run
    from scaffold.status import place_of

    named, path = place_of(components or [])
    text, notes = run(named, path, template, color=sys.stdout.isatty() and not json)
    if json:
        as_json.show({"diff": text, "notes": notes})
        return
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    if text:
        print(text, end="" if text.endswith("\n") else "\n")


@app.command(cls=Command, epilog="Example: scaffold status")
def status(
    path: Place = ".",
    json: Json = False,
    template: Template = None,
    ref: Annotated[str | None, typer.Option(metavar="TAG", help="Another version of the template.")] = None,
) -> None:
    """Say what a project was made with, what was edited since, and whether there is an update."""
    from scaffold.status import status as run

    found = run(path, template, ref)
    if json:
        as_json.show(found)
        return
    for note in found["notes"]:
        print(f"note: {note}", file=sys.stderr)
    print(f"{found['project']}, from {found['template']}")
    flags = [f" --{flag} {value}" for flag, value in (("template", template), ("ref", ref)) if value]
    print(f"  template      {found['version']}, {_newer(found['update'], ''.join(flags))}")
    for key, value in found["answers"].items():
        print(f"  {key:<14}{spoken(value)}")
    for title, lines in (
        ("Components", [f"{name:<14}{state}" for name, state in found["components"].items()]),
        ("Edited", found["edited"]),
        ("Deleted", found["deleted"]),
        ("Not of the template", found["added"]),
        ("Conflicts to resolve", found["conflicts"]),
    ):
        if lines:
            print(f"{title}:", *lines, sep="\n  ")


def _newer(version: str | None, flags: str) -> str:
    return f"and {version} is there: scaffold update{flags}" if version else "which is the newest"
