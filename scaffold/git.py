"""The only place that starts git."""

import os
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from scaffold.errors import ScaffoldError, disk_full

# A hook of git sets these for its own repository; ours is another one.
SURROUNDINGS = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
)


def forget_surroundings() -> None:
    """Leave the repository of a calling hook, for our own calls and for those that copier makes."""
    for name in SURROUNDINGS:
        os.environ.pop(name, None)


def run(*args: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Return what `git ARGS` prints; what it complains of becomes the error."""
    return _text(pipe(args, cwd, env)).rstrip("\n")


def ask(*args: str, cwd: Path | None = None) -> str | None:
    """Return what `git ARGS` prints, or None where it fails."""
    done = _start(args, cwd, None)
    return None if done.returncode else _text(done.stdout).rstrip("\n")


def around(*asked: str, cwd: Path) -> str | None:
    """Return what `git rev-parse` says of the work tree around a folder, or None if there is none."""
    try:
        return run("rev-parse", *asked, cwd=cwd)
    except ScaffoldError as error:
        if "not a git repository" in str(error) or "must be run in a work tree" in str(error):
            return None
        raise


def pipe(
    args: Sequence[str],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    good: Sequence[int] = (0,),
) -> bytes:
    """Return what `git ARGS` prints, byte for byte; a status other than the `good` ones is an error."""
    done = _start(args, cwd, env, stdin)
    if done.returncode not in good:
        lines = _text(done.stderr).strip().splitlines() or [f"exit status {done.returncode}"]
        complaint = next((line for line in lines if line.startswith("fatal: ")), lines[-1])
        complaint = complaint.removeprefix("fatal: ").removeprefix("error: ")
        _explain("\n".join(lines), cwd)
        raise ScaffoldError(f"git {_command(args)} failed: {complaint}")
    return done.stdout


def _explain(complaint: str, cwd: Path | None) -> None:
    """Say what is wrong where git's own words tell a user neither what nor how to fix it."""
    if full := disk_full(complaint):
        raise full
    if foreign := re.search(r"dubious ownership in repository at '(.+)'", complaint):
        raise ScaffoldError(
            f"git does not read {foreign[1]}, which belongs to another user: if you trust what is in it, "
            f"run git config --global --add safe.directory {shlex.quote(foreign[1])}"
        )
    name = r"\b([0-9a-f]{40,64})\b"
    broken = rf"(?:unable to read|could not fetch|corrupt|missing|bad object|invalid object).*?{name}"
    behind = rf"{name}.*(?: corrupt|: bad file)"
    if found := re.search(broken, complaint) or re.search(behind, complaint):
        raise ScaffoldError(
            f"git cannot read {found[1][:10]} in {cwd or Path.cwd()}: run git fsck to see what is damaged or "
            "missing; a partial clone needs its remote"
        )


def _command(args: Sequence[str]) -> str:
    """Find the command behind the options of git itself."""
    words = iter(args)
    for word in words:
        if word in ("-c", "--git-dir", "--work-tree"):
            next(words)
        elif not word.startswith("-"):
            return word
    return ""


def _text(output: bytes) -> str:
    return output.decode(errors="surrogateescape").replace("\r\n", "\n")


def _start(
    args: Sequence[str], cwd: Path | None, env: Mapping[str, str] | None, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    # The hooks of the user belong to the user's commits, not to our clones and our first commit.
    command = ["git", "-c", f"core.hooksPath={os.devnull}", *args]
    # Its complaints are read. It would write the index to save time: killed meanwhile, it would leave a lock.
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **(env or {})}
    try:
        return subprocess.run(command, cwd=cwd, env=environment, input=stdin, capture_output=True)
    except FileNotFoundError as error:
        if error.filename != "git":
            raise
        raise ScaffoldError(
            "git is not installed or not on the PATH: scaffold reads its template with it"
        ) from None
