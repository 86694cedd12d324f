"""The speed of the command beside its peers: `python benchmarks/cli.py [--cookiecutter PATH] [--history N]`.

Runs are interleaved, so that a busy machine slows both sides alike, and medians are compared. The bars are
those of the design: `scaffold --help` at most 0.5 x `cookiecutter --help`, `scaffold list` at most 1.2 x, and
`scaffold new --defaults --no-git` at most 1.2 x `copier copy` of the same answers from plain files. With
`--history 10` the checkout has ten times as many commits, and as large ones.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from history import lengthen

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Install the checkout into a scratch folder, as a user would have it, and measure."""
    parser = argparse.ArgumentParser(description="Time the command beside its peers.")
    parser.add_argument("--cookiecutter", default=shutil.which("cookiecutter"), help="its executable")
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--history", type=int, default=1, metavar="TIMES")
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        subprocess.run(["git", "clone", "--quiet", ROOT, folder / "checkout"], check=True)
        lengthen(folder / "checkout", options.history)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
        subprocess.run([*pip, "--target", folder / "lib", folder / "checkout"], check=True)
        env = {**os.environ, "HOME": scratch, "PYTHONPATH": str(folder / "lib")}
        scaffold = [sys.executable, str(folder / "lib/bin/scaffold")]
        copier = [str(Path(sys.executable).with_name("copier"))]

        def run(command: list[str]) -> None:
            subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)

        run([*scaffold, "new", "first", "--defaults", "--no-git"])  # puts the bundle in its place
        archive = next((folder / "lib/scaffold/_bundle").glob("*.tar"))
        shutil.unpack_archive(archive, folder / "template", filter="data")

        def new(number: int) -> None:
            run([*scaffold, "new", f"ours/{number}/p", "--defaults", "--no-git"])

        def copy(number: int) -> None:
            run([*copier, "copy", "--quiet", "--defaults", "template", f"theirs/{number}/p"])

        if options.cookiecutter:
            peer = [options.cookiecutter, "--help"]
            for command, bar in (("--help", 0.5), ("list", 1.2)):
                ours = [*scaffold, command]
                compare(
                    f"{command} / cookiecutter",
                    bar,
                    options.runs,
                    lambda _, ours=ours: run(ours),
                    lambda _: run(peer),
                )
        compare("new / copier copy", 1.2, options.runs, new, copy)


def compare(
    name: str, bar: float, runs: int, ours: Callable[[int], None], theirs: Callable[[int], None]
) -> None:
    """Print both medians and their ratio."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(runs + 1):
        for command, taken in zip((ours, theirs), times, strict=True):
            start = time.perf_counter()
            command(number)
            taken.append(time.perf_counter() - start)
    mine, peer = (statistics.median(taken[1:]) for taken in times)  # the first run fills the caches
    print(f"{name:<24}{mine * 1000:6.0f} ms {peer * 1000:6.0f} ms   ratio {mine / peer:.2f} (bar {bar})")


if __name__ == "__main__":
    main()
