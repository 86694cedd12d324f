"""The speed of `scaffold update` beside `copier update`: `python benchmarks/update.py [--runs N]`.

Both update a copy of the same project, by the same bundle, from one version of this template to the next;
runs are interleaved and medians compared. The bar of the design is 1.0.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from cli import compare

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Install two versions of the checkout into a scratch folder, make a project, and measure."""
    parser = argparse.ArgumentParser(description="Time an update beside plain copier.")
    parser.add_argument("--runs", type=int, default=11)
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
        install("v1.0.0")
        run(sys.executable, "-m", "scaffold", "new", "p", "--defaults", PYTHONPATH=str(folder / "v1.0.0"))
        for name in ("{{ package }}/train.py", "configs/debug.yaml"):
            file = folder / "checkout/template/project" / name
            file.write_text(file.read_text() + "# of the newer template\n")
        run("git", "commit", "--quiet", "--all", "-m", "two", cwd=folder / "checkout")
        install("v2.0.0")
        newer = str(folder / "v2.0.0")
        run(sys.executable, "-m", "scaffold", "new", "q", "--defaults", "--no-git", PYTHONPATH=newer)
        model = folder / "p/p/model.py"
        model.write_text(model.read_text() + "\n\nMINE = 1\n")
        run("git", "commit", "--quiet", "--all", "-m", "mine", cwd=folder / "p")

        def prepare(name: str) -> Path:
            shutil.rmtree(folder / name, ignore_errors=True)
            shutil.copytree(folder / "p", folder / name, symlinks=True)
            return folder / name

        def ours(_: int) -> None:
            run(sys.executable, "-m", "scaffold", "update", "--quiet", cwd=prepare("ours"), PYTHONPATH=newer)

        def theirs(_: int) -> None:
            run(sys.executable, "-m", "copier", "update", "--quiet", "--defaults", cwd=prepare("theirs"))

        compare("update / copier update", 1.0, options.runs, ours, theirs)


if __name__ == "__main__":
    main()
