"""The command line: parses and prints, nothing more.

What a command needs is imported inside it, so that `--help` stays fast.
"""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from scaffold import as_json, tell
from scaffold.cli_project import Json, Settings, can_ask
from scaffold.cli_project import app as project_app
from scaffold.errors import ScaffoldError
from scaffold.flags import AnswerCommand, Command, Group

app = typer.Typer(
    name="scaffold",
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Make PyTorch projects that are right from the first commit.",
    epilog="Example: scaffold new digits --defaults",
)

Template = Annotated[
    str | None,
    typer.Option(metavar="SRC", help="Another template: git URL, gh:owner/name, bundle or folder."),
]
Ref = Annotated[str | None, typer.Option(metavar="TAG", help="Another version of the template.")]


@app.callback(invoke_without_command=True)
def _main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,  # noqa: ARG001
) -> None:
    if version:
        import scaffold

        print(f"torch-scaffold {scaffold.__version__}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


@app.command(
    cls=AnswerCommand,
    epilog="Example: scaffold new digits --architecture vit --optimizer adamw --defaults, or "
    "scaffold new reviews --data my_reviews.csv --defaults",
)
def new(
    context: typer.Context,
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="[PATH]", help="A new folder, or an empty one; its name becomes the project's."
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="Your data: looks at them, and proposes domain, task and settings, with reasons.",
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="Of --data: the column to predict, or those of inputs and labels, by commas.",
        ),
    ] = None,
    settings: Settings = None,
    answers: Annotated[Path | None, typer.Option(metavar="FILE", help="Answers in YAML.")] = None,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Ask nothing: the template's defaults.")
    ] = False,
    no_git: Annotated[bool, typer.Option("--no-git", help="Make no repository and no commit.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the files and write nothing.")] = False,
    template: Template = None,
    ref: Ref = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors only.")] = False,
    json: Json = False,
) -> None:
    """Make a project: asks for what the flags leave open, and commits the result."""
    from scaffold.answers import gather, names_in
    from scaffold.new import Request
    from scaffold.new import new as make
    from scaffold.prompt import ask_path

    if path is None:
        if not can_ask(json):
            raise ScaffoldError("say where: scaffold new PATH, a new folder or an empty one", 2)
        path = ask_path()
    request = Request(
        path,
        gather(context.obj, settings or [], answers),
        template,
        ref,
        defaults=defaults,
        interactive=can_ask(json),
        git=not no_git,
        dry_run=dry_run,
        data=data,
        columns=names_in(columns, data),
        announce=None if json or (quiet and not dry_run) else tell.proposed,
    )
    tell.made(make(request), dry_run=dry_run, quiet=quiet, json=json)


@app.command("list", cls=Command, epilog="Example: scaffold list architecture")
def list_(
    kind: Annotated[
        str | None,
        typer.Argument(metavar="[KIND]", help="One question, such as `loss`; a table if left out."),
    ] = None,
    json: Json = False,
    template: Template = None,
    ref: Ref = None,
) -> None:
    """Show what there is to choose from, and what goes together; of one question, a line for each choice."""
    from scaffold.explain import choices, overview

    if not (kind or json):
        print(overview(template, ref))
        return
    found = choices(kind, template, ref)
    if json:
        as_json.show({"questions": found})
        return
    for key, question in found.items():
        entries = question["choices"]
        print(key)
        width = max(15, *(len(entry["choice"]) for entry in entries))
        for entry in entries:
            goes = "; ".join(
                f"{name} {', '.join(map(str, values))}" for name, values in entry["goes_with"].items()
            )
            print(f"  {entry['choice']:<{width}} {entry.get('help', '')}{f'  [{goes}]' if goes else ''}")


@app.command(cls=Command, epilog="Example: scaffold explain schedule=cosine")
def explain(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="[KEY[=CHOICE]]", help="All questions if left out; in a project, its answers."
        ),
    ] = None,
    json: Json = False,
    template: Template = None,
    ref: Ref = None,
) -> None:
    """Say why a choice is offered, with its source."""
    from scaffold.explain import explain as say
    from scaffold.explain import facts

    if json:
        as_json.show(facts(subject, template, ref))
    else:
        print(say(subject, template, ref))


app.registered_commands[1:1] = project_app.registered_commands


def main() -> None:
    """Run a command; whatever goes wrong ends in one sentence and an exit status."""
    from scaffold.git import forget_surroundings

    forget_surroundings()
    # Whoever wants to see an error repeats the command with --debug at its end: it may stand anywhere.
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    interrupts = signal.getsignal(signal.SIGINT)
    try:
        status = app(arguments, prog_name="scaffold", standalone_mode=False)
        if status == 130:
            raise KeyboardInterrupt  # typer has swallowed it
        sys.stdout.flush()
        sys.exit(status)
    except Exception as error:
        sys.exit(tell.failure(error, arguments, debug=debug))
    except KeyboardInterrupt:
        interrupted = ScaffoldError("interrupted, nothing was written", 130)
        sys.exit(tell.refusal(interrupted, json="--json" in arguments))
    finally:
        signal.signal(signal.SIGINT, interrupts)  # ignored once a merge was written
