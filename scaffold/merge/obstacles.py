"""What stands in the way of a merge: files that git does not keep, read-only ones, and hidden ones."""

import os
from pathlib import Path

from scaffold import git
from scaffold.errors import ScaffoldError
from scaffold.merge.three_way import Merged
from scaffold.project import Project


def check_places(project: Project, changed: list[str], merged: Merged) -> None:
    """Refuse to write over what git does not keep, untracked and ignored files, and over read-only ones."""
    gone = {path for path in changed if path not in merged.result}
    for path in changed:
        file = project.folder / path
        above = [parent for parent in file.parents if parent.is_relative_to(project.folder)][:-1]
        blocked = next((p for p in above if os.path.lexists(p) and (p.is_symlink() or not p.is_dir())), None)
        if path in merged.result and path not in merged.yours:
            found = blocked or file
            inside = (
                [found]
                if not found.is_dir() or found.is_symlink()
                else [p for p in found.rglob("*") if not p.is_dir()]
            )
            names = [p.relative_to(project.folder).as_posix() for p in inside if os.path.lexists(p)]
            in_the_way = [name for name in names if name not in gone]
            if in_the_way:
                raise ScaffoldError(
                    f"{in_the_way[0]} is in the way of {path}, and git does not keep it: "
                    "move it, or add and commit it"
                )
        elif merged.result.get(path) != merged.yours.get(path) and _is_read_only(file):
            raise ScaffoldError(f"{path} is read-only: make it writable first (chmod u+w)")
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
