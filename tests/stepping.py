"""Stops a command at each call by which it writes, one after the other, and does something there.

The command runs in a fork of this process up to its first write below a folder. There it is forked once for
each call that follows, and each copy goes on to its call, so that all of them step through the same work
without doing anew what comes before. An audit hook of Python sees the calls, those that start git too.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

CALLS = {
    *(
        "open",
        "os.rename",
        "os.remove",
        "os.mkdir",
        "os.rmdir",
        "os.link",
        "os.symlink",
        "os.chmod",
        "os.utime",
    ),
    "subprocess.Popen",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
Stop = Callable[[str, tuple[Any, ...]], object]


class Step(NamedTuple):
    """A copy of the command that was stopped at its n-th call, or that came to its end before."""

    number: int
    stopped: bool
    code: int
    output: str


def steps(
    command: Callable[[], int], folder: Path, stop: Stop, calls: Collection[str] = CALLS, every: int = 1
) -> Iterator[Step]:
    """Stop the command at each writing call, or every n-th, until it ends before; yield after each.

    The folder is as it was each time; `stop` gets the name and arguments of the call.
    """
    scratch = Path(os.environ["TMPDIR"])
    saved = Path(tempfile.mkdtemp(dir=folder.parent))
    output = saved / "output"
    ours, theirs = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        os.close(ours[0])
        os.close(theirs[1])
        _run(command, folder, stop, calls, every, output, ours[1], theirs[0])
    os.close(ours[1])
    os.close(theirs[0])
    copies = [(place, saved / str(number)) for number, place in enumerate((folder, scratch))]
    try:
        with os.fdopen(ours[0], "r") as told, os.fdopen(theirs[1], "w", buffering=1) as go:
            if told.readline() == "ready\n":
                for place, copy in copies:
                    _copy(place, copy)
                    _copy(copy, place)  # with a lock file of its own: the process that forks holds the other
                go.write("go\n")
            for line in told:
                number, stopped, code = (int(part) for part in line.split())
                yield Step(number, bool(stopped), code, output.read_text())
                if not stopped:
                    break
                for place, copy in copies:
                    _copy(copy, place)
                go.write("go\n")
    finally:
        os.waitpid(child, 0)
        subprocess.run(["rm", "-rf", saved], check=True)


def _copy(source: Path, target: Path) -> None:
    """Copy a folder with its hard links, by which a lock is known."""
    subprocess.run(["rm", "-rf", target], check=True)
    subprocess.run(["cp", "-a", source, target], check=True)


def _run(
    command: Callable[[], int],
    folder: Path,
    stop: Stop,
    calls: Collection[str],
    every: int,
    output: Path,
    told: int,
    go: int,
) -> None:
    """Run the command in a process of its own that forks at the first write."""
    state = {"left": -1, "busy": False}

    def begin() -> None:
        os.write(told, b"ready\n")
        number = 1 - every
        while os.read(go, 3):
            number += every
            pipe = os.pipe()
            if not (copy := os.fork()):
                state["left"], state["pipe"] = number, pipe[1]
                opened = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                sys.stdout = sys.stderr = os.fdopen(opened, "w", buffering=1)
                return
            os.close(pipe[1])
            _, status = os.waitpid(copy, 0)
            stopped = bool(os.read(pipe[0], 1))
            os.close(pipe[0])
            os.write(told, f"{number} {int(stopped)} {os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if state["busy"] or event not in CALLS or (event == "open" and not args[2] & WRITING):
            return
        state["busy"] = True
        place = str(args[0])
        within = place.startswith(str(folder)) or event == "subprocess.Popen"
        if state["left"] < 0 and place.startswith(str(folder)) and not place.endswith(("/scaffold", "/lock")):
            begin()
        if state["left"] > 0 and event in calls and within:
            state["left"] -= 1
            if state["left"] == 0:
                os.write(state["pipe"], b"x")
                stop(event, args)
        state["busy"] = False

    sys.addaudithook(hook)
    code = 70
    try:
        code = command()
    finally:
        sys.stdout.flush()
        os._exit(code)
