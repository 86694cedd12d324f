"""Git's index, replaced in one step under git's own lock; a lock that a kill leaves is known as ours."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from scaffold import git
from scaffold.errors import ScaffoldError
from scaffold.merge.store import PLAIN, encoded
from scaffold.project import Place


class Index:
    """The index of a work tree, and a copy of it to be changed.

    Git never writes the index itself here: killed on the way, it would leave a lock like anybody's.
    """

    def __init__(self, place: Place, copy: Path) -> None:
        """Remember where they are."""
        self.place, self.copy = place, copy
        self.file, self.lock = place.git_dir / "index", place.git_dir / "index.lock"
        self.ours = place.git_dir / "scaffold" / "held"

    def digest(self) -> str:
        """Tell whether somebody writes the index."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()

    def copied(self) -> str:
        """Begin with the index as it is, and return its digest."""
        for left in (self.copy, self.copy.with_name(f"{self.copy.name}.lock")):
            left.unlink(missing_ok=True)
        shutil.copy2(self.file, self.copy)  # git compares its time with that of files
        return hashlib.sha256(self.copy.read_bytes()).hexdigest()

    def change(self, lines: Iterable[str]) -> None:
        """Change entries of the copy."""
        self._git("update-index", "-z", "--index-info", stdin=encoded("".join(lines)))

    def refresh(self) -> None:
        """Let the copy know the files as they are now, so that git need not read them again."""
        self._git("update-index", "-q", "--refresh", good=(0, 1))  # 1: something is unmerged

    def take(self) -> None:
        """Keep git from writing the index."""
        self.ours.touch()
        try:
            os.link(self.ours, self.lock)
        except FileExistsError:
            if not self._is_ours():
                raise ScaffoldError(
                    f"git is at work in this repository ({self.lock}): wait for it, or delete that file "
                    "if no git is running"
                ) from None

    def release(self) -> None:
        """Let git write it again."""
        if self._is_ours():
            self.lock.unlink()

    def put(self) -> None:
        """Make the copy the index."""
        ready = self.copy.with_name("ready")
        ready.unlink(missing_ok=True)
        os.link(self.copy, ready)
        os.replace(ready, self.file)

    def is_put(self) -> bool:
        """Say whether the copy is the index."""
        return _same(self.copy, self.file)

    def _is_ours(self) -> bool:
        return _same(self.lock, self.ours)

    def _git(self, *args: str, stdin: bytes = b"", good: tuple[int, ...] = (0,)) -> None:
        settings = [part for setting in PLAIN for part in ("-c", f"core.{setting}")]
        environment = {"GIT_INDEX_FILE": str(self.copy)}
        git.pipe([*settings, *args], self.place.top, environment, stdin, good)


def _same(one: Path, other: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samefile(one, other)
    return False
