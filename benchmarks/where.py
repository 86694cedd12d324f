"""Where the time of a command goes, in milliseconds: `python benchmarks/where.py [CHECKOUT]`, medians of 11.

Each run is a process of its own in which the parts are timed. What one spends in another counts there,
so that they add up to the whole; `other` is parsing, comparing, writing, printing and the start of Python.
"""

import builtins
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PARTS = {
    ("scaffold.git", "_start"): "git",
    ("scaffold.questions", "Questions.__init__"): "reading questions",
    ("scaffold.questions", "Questions.resolve"): "answering",
    ("scaffold.explain", "choices"): "tables",
    ("scaffold.explain", "overview"): "tables",
    ("scaffold.new", "render"): "rendering",
    ("scaffold.templates", "render"): "rendering",
    ("scaffold.change", "merge"): "merging",
}
COMMANDS = {
    "--help": [],
    "list": [],
    "new": ["made", "--defaults", "--no-git", "--quiet"],
    "update": ["p", "--quiet"],
    "regenerate": ["p", "--architecture", "cnn", "--quiet"],
}
COLUMNS = ("imports", "git", "reading questions", "answering", "tables", "rendering", "merging", "other")


def measure(command: list[str]) -> None:
    """Run a command in this process and print on stderr what its parts took."""
    spent = dict.fromkeys(COLUMNS, 0.0)
    inner = [0.0]

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            inner.append(0.0)
            try:
                return function(*args, **kwargs)
            finally:
                taken = time.perf_counter() - start
                spent[name] += taken - inner.pop()
                inner[-1] += taken

        return run

    waiting = dict(PARTS)
    load = timed("imports", builtins.__import__)

    def load_and_time(*args: Any, **kwargs: Any) -> Any:
        loaded = load(*args, **kwargs)
        for module, path in [key for key in waiting if key[0] in sys.modules]:
            *classes, name = path.split(".")
            owner: Any = sys.modules[module]
            for each in classes:
                owner = getattr(owner, each, None)
            if owner is not None and hasattr(owner, name):
                setattr(owner, name, timed(waiting.pop((module, path)), getattr(owner, name)))
        return loaded

    begun = time.perf_counter()
    builtins.__import__ = load_and_time
    sys.argv = ["scaffold", *command]
    try:
        load_and_time("scaffold.cli")
        sys.modules["scaffold.cli"].main()
    except SystemExit as ended:
        if ended.code:
            raise
        spent["other"] = time.perf_counter() - begun - sum(spent.values())
        print(json.dumps(spent), file=sys.stderr)


def main() -> None:
    """Make a project of the checkout and run each command on a copy of it."""
    checkout = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
    start = [sys.executable, __file__, "--measure"]
    env = {"PYTHONPATH": str(checkout), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    print("| command | whole |", *(f"{column} |" for column in COLUMNS))
    print("|---" * (len(COLUMNS) + 2) + "|")
    with TemporaryDirectory() as scratch:
        env |= {"HOME": scratch, "GIT_AUTHOR_NAME": "b", "GIT_AUTHOR_EMAIL": "b"}
        env |= {"GIT_COMMITTER_NAME": "b", "GIT_COMMITTER_EMAIL": "b"}
        clone, project = Path(scratch, "template"), Path(scratch, "p")

        def git(*args: str) -> None:
            subprocess.run(["git", *args], cwd=scratch, env=env, check=True, capture_output=True)

        git("clone", "--quiet", str(checkout), str(clone))
        git("-C", str(clone), "tag", "v98.0.0")
        new = ["new", str(project), "--template", str(clone), "--defaults"]
        subprocess.run(
            [sys.executable, "-m", "scaffold", *new], cwd=scratch, env=env, check=True, capture_output=True
        )
        (clone / "template/project/Makefile").write_text("all:\n\ttrue\n")
        git("-C", str(clone), "add", "--all")
        git("-C", str(clone), "commit", "--quiet", "-m", "two")
        git("-C", str(clone), "tag", "v99.0.0")
        for command, args in COMMANDS.items():
            runs: list[dict[str, float]] = []
            for number in range(11):
                folder = Path(scratch, f"{command}-{number}")
                folder.mkdir()
                shutil.copytree(project, folder / "p")
                began = time.perf_counter()
                done = subprocess.run(
                    [*start, command, *args], cwd=folder, env=env, check=True, capture_output=True
                )
                whole = time.perf_counter() - began
                parts = json.loads(done.stderr.splitlines()[-1])
                parts["other"] = whole - sum(parts.values()) + parts["other"]
                runs.append({"whole": whole, **parts})
            cells = (statistics.median(run[column] for run in runs) for column in ("whole", *COLUMNS))
            print(f"| {command} |", *(f"{1000 * cell:.0f} |" for cell in cells), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2:])
    else:
        main()
