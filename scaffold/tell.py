"""What commands print: what became of a project, as text and as JSON, and why one was refused."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scaffold import as_json
from scaffold.errors import ScaffoldError, disk_full, spoken

if TYPE_CHECKING:
    from scaffold.change import Outcome
    from scaffold.looking.proposal import Proposal
    from scaffold.new import Made


def made(project: "Made", *, dry_run: bool, quiet: bool, json: bool) -> None:
    """Say what was made, or would be, and what to type next."""
    if json:
        as_json.show(
            {
                "project": str(project.folder),
                "version": project.version,
                "answers": project.answers.visible,
                "files": project.files,
                "notes": project.notes,
                "next": _next(project),
                "dry_run": dry_run,
                **({} if project.proposal is None else {"data": project.proposal.as_json()}),
            }
        )
        return
    if quiet and not dry_run:
        return
    for note in project.notes:
        print(f"note: {note}", file=sys.stderr)
    done = "Dry run, nothing is written: would make" if dry_run else "Made"
    print(f"{done} {project.folder} from template {project.version or 'without a version'}:")
    for key, value in project.answers.visible.items():
        print(f"  {key:<14}{spoken(value)}")
    title, lines = (f"{len(project.files)} files", project.files) if dry_run else ("Next", _next(project))
    print(f"\n{title}:", *lines, sep="\n  ")


def proposed(proposal: "Proposal") -> None:
    """Say what was found of data, and what cannot be told."""
    print(f"Looked at {proposal.data}, and propose:")
    for fact in (*proposal.answers, *proposal.settings, *proposal.seen):
        values = fact.value if isinstance(fact.value, list) else [fact.value]
        value = ", ".join("none" if value is None else str(spoken(value)) for value in values)
        print(f"  {fact.key:<24}{value}", f"    {fact.why}", sep="\n")
    if proposal.unknown:
        print("Cannot be told by looking:", *proposal.unknown, sep="\n  ")
    print(flush=True)


def _next(project: "Made") -> list[str]:
    """Say what the README of the project begins with."""
    import shlex

    package = project.answers.all.get("package")
    commands = [f"python -m {package} {command}" for command in ("train", "evaluate")] if package else []
    there = [f"cd {shlex.quote(os.path.relpath(project.folder))}"] if project.folder != Path.cwd() else []
    return [*there, 'pip install -e ".[dev]"', *commands]


def outcome(outcome: "Outcome", *, dry_run: bool, quiet: bool, json: bool) -> None:
    """Say what became of each file, and end with status 3 if something is left to do."""
    if json:
        _show(outcome, dry_run)
        return
    for note in outcome.notes:
        print(f"note: {note}", file=sys.stderr)
    if dry_run and outcome.diff and not quiet:
        print(outcome.diff)
    title = outcome.title[0].upper() + outcome.title[1:]
    shown = [change for change in outcome.files if not quiet or change.what == "conflict"]
    if not quiet or outcome.conflicts:
        print(f"{title}{':' if shown else ''}")
    width = max((len(change.what) for change in shown), default=0)
    for change in shown:
        print(f"  {change.what:<{width}}  {change.told.encode(errors='replace').decode()}")
    if outcome.refusal:
        sys.stdout.flush()
        raise outcome.refusal
    if outcome.conflicts:
        number = len(outcome.conflicts)
        if dry_run:
            files = "1 file" if number == 1 else f"{number} files"
            left = f"{files} would conflict: {', '.join(outcome.conflicts)}"
        else:
            left = "1 conflict is" if number == 1 else f"{number} conflicts are"
            left += " left: resolve, git add, git commit; `scaffold abort` goes back"
        sys.stdout.flush()
        print(left.encode(errors="replace").decode(), file=sys.stderr)
        raise typer.Exit(3)
    if outcome.files and not (dry_run or quiet):
        print("Look at it with git diff --cached, then git commit; `scaffold abort` goes back.")


def _show(outcome: "Outcome", dry_run: bool) -> None:
    if outcome.refusal:
        raise outcome.refusal
    as_json.show(
        {
            "title": outcome.title,
            "files": [change._asdict() for change in outcome.files],
            "conflicts": outcome.conflicts,
            "notes": outcome.notes,
            "diff": outcome.diff,
            "dry_run": dry_run,
        }
    )
    if outcome.conflicts:
        raise typer.Exit(3)


def refusal(error: ScaffoldError, *, json: bool) -> int:
    """Say why a command did nothing, and return the exit status."""
    if json:
        as_json.show_error(error.faults, error.code)
    else:
        print(*(f"error: {fault}" for fault in error.faults), sep="\n", file=sys.stderr)
    return error.code


def failure(error: Exception, arguments: list[str], *, debug: bool) -> int:
    """Put whatever was raised into a sentence, and return the exit status."""
    if debug:
        import traceback

        traceback.print_exception(error)
    if not isinstance(error, ScaffoldError):
        error = disk_full(str(error)) or error
    json = "--json" in arguments
    if isinstance(error, ScaffoldError):
        return refusal(error, json=json)
    if isinstance(error, EOFError | typer.Abort):
        message, code = "interrupted, nothing was written", 130
    elif hasattr(error, "format_message"):  # typer's own: an unknown flag, a missing argument
        from scaffold.usage import sentence

        message, code = sentence(error, arguments), 2
    else:
        message, code = f"unexpected {type(error).__name__} ({error}): --debug shows where", 1
    return refusal(ScaffoldError(message, code), json=json)
