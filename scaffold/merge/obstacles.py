"""The one rule for every path that a merge touches: only what git tracks in this work tree is written.

Nothing is written or deleted through a symbolic link, in a repository within this one, or where something
lies that git does not track. What the merge would write there stops it; what it would only delete is left.
"""

import os
from pathlib import Path

from scaffold import git
from scaffold.errors import ScaffoldError
from scaffold.merge.disk import standing
from scaffold.merge.three_way import Merged
from scaffold.project import Project

SUBMODULE = "160000"


def settle(project: Project, merged: Merged) -> dict[str, str]:
    """Take out of the merge what is not git's to touch; return those paths, each with the reason."""
    root = project.top / project.prefix
    left = _leave_submodules(merged)
    gone = merged.yours.keys() - merged.result.keys()
    for path in merged.changed:
        found = standing(root, path)
        name = found.relative_to(root).as_posix() if found else ""
        written = path in merged.result and merged.result[path] != merged.yours.get(path)
        if path in merged.yours:
            if (written or path in gone) and found is not None:
                _check_tracked(path, root, name, merged)
        elif written:
            _check_free(path, root, name, gone)
        elif found is not None and not _is_plain(root, name, merged):
            del merged.conflicts[path]
            left[path] = f"git does not track {name}" if name == path else f"{name} is {_kind(found)}"
            if merged.yours.get(name) == merged.result.get(name):
                merged.conflicts.pop(name, None)  # with nothing to resolve in its place
    _check_flags(project, merged.changed)
    return left


def _leave_submodules(merged: Merged) -> dict[str, str]:
    left = {}
    for path in merged.changed:
        mine, other = merged.yours.get(path), merged.result.get(path)
        if mine and mine.mode == SUBMODULE:
            merged.result[path] = mine
            left[path] = "it is a submodule"
        elif other and other.mode == SUBMODULE:  # moved along with the folder it is in
            del merged.result[path]
            merged.followed.pop(path, None)
        else:
            continue
        merged.conflicts.pop(path, None)
    return left


def _check_tracked(path: str, root: Path, name: str, merged: Merged) -> None:
    if name != path:
        raise ScaffoldError(
            f"{path} is to change, and {name} is {_kind(root / name)} now, where nothing is written: "
            f"stop tracking what is in it (git rm -r --cached {name}) and commit, or put the folder back"
        )
    if merged.result.get(path) != merged.yours[path] and _is_read_only(root / path):
        raise ScaffoldError(f"{path} is read-only: make it writable first (chmod u+w)")


def _check_free(path: str, root: Path, name: str, gone: set[str]) -> None:
    """A new file needs a free place; what the merge itself removes leaves it free."""
    place = root / name
    if not name or name in gone:
        return
    in_the_way = [name]
    if _kind(place) == "a folder":
        in_the_way = []
        for folder, folders, names in os.walk(place):
            links = [each for each in folders if (Path(folder) / each).is_symlink()]
            within = [(Path(folder) / each).relative_to(root).as_posix() for each in [*names, *links]]
            in_the_way += [each for each in within if each not in gone]
            if not (folders or names):
                in_the_way.append(Path(folder).relative_to(root).as_posix())
    if in_the_way:
        raise ScaffoldError(
            f"{min(in_the_way)} is in the way of {path}, and git does not keep it: "
            "move it, or add and commit it"
        )


def _is_plain(root: Path, name: str, merged: Merged) -> bool:
    """Say whether git tracks what is at a place, as a file or as the files of a folder."""
    entry = merged.yours.get(name)
    if entry is not None:
        return entry.is_file
    return _kind(root / name) == "a folder" and any(path.startswith(f"{name}/") for path in merged.yours)


def _kind(place: Path) -> str:
    if place.is_symlink():
        return "a symbolic link"
    if place.is_dir():
        return "a repository of its own" if os.path.lexists(place / ".git") else "a folder"
    return "a file"


def _check_flags(project: Project, changed: list[str]) -> None:
    listed = git.pipe(["ls-files", "-v", "-z", "--", "."], cwd=project.folder).split(b"\0")
    flagged = {
        line[2:].decode(errors="surrogateescape") for line in listed if line[:1].islower() or line[:1] == b"S"
    }
    hidden = sorted(flagged & set(changed))
    if hidden:
        raise ScaffoldError(
            f"git is told not to look at {hidden[0]}, which the template changes: "
            "run git update-index --no-assume-unchanged --no-skip-worktree on it first"
        )


def _is_read_only(file: Path) -> bool:
    """Look at the file's own bits: git would write over it all the same, and root may write anything."""
    return file.is_file() and not file.is_symlink() and not file.stat().st_mode & 0o200
