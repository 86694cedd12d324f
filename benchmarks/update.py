"""Updates beside plain copier: `python benchmarks/update.py [--history TIMES]`.

All work on copies of the same project, with the same bundle: an update from one version of this template to
the next, and a switch to another architecture. Runs are interleaved and medians compared. The bars are those
of the design: 0.6 and 0.7. With `--history 10` the template has ten times as many commits, and as large ones.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from cli import compare
from history import lengthen

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Install two versions of the checkout into a scratch folder, make a project, and measure."""
    parser = argparse.ArgumentParser(description="Time an update beside plain copier.")
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--history", type=int, default=1, metavar="TIMES")
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        roles = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
        identity = {f"GIT_{role}": "bench" for role in roles}
        env = {**os.environ, **identity, "HOME": scratch}

        def run(*command: str | Path, cwd: Path = folder, **extra: str) -> None:
            subprocess.run(command, cwd=cwd, env={**env, **extra}, check=True, capture_output=True)

        def install(version: str) -> None:
            run("git", "tag", "--force", version, cwd=folder / "checkout")
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
            run(*pip, "--target", folder / version, folder / "checkout")

        run("git", "clone", "--quiet", ROOT, "checkout")
        for tag in subprocess.check_output(["git", "tag"], cwd=folder / "checkout", text=True).split():
            run("git", "tag", "--delete", tag, cwd=folder / "checkout")
        lengthen(folder / "checkout", options.history)
        install("v1.0.0")
        run(sys.executable, "-m", "scaffold", "new", "p", "--defaults", PYTHONPATH=str(folder / "v1.0.0"))
        for name in ("{{ package }}/train.py.jinja", "configs/debug.yaml"):
            file = folder / "checkout/template/project" / name
            file.write_text(file.read_text() + "# of the newer template\n")
        run("git", "commit", "--quiet", "--all", "-m", "two", cwd=folder / "checkout")
        install("v2.0.0")
        newer = str(folder / "v2.0.0")
        run(sys.executable, "-m", "scaffold", "new", "q", "--defaults", "--no-git", PYTHONPATH=newer)
        model = folder / "p/p/model.py"
        model.write_text(model.read_text() + "\n\nMINE = 1\n")
        run("git", "commit", "--quiet", "--all", "-m", "mine", cwd=folder / "p")

        # One for each run of each side, and for the run that fills the caches.
        copies = [shutil.copytree(folder / "p", folder / f"copy-{n}") for n in range(4 * (options.runs + 1))]

        def ours(*command: str) -> None:
            python = (sys.executable, "-m", "scaffold")
            run(*python, *command, "--quiet", cwd=copies.pop(), PYTHONPATH=newer)

        def theirs(_: int) -> None:
            run(sys.executable, "-m", "copier", "update", "--quiet", "--defaults", cwd=copies.pop())

        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        print(f"{os.cpu_count()} cores, {memory:.0f} GiB, load {os.getloadavg()[0]:.1f}")
        compare("update", 0.6, options.runs, lambda _: ours("update"), theirs)
        compare(
            "regenerate", 0.7, options.runs, lambda _: ours("regenerate", "--architecture", "cnn"), theirs
        )


if __name__ == "__main__":
    main()
