"""A folder for renders and clones, which is gone afterwards; those that killed commands have left, too."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "scaffold-scratch-"


@contextmanager
def scratch_folder() -> Iterator[tuple[Path, list[str]]]:
    """Give the folder, and a note on those that were left."""
    notes = _clean()
    new = Path(tempfile.mkdtemp(prefix="scaffold-"))
    folder = new.with_name(PREFIX + new.name.removeprefix("scaffold-"))
    descriptor = os.open(new, os.O_RDONLY)
    try:
        # It takes its name when it is locked: whoever finds it unlocked knows that its command is dead.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        new.rename(folder)
        yield folder, notes
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _clean() -> list[str]:
    left = []
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else's, or just removed
            descriptor = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(descriptor).st_uid == os.getuid():
                    shutil.rmtree(folder)
                    left.append(str(folder))
            finally:
                os.close(descriptor)
    return [f"a command that was killed had left {', '.join(left)}, which is removed"] if left else []
