"""The only place that starts git."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from scaffold.errors import ScaffoldError

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
        command = next(arg for arg in args if not arg.startswith(("-", "core.", "init.", "commit.")))
        complaint = complaint.removeprefix("fatal: ").removeprefix("error: ")
        raise ScaffoldError(f"git {command} failed: {complaint}")
    return done.stdout


def _text(output: bytes) -> str:
    return output.decode(errors="surrogateescape").replace("\r\n", "\n")


def _start(
    args: Sequence[str], cwd: Path | None, env: Mapping[str, str] | None, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    # The hooks of the user belong to the user's commits, not to our clones and our first commit.
    command = ["git", "-c", f"core.hooksPath={os.devnull}", *args]
    # Git would write the index to save time: killed meanwhile, it would leave a lock.
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", **(env or {})}
    try:
        return subprocess.run(command, cwd=cwd, env=environment, input=stdin, capture_output=True)
    except FileNotFoundError as error:
        if error.filename != "git":
            raise
        raise ScaffoldError(
            "git is not installed or not on the PATH: scaffold reads its template with it"
        ) from None
