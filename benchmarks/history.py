"""A history as long as it may be years from now, for the benchmarks of the command."""

import os
import subprocess
from pathlib import Path


def lengthen(checkout: Path, times: int) -> None:
    """Make the history of a checkout `times` as long, and as large; its files stay as they are."""

    def git(*args: str, stream: bytes = b"") -> str:
        command = ["git", "-C", str(checkout), *args]
        return subprocess.run(command, input=stream, check=True, capture_output=True).stdout.decode()

    if times == 1:
        return
    count = int(git("rev-list", "--count", "HEAD"))
    git("gc", "--quiet")
    packed = next(line for line in git("count-objects", "-v").splitlines() if line.startswith("size-pack"))
    size = int(packed.split()[1]) * 1024 // count
    branch = git("symbolic-ref", "HEAD").strip()
    parts = [b"reset %s\nfrom %s\n" % (branch.encode(), git("rev-parse", "HEAD").encode())]
    for number in range((times - 1) * count):
        last = number == (times - 1) * count - 1
        change = b"D noise\n" if last else b"M 100644 inline noise\ndata %d\n%s\n" % (size, os.urandom(size))
        head = b"commit %s\ncommitter bench <bench> %d +0000\ndata 1\n.\n" % (
            branch.encode(),
            2 * 10**9 + number,
        )
        parts.append(head + change)
    git("fast-import", "--quiet", "--force", stream=b"".join(parts))
    git("reset", "--quiet", "--hard", branch)
