"""The files of a merge: backed up, moved to their places, and put back, each only if it is what it was."""

import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.merge import disk
from scaffold.merge.store import Entry
from scaffold.project import Project

File = dict[str, Any]


def back_up(project: Project, folder: Path, number: int, path: str, entry: Entry | None) -> File:
    """Copy a file as it is, and describe what it is and will be."""
    path = project.prefix + path
    backup = folder / "before" / str(number)
    if entry is not None:
        shutil.copy2(project.top / path, backup, follow_symlinks=False)
        disk.sync(backup)
    after = disk.state(folder / "after" / path)
    return {
        "path": path,
        "before": list(entry) if entry else None,
        "backup": str(number),
        "states": [disk.state(backup), None if after == disk.FOLDER else after],
    }


def folders(top: Path, files: list[File]) -> dict[str, int]:
    """Return the folders that are there, with their modes: a file that goes may take them with it."""
    above = {str(parent) for file in files for parent in list(Path(file["path"]).parents)[:-1]}
    plain = sorted(name for name in above if disk.look(top, name) == disk.FOLDER)
    return {name: (top / name).stat().st_mode & 0o7777 for name in plain}


def move(project: Project, folder: Path, files: list[File], token: str, moved: list[File]) -> None:
    """Remove and write files, each only if it still is what was backed up; collect those that were moved."""
    top = project.top
    needed = {above for file in files if file["states"][1] for above in (top / file["path"]).parents}
    changing = [file for file in files if file["states"][0] != file["states"][1]]
    for file in sorted(changing, key=lambda file: file["states"][1] is not None):
        place, check = top / file["path"], partial(_check, project, file)
        check()
        moved.append(file)
        if file["states"][1] is None:
            disk.remove(place, top, needed)
            continue
        try:
            disk.put(folder / "after" / file["path"], place, token, check)
        except ScaffoldError:
            moved.remove(file)
            raise


def _check(project: Project, file: File) -> None:
    if disk.look(project.top, file["path"]) != file["states"][0]:
        raise ScaffoldError(
            f"{file['path'].removeprefix(project.prefix)} was changed in the meantime: "
            "commit that, and run the command again"
        )


def keep_aside(top: Path, folder: Path, files: list[File], token: str) -> dict[str, str]:
    """Copy what the user has written since into a folder of its own; return where."""
    kept = {}
    for file in files:
        path, now = file["path"], disk.look(top, file["path"])
        if now != disk.ELSEWHERE:
            with suppress(FileNotFoundError, NotADirectoryError):
                disk.part(top / path, token).unlink()
        if file["states"] != [None, None] and now not in (*disk.NO_FILE, *file["states"]):
            kept[path] = str(disk.aside(top, path, folder / "kept", token))
    return kept


def put_back(top: Path, folder: Path, journal: dict[str, Any]) -> list[str]:
    """Restore files, now that edits are kept aside; return those whose place something else has taken."""
    there = {top / name: mode for name, mode in journal["folders"].items()}
    for file in journal["files"]:
        before, after = file["states"]
        if before is None and after and disk.look(top, file["path"]) not in (disk.FOLDER, disk.ELSEWHERE):
            disk.remove(top / file["path"], top, there)
    for place, mode in there.items():
        if disk.standing(top, place.relative_to(top).as_posix()) is None:
            place.mkdir()
            place.chmod(mode)
    blocked = []
    for file in journal["files"]:
        path, before = file["path"], file["states"][0]
        now = disk.look(top, path)
        if before is not None and now in (disk.FOLDER, disk.ELSEWHERE):
            blocked.append(path)
        elif before is not None and now != before:
            disk.put(folder / "before" / file["backup"], top / path, journal["token"])
    return blocked
