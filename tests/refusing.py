"""Runs commands that must be refused, as text and as JSON."""

import json
import subprocess
from pathlib import Path

import pytest
from conftest import Done, Scaffold, files

from scaffold.cli import main


class Refuse:
    """Runs a command that must be refused, and looks at what it says and leaves behind."""

    def __init__(
        self, folder: Path, home: Path, patch: pytest.MonkeyPatch, output: pytest.CaptureFixture[str]
    ):
        """Remember where."""
        self.folder, self.home, self.patch, self.output = folder, home, patch, output

    def __call__(self, code: int, says: str, *args: str | Path) -> str:
        """Run it in this process, which is ten times as fast as in one of its own."""
        before = self.state()
        done = self.run(*args)
        self.check(before, code, says, done)
        twin = self.run(*args, "--json")
        error = json.loads(twin.stdout)["error"]
        assert twin.returncode == error["code"] == code
        assert done.stderr == f"error: {error['message']}\n"
        assert all(fault["remedy"] for fault in error["faults"]), "nothing says what to do"
        assert twin.stderr == ""
        assert self.state() == before
        return done.stderr

    def run(self, *args: str | Path) -> Done:
        """Run it in this process."""
        with self.patch.context() as patch:
            patch.setattr("sys.argv", ["scaffold", *map(str, args)])
            patch.chdir(self.folder)
            with pytest.raises(SystemExit) as ended:
                main()
        return subprocess.CompletedProcess((), int(ended.value.code or 0), *self.output.readouterr())

    def process(
        self, code: int, says: str, via: Scaffold, *args: str, env: dict[str, str] | None = None
    ) -> None:
        """Run it as a user does."""
        before = self.state()
        self.check(before, code, says, via(*args, cwd=self.folder, check=False, env=env))

    def state(self) -> tuple[object, object]:
        """Return what there is."""
        return files(self.folder), files(self.home)

    def check(self, before: object, code: int, says: str, done: Done) -> None:
        """Look at the status, the sentence, and what is left."""
        assert says in done.stderr
        assert done.returncode == code
        assert done.stdout == ""
        assert done.stderr.startswith("error: ")
        assert done.stderr.count("\n") == 1
        assert done.stderr.endswith("\n")
        assert "Traceback" not in done.stderr
        assert self.state() == before


@pytest.fixture
def refuse(
    folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Refuse:
    """Give the check."""
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers the folder of the test before
    return Refuse(folder, home, monkeypatch, capfd)
