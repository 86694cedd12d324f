"""Files written, moved and removed so that nobody finds half of one, and nothing else is touched."""

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

# What may stand at a path instead of a file.
FOLDER, ELSEWHERE = "a folder", "in no folder of this work tree"
NO_FILE = (None, FOLDER, ELSEWHERE)


def standing(root: Path, path: str) -> Path | None:
    """Return what stands at a path or, where that is no plain folder of this work tree, above it."""
    place = root
    for part in Path(path).parts[:-1]:
        place /= part
        if not os.path.lexists(place):
            return None
        if place.is_symlink() or not place.is_dir() or os.path.lexists(place / ".git"):
            return place
    place = root / path
    return place if os.path.lexists(place) else None


def look(root: Path, path: str) -> str | None:
    """Describe what stands at a path, so that it can be told from what the user writes there later."""
    found = standing(root, path)
    if found is not None and found != root / path:
        return ELSEWHERE
    return state(root / path)


def state(file: Path) -> str | None:
    """Describe a file by its content and whether it may be run."""
    try:
        mode = file.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(mode):
        return f"link {os.readlink(file)}"
    if not stat.S_ISREG(mode):
        return FOLDER
    return f"{mode & 0o100:o} {hashlib.sha256(file.read_bytes()).hexdigest()}"


def put(source: Path, place: Path, token: str, check: Callable[[], None] | None = None) -> None:
    """Copy a file to its place in one step that no reader can see half done, after a last check."""
    place.parent.mkdir(parents=True, exist_ok=True)
    copy = part(place, token)
    try:
        shutil.copy2(source, copy, follow_symlinks=False)
        if check is not None:
            check()
        os.replace(copy, place)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def part(place: Path, token: str) -> Path:
    """Give the name under which a file is written before it takes its place."""
    return place.with_name(f".scaffold-{token}")


def aside(root: Path, path: str, folder: Path, token: str) -> Path:
    """Copy a file into the first numbered folder that has no other file of its name."""
    for number in count(1):
        slot = folder / str(number)
        found = look(slot, path)
        if found == state(root / path):
            return slot / path
        if found is None:
            put(root / path, slot / path, token)
            return slot / path
    raise AssertionError


def remove(file: Path, top: Path, keep: Iterable[Path]) -> None:
    """Remove a file and the folders that are empty then, as git does, but for some."""
    with suppress(FileNotFoundError):
        file.unlink()
    for parent in file.parents:
        if parent == top or parent in keep or (parent.is_dir() and any(parent.iterdir())):
            return
        if parent.is_dir():
            parent.rmdir()


def sync(file: Path) -> None:
    """Wait until the content of the file is on the disk."""
    if not file.is_symlink():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())


def write_json(file: Path, content: dict[str, Any]) -> None:
    """Write the file in one step, and wait until it is on the disk."""
    copy = file.with_suffix(".part")
    copy.write_text(json.dumps(content), encoding="utf-8")
    sync(copy)
    os.replace(copy, file)
