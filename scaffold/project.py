"""A project that scaffold or copier made: where it is, and what it says of itself."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold import git
from scaffold.answers import Given
from scaffold.copier_yml import parse
from scaffold.errors import ScaffoldError, joined

ANSWERS = ".copier-answers.yml"
WHERE = f" in {ANSWERS}"
CONFLICTS = {"UU", "AA", "DD", "AU", "UA", "DU", "UD"}  # as git status says it
BRING_BACK = (
    f"bring a good one back, git log --oneline -- {ANSWERS} shows the commits and "
    f"git checkout COMMIT -- {ANSWERS} takes it from one"
)
# What git leaves in its folder while a command waits for the user, and the command.
IN_PROGRESS = {
    "MERGE_HEAD": "git merge",
    "rebase-merge": "git rebase",
    "rebase-apply/applying": "git am",
    "rebase-apply": "git rebase",
    "CHERRY_PICK_HEAD": "git cherry-pick",
    "REVERT_HEAD": "git revert",
    "BISECT_LOG": "git bisect",
}


@dataclass(frozen=True)
class Place:
    """A folder in a git work tree.

    Attributes:
        folder: Where it is.
        top: The root of the work tree, of which a project may be a part.
        prefix: The way from there to the folder: empty, or with a slash at its end.
        git_dir: Where git keeps the index of this work tree.
    """

    folder: Path
    top: Path
    prefix: str
    git_dir: Path


@dataclass(frozen=True)
class Project(Place):
    """A project and what it records of itself.

    Attributes:
        answers: What the user chose.
        version: The version of the template that it was last made or updated with.
        source: Where that template came from.
    """

    answers: Mapping[str, Any]
    version: str
    source: str

    @property
    def given(self) -> dict[str, Given]:
        """Return the answers with the file they stand in, for errors."""
        return {key: Given(value, WHERE) for key, value in self.answers.items()}


def locate(path: str) -> Place:
    """Find a project, whose answers may be half written or in conflict."""
    folder = Path(os.path.abspath(path))
    if not folder.is_dir():
        raise ScaffoldError(f"there is no folder {folder}: name that of a project that scaffold made")
    if not (folder / ANSWERS).is_file():
        raise ScaffoldError(
            f"there is no {ANSWERS} in {folder}: name the folder of a project that scaffold made, "
            "or bring that file back with git if it was deleted"
        )
    places = git.around("--show-toplevel", "--absolute-git-dir", "--show-prefix", cwd=folder)
    if places is None:
        raise ScaffoldError(
            f"{folder} is not in a git repository, without which nothing can be merged or undone: "
            "run git init, git add --all and git commit"
        )
    top, git_dir, prefix = [*places.split("\n"), ""][:3]
    return Place(folder, Path(top), prefix, Path(git_dir))


def find(path: str) -> Project:
    """Read the project in a folder."""
    place = locate(path)
    folder = place.folder
    try:
        content = read_answers((folder / ANSWERS).read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ScaffoldError(f"{folder / ANSWERS} is not text in UTF-8: {BRING_BACK}") from error
    version, source = content.pop("_commit", None), content.pop("_src_path", None)
    if version is None or source is None:
        raise ScaffoldError(
            f"{ANSWERS} records no version of the template, because it was made from uncommitted files or "
            "without git, so there is nothing to compare it with: make it anew from a version"
        )
    answers = {key: value for key, value in content.items() if not key.startswith("_")}
    return Project(folder, place.top, place.prefix, place.git_dir, answers, str(version), str(source))


def read_answers(text: str) -> dict[str, Any]:
    """Read an answers file whole."""
    if any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in text.splitlines()):
        raise ScaffoldError(f"{ANSWERS} holds conflicts: resolve them, or run scaffold abort")
    try:
        content = parse(text)
    except ValueError as error:
        raise ScaffoldError(f"{ANSWERS} is not YAML: {BRING_BACK}") from error
    if not isinstance(content, dict):
        raise ScaffoldError(f"{ANSWERS} must hold lines of the form 'key: value': {BRING_BACK}")
    return {str(key): value for key, value in content.items()}


def require_clean(project: Project) -> None:
    """Refuse to merge into what is not committed, which could not be undone, or into something half done."""
    for sentence in hindrances(project):
        raise ScaffoldError(sentence)


def hindrances(project: Project) -> list[str]:
    """Say what has to be done before a merge may be written; refuse where there is nothing to merge with."""
    command = next((IN_PROGRESS[name] for name in IN_PROGRESS if (project.git_dir / name).exists()), None)
    found = []
    if command:
        way = f"{command} --continue or {command} --abort" if command != "git bisect" else "git bisect reset"
        found.append(f"{command} is in progress: end it first, with {way}")
    states = _changed(project)
    if conflicts := [state for state in states if state[:2] in CONFLICTS]:
        found.append(
            f"there are unresolved conflicts in {_named(conflicts, project)}: "
            "resolve them, git add and git commit, or run scaffold abort"
        )
        raise ScaffoldError(found[0])
    if states:
        found.append(
            f"there are uncommitted changes in {_named(states, project)}: run git commit -am '...' first"
        )
    if git.ask("rev-parse", "--verify", "--quiet", "HEAD", cwd=project.folder) is None:
        raise ScaffoldError("nothing is committed yet: run git add --all and git commit first")
    if git.ask("rev-parse", "--verify", "--quiet", f"HEAD:./{ANSWERS}", cwd=project.folder) is None:
        raise ScaffoldError(f"{ANSWERS} is not committed: run git add --force {ANSWERS} and git commit first")
    return found


def _named(states: Sequence[str], project: Project) -> str:
    names = [state[3:].removeprefix(project.prefix) for state in states]
    return joined(names, "and") if len(names) < 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _changed(project: Project) -> list[str]:
    listed = git.pipe(
        [
            "status",
            "--porcelain",
            "-z",
            "--no-renames",
            "--untracked-files=no",
            "--ignore-submodules=dirty",
            "--",
            ".",
        ],
        cwd=project.folder,
    )
    return [entry.decode(errors="replace") for entry in listed.split(b"\0") if entry]
