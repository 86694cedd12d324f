"""Where a run comes from: the state of git, the command, the versions, the machine, the outcome."""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

PROJECT = Path(__file__).parents[2]
CODE = ("*.py", "*.yaml", "*.yml", "*.toml", "*.sh")  # of new files: the others may be data
packages = cache(lambda: dict(sorted((each.name, each.version) for each in distributions())))


def git(*arguments: str, **environment: str) -> str | None:
    """What git prints for this project; None without git, a repository, or what is asked for."""
    command = ["git", "-C", str(PROJECT), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, env={**os.environ, **environment})
    except OSError:
        return None
    output = done.stdout.decode(errors="surrogateescape")
    return None if done.returncode else output.removesuffix("\n")  # a patch may end in two


def find_changes() -> str | None:
    """A patch of all that is not committed, new code too; None outside a repository."""
    index = git("rev-parse", "--path-format=absolute", "--git-path", "index")
    if index is None:
        return None
    # Before the first commit: the empty tree.
    base = git("rev-parse", "--verify", "HEAD") or git("hash-object", "-t", "tree", os.devnull)
    with TemporaryDirectory() as folder:  # the index of the user is left alone
        copy = str(Path(folder, "index"))
        if Path(index).exists():
            shutil.copy2(index, copy)  # with its time, by which git finds changed files
        for pattern in CODE:  # one after the other: git adds none if one of them finds nothing
            git("add", "--intent-to-add", "--", pattern, GIT_INDEX_FILE=copy)
        git("update-index", "-q", "--refresh", GIT_INDEX_FILE=copy)
        # Unlike `git diff` it ignores the user's settings, with which a patch may not apply.
        changes = git("diff-index", "--patch", "--binary", str(base), GIT_INDEX_FILE=copy)
    return changes and changes + "\n"


@contextmanager
def recorded(folder: Path, device: torch.device) -> Iterator[None]:
    """Appends to ``provenance.json`` what is begun or resumed, and in the end what came of it.

    What was not committed is in ``changes-<n>.patch``: ``git apply`` it to that commit.
    """
    path = folder / "provenance.json"
    entries = json.loads(path.read_text()) if path.exists() else []
    changes = find_changes()
    entry: dict[str, Any] = {
        "commit": git("rev-parse", "--verify", "HEAD"),
        "branch": git("symbolic-ref", "--short", "HEAD"),
        "dirty": None if changes is None else bool(changes),
        "command": sys.orig_argv,
        "python": platform.python_version(),
        "machine": f"{platform.platform()}, {os.cpu_count()} processors",
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else str(device),
        "packages": packages(),  # read once: a search trains many times
        "start": datetime.now().isoformat(timespec="seconds"),
        "result": "running",
    }
    entries.append(entry)
    if changes:
        entry["changes"] = f"changes-{len(entries)}.patch"
        (folder / entry["changes"]).write_bytes(changes.encode(errors="surrogateescape"))
    path.write_text(json.dumps(entries, indent=2) + "\n")
    try:
        yield
        entry["result"] = "finished"
    except BaseException as error:
        entry["result"] = f"{type(error).__name__}: {error}"
        raise
    finally:
        entry["end"] = datetime.now().isoformat(timespec="seconds")
        path.write_text(json.dumps(entries, indent=2) + "\n")
