"""Writes a merge into the work tree and the index: whole, or not at all."""

import secrets
import shutil
import signal
from pathlib import Path
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.merge import disk
from scaffold.merge.index import Index
from scaffold.merge.journal import (
    branch,
    finish,
    folder_of,
    head,
    set_interrupts,
    told_of,
    uninterrupted,
)
from scaffold.merge.moves import File, back_up, folders, keep_aside, move, put_back
from scaffold.merge.store import Store, encoded
from scaffold.merge.three_way import Merged
from scaffold.project import Project, require_clean


def write(project: Project, store: Store, merged: Merged, title: str) -> None:
    """Write the result of a merge, and its conflicts into the index."""
    changed, folder = merged.changed, folder_of(project)
    index = Index(project, folder / "index")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        entries = [merged.result[path] for path in changed if path in merged.result]
        store.keep([*entries, *(entry for c in merged.conflicts.values() for entry in c.stages.values())])
        for name in ("before", "after"):
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).mkdir()
        (folder / "last.json").unlink(missing_ok=True)
        before, seen = head(project), index.copied()
        _stage(project, store, merged, changed, index)
        files = [back_up(project, folder, n, path, merged.yours.get(path)) for n, path in enumerate(changed)]
        # Once more: somebody may have saved a file or made a commit in the meantime.
        require_clean(project)
        if store.head() != merged.yours:
            raise ScaffoldError("something was committed in the meantime: run the command again")
        journal: dict[str, Any] = {
            "title": title,
            "head": before,
            "branch": branch(project),
            "token": secrets.token_hex(4),
            "folders": folders(project.top, files),
            "files": files,
        }
        disk.write_json(folder / "journal.json", journal)
    except OSError as error:
        raise ScaffoldError(f"cannot write to {folder} ({error.strerror}): nothing was changed") from error
    moved: list[File] = []
    try:
        index.take()
        if index.digest() != seen:
            raise ScaffoldError("git add or another command changed the index: run the command again")
        move(project, folder, files, journal["token"], moved)
        index.refresh()
        if head(project) != before:
            raise ScaffoldError("something was committed in the meantime: run the command again")
        # From here the command ends by itself: interrupted, it would not say what was done.
        set_interrupts(signal.SIG_IGN)
        index.put()
    except BaseException as error:
        with uninterrupted():
            kept = keep_aside(project.top, folder, moved, journal["token"])
            put_back(project.top, folder, {**journal, "files": moved})
            index.release()
            (folder / "journal.json").unlink()
        if isinstance(error, OSError):
            where = Path(error.filename or project.folder).name
            error = ScaffoldError(f"cannot write {where} ({error.strerror}): nothing was changed")
        if kept and isinstance(error, ScaffoldError):
            raise ScaffoldError(f"{error}{told_of(kept)}") from None
        raise error
    finish(folder, index)


def _stage(project: Project, store: Store, merged: Merged, changed: list[str], index: Index) -> None:
    """Write the new files and the new index beside git's own."""
    prefix = project.prefix
    nothing = "0" * len(next(iter(merged.yours.values())).oid)
    contents, lines = [], []
    for path in changed:
        lines.append(f"0 {nothing}\t{prefix}{path}\0")
        if path in merged.result:
            contents.append(f"{merged.result[path].mode} {merged.result[path].oid}\t{prefix}{path}\0")
        if path in merged.conflicts:
            stages = merged.conflicts[path].stages.items()
            lines += [f"{entry.mode} {entry.oid} {number}\t{prefix}{path}\0" for number, entry in stages]
        elif path in merged.result:
            lines.append(contents[-1])
    index.change(lines)
    files = {
        "GIT_OBJECT_DIRECTORY": str(store.objects),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_INDEX_FILE": str(store.scratch / "index-files"),
    }
    store.git("update-index", "-z", "--index-info", stdin=encoded("".join(contents)), env=files)
    # Git writes them, so that line ends, links and modes are as the user's settings want them.
    store.git("checkout-index", "--all", f"--prefix={folder_of(project) / 'after'}/", env=files)
