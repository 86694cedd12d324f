"""Remembers what a merge writes, so that it is whole or not there at all, also when it is killed on the way.

A folder in `.git/scaffold` holds what was (`before/`) and which files are being written (`journal.json`). As
long as that journal stands, the next command goes back to what was. Afterwards it is called `last.json`, for
`--abort`. A project that is a part of a repository has a folder of its own; the lock is one for all of them.
"""

import fcntl
import json
import os
import shutil
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scaffold import git
from scaffold.errors import ScaffoldError, joined
from scaffold.merge import disk
from scaffold.merge.index import Index
from scaffold.merge.moves import keep_aside, put_back
from scaffold.merge.store import encoded
from scaffold.project import Place

Notes = dict[Path, str]


@contextmanager
def locked(place: Place) -> Iterator[Notes]:
    """Keep other commands out; undo what killed ones have left half done, and say so by project."""
    folder = place.git_dir / "scaffold"
    try:
        folder.mkdir(exist_ok=True)
        file = (folder / "lock").open("w")
    except OSError as error:
        raise ScaffoldError(
            f"cannot write to {folder} ({error.strerror}): is the repository yours?"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ScaffoldError("another scaffold command is at work in this project: wait for it") from None
        with uninterrupted():
            notes = {journal.parent: _recover(place, journal.parent) for journal in _journals(place)}
        yield notes


def undone(place: Place) -> list[str]:
    """Undo what killed commands have left, for commands that write nothing else."""
    if not _journals(place):
        return []
    with locked(place) as notes:
        return list(notes.values())


def abort(place: Place) -> str:
    """Go back to what was before the last command, as long as its result is not committed."""
    folder = folder_of(place)
    with locked(place) as notes:
        if folder not in notes:
            with uninterrupted():
                notes[folder] = _abort(place, folder)
        return "; ".join(notes.values())


def _abort(place: Place, folder: Path) -> str:
    if not (folder / "last.json").exists():
        raise ScaffoldError(
            "there is no update or regeneration to go back from: "
            "git log shows what was committed, and git revert undoes it"
        )
    journal = _read(folder / "last.json")
    if journal["head"] != head(place):
        made, here = journal.get("branch"), branch(place)
        if made and made != here:
            raise ScaffoldError(
                f"{journal['title']} was made on branch {made}, and this is "
                f"{f'branch {here}' if here else 'no branch'}: run git switch {made} first"
            )
        changed = git.run("status", "--porcelain", "--untracked-files=no", cwd=place.top)
        others = "; what is not committed came from elsewhere" if changed else ""
        raise ScaffoldError(
            f"something has been committed since {journal['title']}: go back with git revert or git reset"
            + others
        )
    # Of a command that was killed at its end: to `_recover` it would say that nothing is to be undone.
    (folder / "index").unlink(missing_ok=True)
    os.replace(folder / "last.json", folder / "journal.json")
    return _recover(place, folder).replace("was interrupted and has been undone", "has been undone")


def _recover(place: Place, folder: Path) -> str:
    """Go back to what was before a command that was killed, or finish what only lacked that; say so."""
    journal = _read(folder / "journal.json")
    title = journal["title"]
    if (index := Index(place, folder / "index")).is_put():  # the last step
        finish(folder, index)
        return f"{title} was interrupted when it was complete"
    index = Index(place, folder / "index-before")
    try:
        index.take()
        if journal["head"] == head(place):
            told = "and has been undone" + _go_back(place, folder, journal, index)
        else:
            told = (
                "and something has been committed since: nothing was undone, and what was before "
                f"is in commit {journal['head'][:10]}"
            )
    except OSError as error:
        where = Path(error.filename or place.folder).name
        raise ScaffoldError(
            f"{title} was interrupted and cannot be undone yet ({where}: {error.strerror}): "
            "fix that and run any command again"
        ) from error
    index.release()
    (folder / "journal.json").unlink()
    for name in ("before", "after"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("index", "index-before"):
        (folder / name).unlink(missing_ok=True)
    return f"{title} was interrupted {told}"


def finish(folder: Path, index: Index) -> None:
    """Let git go on: what was written is complete, and can be gone back from."""
    index.release()
    os.replace(folder / "journal.json", folder / "last.json")
    shutil.rmtree(folder / "after", ignore_errors=True)
    index.copy.unlink(missing_ok=True)


def _journals(place: Place) -> list[Path]:
    folder = place.git_dir / "scaffold"
    return [*folder.glob("journal.json"), *sorted(folder.glob("projects/*/journal.json"))]


def _read(file: Path) -> dict[str, Any]:
    """Read a journal; those of older versions lack a part."""
    journal = {"token": "part", "folders": {}, "kept": {}, **json.loads(file.read_text(encoding="utf-8"))}
    for number, entry in enumerate(journal["files"]):
        entry.setdefault("backup", str(number))
    return journal


def folder_of(place: Place) -> Path:
    """Return where the journal of a project is."""
    folder = place.git_dir / "scaffold"
    return folder / "projects" / quote(encoded(place.prefix), safe="") if place.prefix else folder


def head(place: Place) -> str:
    """Return the commit that is checked out."""
    return git.run("rev-parse", "HEAD", cwd=place.top)


def branch(place: Place) -> str | None:
    """Return the branch that the work tree is on, if it is on one."""
    return git.ask("symbolic-ref", "--short", "--quiet", "HEAD", cwd=place.top)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let what takes a moment end by itself."""
    before = signal.getsignal(signal.SIGINT)
    set_interrupts(signal.SIG_IGN)
    try:
        yield
    finally:
        set_interrupts(before)


def set_interrupts(handler: Any) -> None:
    """Say what Control-C does from here on."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handler)


def _go_back(place: Place, folder: Path, journal: dict[str, Any], index: Index) -> str:
    journal["kept"] |= keep_aside(place.top, folder, journal["files"], journal["token"])
    disk.write_json(folder / "journal.json", journal)  # killed from here on, the next one still says so
    blocked = put_back(place.top, folder, journal)
    nothing = "0" * len(journal["head"])
    index.copied()
    index.change(f"0 {nothing}\t{file['path']}\0" for file in journal["files"])
    index.change(
        f"{' '.join(file['before'])}\t{file['path']}\0" for file in journal["files"] if file["before"]
    )
    index.refresh()
    index.put()
    told = told_of(journal["kept"])
    if blocked:
        told += f"; something else stands in the place of {joined(blocked, 'and')}, which git still has"
    return told


def told_of(kept: Mapping[str, str]) -> str:
    """Say where edits are that were kept aside."""
    if not kept:
        return ""
    return f"; what you wrote into {joined(kept, 'and')} since is in {joined(kept.values(), 'and')}"
