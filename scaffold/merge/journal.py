"""Writes a merge into the work tree: whole, or not at all, also when the process is killed on the way.

`.git/scaffold` holds what was (`before/`) and which files are being written (`journal.json`). As long as that
journal stands, the next command goes back to what was. Afterwards it is called `last.json`, for `--abort`.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from scaffold import git
from scaffold.errors import ScaffoldError
from scaffold.merge import disk
from scaffold.merge.obstacles import touched
from scaffold.merge.store import Entry, Store, encoded
from scaffold.merge.three_way import Merged
from scaffold.project import Project, require_clean


@contextmanager
def locked(project: Project) -> Iterator[str | None]:
    """Keep other commands out; undo what a killed one has left half done, and give a sentence on that."""
    folder = _folder(project)
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
        yield recover(project)


def undone(project: Project) -> str | None:
    """Undo what a killed command has left, for commands that write nothing else."""
    if not (_folder(project) / "journal.json").exists():
        return None
    with locked(project) as note:
        return note


def apply(project: Project, store: Store, merged: Merged, title: str) -> None:
    """Write the result of a merge, and its conflicts into the index."""
    before, result, conflicts = merged.yours, merged.result, merged.conflicts
    changed = touched(merged)
    entries = [result[path] for path in changed if path in result]
    folder = _folder(project)
    try:
        store.keep([*entries, *(entry for found in conflicts.values() for entry in found.stages.values())])
        for name in ("before", "after"):
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).mkdir()
        for name in ("last.json", "index"):
            (folder / name).unlink(missing_ok=True)
        _stage(project, store, merged, changed)
        files = [_back_up(project, number, path, before.get(path)) for number, path in enumerate(changed)]
        require_clean(project)  # once more: somebody may have saved a file in the meantime
        disk.write_json(folder / "journal.json", {"title": title, "head": _head(project), "files": files})
    except OSError as error:
        raise ScaffoldError(f"cannot write to {folder} ({error.strerror}): nothing was changed") from error
    try:
        _take_index(project)
        _move(project, files)
        os.replace(project.git_dir / "index.lock", project.git_dir / "index")
    except BaseException as error:
        recover(project)
        if isinstance(error, OSError):
            where = Path(error.filename or project.folder).name
            raise ScaffoldError(f"cannot write {where} ({error.strerror}): nothing was changed") from error
        raise
    _finish(project)


def _finish(project: Project) -> None:
    folder = _folder(project)
    os.replace(folder / "journal.json", folder / "last.json")
    shutil.rmtree(folder / "after", ignore_errors=True)
    (folder / "index").unlink(missing_ok=True)
    git.ask("update-index", "-q", "--refresh", cwd=project.top)


def recover(project: Project) -> str | None:
    """Go back to what was before a command that was killed, or finish what only lacked that; say so."""
    folder = _folder(project)
    if not (folder / "journal.json").exists():
        return None
    journal = json.loads((folder / "journal.json").read_text(encoding="utf-8"))
    index, lock, mine = project.git_dir / "index", project.git_dir / "index.lock", folder / "index"
    if mine.exists() and os.path.samefile(index, mine):  # the last step
        _finish(project)
        return f"{journal['title']} was interrupted when it was complete"
    if lock.exists() and mine.exists() and os.path.samefile(lock, mine):
        lock.unlink()
    if journal["head"] != _head(project):
        (folder / "journal.json").unlink()
        return (
            f"{journal['title']} was interrupted, and something has been committed since: "
            f"nothing was undone, and what was before is in commit {journal['head'][:10]}"
        )
    kept = _put_back(project, journal["files"])
    (folder / "journal.json").unlink()
    for name in ("before", "after"):
        shutil.rmtree(folder / name, ignore_errors=True)
    mine.unlink(missing_ok=True)
    git.ask("update-index", "-q", "--refresh", cwd=project.top)
    where = f"; what you wrote into {', '.join(kept)} since is in {folder / 'kept'}" if kept else ""
    return f"{journal['title']} was interrupted and has been undone{where}"


def abort(project: Project) -> str:
    """Go back to what was before the last command, as long as its result is not committed."""
    folder = _folder(project)
    if not (folder / "last.json").exists():
        raise ScaffoldError("there is no update or regeneration to go back from")
    journal = json.loads((folder / "last.json").read_text(encoding="utf-8"))
    if journal["head"] != _head(project):
        raise ScaffoldError(f"{journal['title']} has been committed: go back with git revert or git reset")
    # Of a command that was killed at its end: to `recover` it would say that nothing is to be undone.
    (folder / "index").unlink(missing_ok=True)
    os.replace(folder / "last.json", folder / "journal.json")
    note = recover(project) or ""
    return note.replace("was interrupted and has been undone", "has been undone")


def _folder(project: Project) -> Path:
    return project.git_dir / "scaffold"


def _head(project: Project) -> str:
    return git.run("rev-parse", "HEAD", cwd=project.top)


def _stage(project: Project, store: Store, merged: Merged, changed: list[str]) -> None:
    """Write the new files and the new index beside git's own."""
    folder, prefix = _folder(project), project.prefix
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
    shutil.copyfile(project.git_dir / "index", folder / "index")
    update = ("update-index", "-z", "--index-info")
    real = {"GIT_OBJECT_DIRECTORY": str(store.objects), "GIT_ALTERNATE_OBJECT_DIRECTORIES": ""}
    store.git(*update, stdin=encoded("".join(lines)), env={**real, "GIT_INDEX_FILE": str(folder / "index")})
    files = {**real, "GIT_INDEX_FILE": str(store.scratch / "index-files")}
    store.git(*update, stdin=encoded("".join(contents)), env=files)
    # Git writes them, so that line ends, links and modes are as the user's settings want them.
    store.git("checkout-index", "--all", f"--prefix={folder / 'after'}/", env=files)


def _back_up(project: Project, number: int, path: str, entry: Entry | None) -> dict[str, Any]:
    file, backup = project.folder / path, _folder(project) / "before" / str(number)
    if entry is not None:
        shutil.copy2(file, backup, follow_symlinks=False)
        disk.sync(backup)
    after = _folder(project) / "after" / project.prefix / path
    return {
        "path": project.prefix + path,
        "before": list(entry) if entry else None,
        "states": [disk.state(backup), disk.state(after)],
    }


def _take_index(project: Project) -> None:
    """Lock the index as git does, with the new one as the lock: renaming it is the last step."""
    try:
        os.link(_folder(project) / "index", project.git_dir / "index.lock")
    except FileExistsError:
        (_folder(project) / "journal.json").unlink()
        raise ScaffoldError("git is at work in this repository (.git/index.lock): wait for it") from None


def _move(project: Project, files: list[dict[str, Any]]) -> None:
    for file in files:
        if file["states"][0] is not None and file["states"][1] is None:
            disk.remove(project.top / file["path"], project.top)
    for file in files:
        if file["states"][1] is not None and file["states"][0] != file["states"][1]:
            disk.put(_folder(project) / "after" / file["path"], project.top / file["path"])


def _put_back(project: Project, files: list[dict[str, Any]]) -> list[str]:
    """Restore the files and the index; return what the user has written since, which is kept aside."""
    kept = []
    for file in files:
        place = project.top / file["path"]
        with suppress(FileNotFoundError, NotADirectoryError):
            disk.part(place).unlink()
        if disk.state(place) not in (None, *file["states"]):
            kept.append(file["path"])
            disk.put(place, _folder(project) / "kept" / file["path"])
    for file in files:
        if file["before"] is None:
            disk.remove(project.top / file["path"], project.top)
    for number, file in enumerate(files):
        if file["before"] is not None and disk.state(project.top / file["path"]) != file["states"][0]:
            disk.put(_folder(project) / "before" / str(number), project.top / file["path"])
    nothing = "0" * len(_head(project))
    lines = [f"0 {nothing}\t{file['path']}\0" for file in files]
    lines += [f"{' '.join(file['before'])}\t{file['path']}\0" for file in files if file["before"]]
    git.pipe(["update-index", "-z", "--index-info"], project.top, stdin=encoded("".join(lines)))
    return kept
