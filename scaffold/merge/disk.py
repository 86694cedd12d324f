"""Files written, moved and removed so that nobody finds half of one."""

import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any


def state(file: Path) -> str | None:
    """Describe what stands at a path, so that it can be told from what the user writes there later."""
    if file.is_symlink():
        return f"link {os.readlink(file)}"
    if not file.is_file():
        return None
    return f"{file.stat().st_mode & 0o100:o} {hashlib.sha256(file.read_bytes()).hexdigest()}"


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


def put(source: Path, place: Path) -> None:
    """Copy a file to its place in one step that no reader can see half done."""
    place.parent.mkdir(parents=True, exist_ok=True)
    copy = part(place)
    try:
        shutil.copy2(source, copy, follow_symlinks=False)
        os.replace(copy, place)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def part(place: Path) -> Path:
    """Give the name under which a file is written before it takes its place."""
    return place.with_name(f".{place.name[:100]}.scaffold-part")


def remove(file: Path, top: Path) -> None:
    """Remove a file and the folders that are empty then, as git does."""
    with suppress(FileNotFoundError, NotADirectoryError):
        if not file.is_dir() or file.is_symlink():  # a folder may have the name of a file in conflict
            file.unlink()
    for parent in file.parents:
        if parent == top or (parent.is_dir() and any(parent.iterdir())):
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
    copy = part(file)
    copy.write_text(json.dumps(content), encoding="utf-8")
    sync(copy)
    os.replace(copy, file)
