"""`scaffold new`: a project that appears whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold import bundle, git, narrow, prompt, source
from scaffold.answers import Given
from scaffold.errors import ScaffoldError
from scaffold.questions import Answers, Questions
from scaffold.render import render

if TYPE_CHECKING:
    from scaffold.looking.proposal import Proposal

NOBODY = {"NAME": "scaffold", "EMAIL": "scaffold@localhost"}


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    path: str
    given: Mapping[str, Given]
    template: str | None = None
    ref: str | None = None
    defaults: bool = False
    interactive: bool = False
    git: bool = True
    dry_run: bool = False
    data: str | None = None
    columns: tuple[str, ...] = ()
    announce: "Callable[[Proposal], None] | None" = None
    """Shows what was found of the data, before anything is asked."""


@dataclass
class Made:
    """What came of it."""

    folder: Path
    answers: Answers
    version: str | None
    files: list[str]
    notes: list[str] = field(default_factory=list)
    proposal: "Proposal | None" = None


def new(request: Request) -> Made:
    """Render the template, put the project in its place and make the first commit."""
    folder = Path(os.path.abspath(request.path))
    _check_folder(folder, request.path)
    origin = source.find(request.template, request.ref)
    with tempfile.TemporaryDirectory(prefix="scaffold-") as scratch:
        template = source.export(origin, Path(scratch, "template"))
        ask = prompt.answerer(
            defaults=request.defaults or not request.interactive,
            interactive=request.interactive,
            from_folder="name" not in request.given,
        )
        questions = Questions(template.tree)
        proposal, given = _propose(request, folder, questions)
        answers = narrow.resolve(
            questions,
            given,
            folder.name,
            ask,
            must_decide=not (request.defaults or request.interactive),
        )
        home = Path(scratch) if request.dry_run else _nearest(folder)
        with _staging(home, folder) as project:
            render(
                template.tree, project, answers.visible, version=template.version, recorded=origin.recorded
            )
            files = sorted(str(file.relative_to(project)) for file in project.rglob("*") if not file.is_dir())
            made = Made(
                folder, answers, template.version, files, [template.note] if template.note else [], proposal
            )
            if proposal is not None:
                from scaffold.looking import settings

                settings.write(project, proposal.settings)
                made.notes += proposal.notes
            if not request.dry_run:
                if origin.bundle:
                    bundle.place(origin.bundle, Path(origin.recorded).expanduser())
                if request.git:
                    made.notes += _commit(project, template.version)
                _move(project, folder)
    return made


def _propose(
    request: Request, folder: Path, questions: Questions
) -> "tuple[Proposal | None, Mapping[str, Given]]":
    """Look at the user's data, if they named any, and answer what these decide."""
    if request.data is None:
        return None, request.given
    from scaffold.looking.proposal import propose

    choose = prompt.chooser(interactive=request.interactive and not request.defaults)
    proposal = propose(request.data, request.columns, folder, questions, request.given, choose)
    if request.announce is not None:
        request.announce(proposal)
    return proposal, {**{fact.key: Given(fact.value) for fact in proposal.answers}, **request.given}


def _check_folder(folder: Path, path: str) -> None:
    """Refuse a place that cannot take the project before anything is asked or read."""
    if not path:
        raise ScaffoldError("the path of the project is empty: name a new folder", 2)
    if folder.is_dir():
        # A repository that was just made and holds nothing else is as good as an empty folder.
        taken = any(entry.name != ".git" for entry in _listing(folder))
    else:
        taken = os.path.lexists(folder)
    if taken:
        raise ScaffoldError(f"{folder} is taken: choose a path that does not exist or an empty folder")
    nearest = _nearest(folder)
    if not nearest.is_dir():
        raise ScaffoldError(f"{folder} cannot be made because {nearest} is a file: choose another path")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise ScaffoldError(f"cannot write to {nearest}: choose a folder that is yours")


def _listing(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise ScaffoldError(
            f"cannot read {folder} ({error.strerror}): choose a folder that is yours"
        ) from error


def _nearest(folder: Path) -> Path:
    """Return the folder itself, or the nearest one above it that exists."""
    return next(place for place in (folder, *folder.parents) if os.path.lexists(place))


@contextmanager
def _staging(home: Path, folder: Path) -> Iterator[Path]:
    """Give a folder of the right name on the same file system, that is gone afterwards in any case."""
    try:
        scratch = Path(tempfile.mkdtemp(prefix=".scaffold-", dir=home))
    except OSError as error:
        raise ScaffoldError(
            f"cannot write to {home} ({error.strerror}): choose a folder that is yours"
        ) from error
    try:
        yield scratch / folder.name
    except OSError as error:
        raise ScaffoldError(
            f"cannot write the project to {folder} ({error.strerror or error}): choose another place"
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _commit(project: Path, version: str | None) -> list[str]:
    """Make the first commit; what the user has set up for his own commits must not stop it."""
    repository = git.around("--show-toplevel", cwd=project)
    if repository is not None:
        return [f"no repository was made, {repository} is one already: commit the project there"]
    identity, notes = {}, []
    known = ("-c", "user.useConfigOnly=true", "var")
    if None in (git.ask(*known, f"GIT_{who}_IDENT", cwd=project) for who in ("AUTHOR", "COMMITTER")):
        identity = {
            f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in NOBODY.items()
        }
        notes.append(
            "git does not know your name, so the first commit is by 'scaffold': set user.name and user.email"
        )
    git.run("-c", "init.defaultBranch=main", "init", "--quiet", cwd=project)
    # Forced: an ignore file of the user must not keep a file out of the history that updates merge with.
    git.run("-c", "core.safecrlf=false", "add", "--all", "--force", cwd=project)
    message = f"Start from the template of torch-scaffold{f' {version}' if version else ''}"
    git.run(
        "-c",
        "commit.gpgsign=false",
        "commit",
        "--quiet",
        "--no-verify",
        "-m",
        message,
        cwd=project,
        env=identity,
    )
    return notes


def _move(project: Path, folder: Path) -> None:
    """Move the project to its place: at once, or into an empty folder file by file, all or none."""
    if not folder.exists():
        made = [parent for parent in folder.parents if not parent.exists()]
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            project.rename(folder)
        except BaseException:
            for parent in made:
                parent.rmdir()
            raise
        return
    moved: list[Path] = []
    try:
        for child in sorted(project.iterdir()):
            moved.append(folder / child.name)
            child.rename(folder / child.name)
    except BaseException:
        for child in moved:
            shutil.rmtree(child) if child.is_dir() else child.unlink(missing_ok=True)
        raise
