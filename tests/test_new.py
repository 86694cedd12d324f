"""What `scaffold new` makes, and how it asks."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

import pytest
import yaml
from conftest import MINI, Scaffold, commit, files, git, make_template, run

PATIENCE = 90  # seconds, on a machine that has other work too
CTRL_C, ENTER, DOWN, ESCAPE = "\x03", "\r", "\x1b[B", "\x1b"


class Terminal:
    """A command at a real pseudo-terminal."""

    def __init__(self, scaffold: Scaffold, *args: str | Path, cwd: Path) -> None:
        """Start it."""
        command, env = scaffold.command(*args)
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self.output = ""

    def __enter__(self) -> "Terminal":
        """Give the terminal."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what is still running."""
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def expect(self, text: str) -> None:
        """Wait until a text stands on the screen that was not there before."""
        seen = ""
        deadline = time.monotonic() + PATIENCE
        while text not in seen:
            if not select.select([self.master], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"{text!r} did not come, but {seen!r}")
            text_read = self._read()
            if text_read is None:
                raise AssertionError(f"{text!r} did not come before the end, but {seen!r}")
            seen += text_read
        self.output += seen

    def send(self, keys: str) -> None:
        """Press keys."""
        os.write(self.master, keys.encode())

    def wait(self) -> int:
        """Return the exit status; `output` then holds all that was printed."""
        while (text := self._read()) is not None:
            self.output += text
        return self.process.wait(timeout=PATIENCE)

    def _read(self) -> str | None:
        try:
            text = os.read(self.master, 65536).decode(errors="replace")
        except OSError:  # the other end is closed
            return None
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def answers(project: Path) -> dict[str, object]:
    """Read what a project says of itself."""
    content = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert isinstance(content, dict)
    return content


def test_defaults_make_a_committed_project(scaffold: Scaffold, template_repo: Path, folder: Path) -> None:
    """One command gives a project, a repository with everything in it, and the first lines of its README."""
    done = scaffold("new", "My-Digits", "--defaults", cwd=folder)
    project = folder / "My-Digits"
    assert (project / "my_digits" / "model.py").is_file()
    assert answers(project) == {
        "_commit": "v0.1.0",
        "_src_path": str(template_repo),
        "name": "My-Digits",
        "license": "none",
        "domain": "vision",
        "task": "classification",
        "architecture": "resnet",
        "loss": "cross_entropy",
        "optimizer": "adamw",
        "schedule": "cosine",
        "tracking": "tensorboard",
        "tune": True,
        "report": True,
        "export": False,
        "distributed": False,
    }
    assert git("status", "--porcelain", "--ignored", cwd=project) == ""
    assert git("log", "--format=%an %D", cwd=project) == "Ada HEAD -> main"
    _, _, after = done.stdout.partition("\nNext:\n")
    first, *others = [line.strip() for line in after.splitlines()]
    assert first == "cd My-Digits"
    assert "```sh\n{}\n```".format("\n".join(others)) in (project / "README.md").read_text()
    assert "v0.1.0" in done.stdout
    assert "resnet" in done.stdout
    assert done.stderr == ""
    assert list(folder.iterdir()) == [project]


def test_flags_settings_and_file_answer(scaffold: Scaffold, folder: Path) -> None:
    """The command line wins over the file; copier's own notes in a file are no answers."""
    (folder / "a.yml").write_text("_commit: v9\n_src_path: /nowhere\narchitecture: vit\noptimizer: sgd\n")
    flags = ["--answers", "a.yml", "--architecture", "cnn", "--set", "license=MIT", "--name", "other"]
    scaffold("new", "p", *flags, "--defaults", "--no-git", cwd=folder)
    made = answers(folder / "p")
    assert [made[key] for key in ("architecture", "optimizer", "license", "name")] == [
        "cnn",
        "sgd",
        "MIT",
        "other",
    ]
    assert made["schedule"] == "multistep"  # a default that follows the optimizer
    assert (folder / "p" / "other").is_dir()
    assert not (folder / "p" / ".git").exists()


@pytest.mark.parametrize(
    ("flags", "answer"),
    [
        ([], True),
        (["--tune"], True),
        (["--no-tune"], False),
        (["--set", "tune=false"], False),
        (["--set", "tune=no"], False),
        (["--answers", "no.yml"], False),
        (["--answers", "no.yml", "--tune"], True),
    ],
)
def test_yes_or_no(scaffold: Scaffold, folder: Path, flags: list[str], answer: bool) -> None:
    """An extra has a pair of flags; `--set` and files say it as YAML does."""
    (folder / "no.yml").write_text("tune: false\n")
    done = scaffold("new", "p", *flags, "--defaults", "--no-git", cwd=folder)
    assert answers(folder / "p")["tune"] is answer
    assert f"  tune          {'yes' if answer else 'no'}\n" in done.stdout


def test_a_project_can_be_repeated_from_its_answers(scaffold: Scaffold, folder: Path) -> None:
    """The answers file of one project, with nothing else, makes the same one."""
    scaffold(
        "new",
        "a/p",
        "--architecture",
        "mlp",
        "--schedule",
        "exponential",
        "--no-tune",
        "--defaults",
        "--no-git",
        cwd=folder,
    )
    scaffold("new", "b/p", "--answers", "a/p/.copier-answers.yml", "--no-git", cwd=folder)
    assert files(folder / "a/p") == files(folder / "b/p")


@pytest.mark.parametrize("prepare", ["", "git init --quiet", "mkdir inner && cd inner"])
def test_dot_fills_an_empty_folder(scaffold: Scaffold, mini: Path, folder: Path, prepare: str) -> None:
    """`.` takes the name of the folder, and keeps the folder itself."""
    target = folder / "digits"
    target.mkdir(mode=0o750)
    run("sh", "-c", prepare or "true", cwd=target)
    target = target / "inner" if "inner" in prepare else target
    inode = target.stat().st_ino
    done = scaffold("new", ".", "--template", mini, "--defaults", cwd=target)
    assert (target / f"{target.name}.txt").is_file()
    assert target.stat().st_ino == inode
    assert "cd " not in done.stdout
    assert not [path for path in target.iterdir() if path.name.startswith(".scaffold")]
    assert ("already" in done.stderr) == ("init" in prepare)


def test_inside_a_repository_no_other_is_made(scaffold: Scaffold, mini: Path, folder: Path) -> None:
    """A project within a repository belongs to that one."""
    git("init", "--quiet", cwd=folder)
    done = scaffold("new", "sub/p", "--template", mini, "--defaults", cwd=folder)
    assert not (folder / "sub/p/.git").exists()
    assert f"no repository was made, {folder} is one already" in done.stderr


def test_without_identity_the_commit_is_made_all_the_same(
    scaffold: Scaffold, mini: Path, folder: Path, home: Path
) -> None:
    """A fresh machine has no name for git; it is said, and nothing is configured."""
    (home / ".gitconfig").write_text("")
    done = scaffold("new", "p", "--template", mini, "--defaults", cwd=folder)
    assert git("log", "--format=%an", cwd=folder / "p") == "scaffold"
    assert "git does not know your name" in done.stderr
    assert "[user]" not in (folder / "p/.git/config").read_text()


def test_settings_of_the_user_do_not_break_the_first_commit(
    scaffold: Scaffold, folder: Path, home: Path
) -> None:
    """Hooks, signing, ignore files and templates are for the user's own commits."""
    for hooks in (home / "hooks", home / "template/hooks"):
        hooks.mkdir(parents=True)
        for name in ("pre-commit", "commit-msg", "prepare-commit-msg", "post-checkout", "post-commit"):
            (hooks / name).write_text(f"#!/bin/sh\ntouch {home}/hook-ran\nexit 1\n")
            (hooks / name).chmod(0o755)
    (home / "ignore").write_text("*.yml\nconfigs/\n.*\n")
    with (home / ".gitconfig").open("a") as config:
        config.write(
            f"[core]\nhooksPath = {home}/hooks\nexcludesFile = {home}/ignore\nsafecrlf = true\n"
            f"[init]\ntemplateDir = {home}/template\n[commit]\ngpgSign = true\n[gpg]\nprogram = false\n"
        )
    scaffold("new", "p", "--defaults", cwd=folder)
    assert set(git("ls-files", cwd=folder / "p").splitlines()) == {
        name for name in files(folder / "p") if not (folder / "p" / name).is_dir()
    }
    assert not (home / "hook-ran").exists()


def test_settings_of_copier_do_not_leak_in(scaffold: Scaffold, folder: Path, home: Path) -> None:
    """Defaults that the user keeps for copier would give another project for the same command."""
    for config in (
        home / ".config/copier/settings.yml",
        home / "Library/Application Support/copier/settings.yml",
    ):
        config.parent.mkdir(parents=True)
        config.write_text("defaults: {architecture: vit, name: leaked, package: leaked}\n")
    scaffold("new", "p", "--defaults", "--no-git", cwd=folder)
    assert answers(folder / "p")["architecture"] == "resnet"
    assert (folder / "p/p").is_dir()


def test_called_from_a_git_hook(scaffold: Scaffold, mini: Path, folder: Path, tmp_path: Path) -> None:
    """Git sets variables for its hooks that would send us to another repository."""
    other = make_template(tmp_path / "other", {"file": "text"})
    lost = {
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_INDEX_FILE": str(other / ".git/index"),
    }
    before = files(other), git("log", cwd=other)
    scaffold("new", "p", "--template", mini, "--defaults", cwd=folder, env=lost)
    assert git("rev-parse", "--show-toplevel", cwd=folder / "p") == str(folder / "p")
    assert (files(other), git("log", cwd=other)) == before


def test_dry_run_lists_and_writes_nothing(
    scaffold: Scaffold, installed: Scaffold, folder: Path, home: Path
) -> None:
    """The list is that of the files that would come."""
    before = files(home)
    for command in (scaffold, installed):
        done = command("new", "p", "--defaults", "--dry-run", cwd=folder)
        assert list(folder.iterdir()) == []
        assert files(home) == before
    answers, _, listed = done.stdout.partition("files:\n")
    assert "  architecture  resnet\n" in answers
    installed("new", "p", "--defaults", cwd=folder)
    assert {*listed.split()} == {name for name in files(folder / "p") if not (folder / "p" / name).is_dir()}


def test_quiet(scaffold: Scaffold, mini: Path, folder: Path) -> None:
    """Nothing is printed where nothing went wrong."""
    done = scaffold("new", "p", "--template", mini, "--defaults", "--quiet", cwd=folder)
    assert done.stdout + done.stderr == ""


def test_uncommitted_template_is_rendered_but_never_recorded(
    template_repo: Path, folder: Path, tmp_path: Path
) -> None:
    """Someone who works on the template sees the change at once; no project claims a version for it."""
    checkout = tmp_path / "checkout"
    git("clone", "--quiet", template_repo, checkout, cwd=tmp_path)
    (checkout / "template/project/NEW.md").write_text("new\n")
    before = git("status", "--porcelain", cwd=checkout)
    done = Scaffold(checkout)("new", "p", "--defaults", cwd=folder)
    assert (folder / "p/NEW.md").read_text() == "new\n"
    assert "_commit" not in answers(folder / "p")
    assert "uncommitted changes" in done.stderr
    assert git("status", "--porcelain", cwd=checkout) == before
    commit(checkout, "A file")
    Scaffold(checkout)("new", "q", "--defaults", cwd=folder)
    assert answers(folder / "q")["_commit"] == git("describe", "--tags", cwd=checkout)


@pytest.mark.parametrize(
    ("ref", "version", "text"),
    [([], "v1.1.0", "1.1"), (["--ref", "v1.0.0"], "v1.0.0", "1.0"), (["--ref", "HEAD"], "zebra", "2.0")],
)
def test_ref_chooses_the_version(
    scaffold: Scaffold, folder: Path, tmp_path: Path, ref: list[str], version: str, text: str
) -> None:
    """Without --ref it is the newest release: neither a pre-release nor a tag that is no version."""
    repo = make_template(tmp_path / "mini", MINI | {"template/text": "1.0"})
    for content, tag in (("1.1", "v1.1.0"), ("2.0rc1", "v2.0.0rc1"), ("2.0", "zebra")):
        (repo / "template/text").write_text(content)
        commit(repo, content, tag)
    scaffold("new", "p", "--template", repo, *ref, "--defaults", cwd=folder)
    assert answers(folder / "p")["_commit"] == version
    assert (folder / "p/text").read_text() == text


def test_forms_of_a_template(scaffold: Scaffold, mini: Path, folder: Path) -> None:
    """A relative path, a bundle, a URL and a folder without git; what is recorded works from anywhere."""
    git("bundle", "create", "--quiet", folder / "mini.bundle", "HEAD", "--tags", cwd=mini)
    run("cp", "-r", mini, folder / "plain", cwd=folder)
    run("rm", "-rf", folder / "plain/.git", cwd=folder)
    forms = {
        "../mini": str(mini),
        "mini.bundle": str(folder / "mini.bundle"),
        f"git+file://{mini}": f"git+file://{mini}",
        f"file://{mini}": str(mini),
        "plain": str(folder / "plain"),
    }
    for number, (given, recorded) in enumerate(forms.items()):
        done = scaffold("new", f"p{number}", "--template", given, "--defaults", "--no-git", cwd=folder)
        made = answers(folder / f"p{number}")
        assert made["_src_path"] == recorded
        assert made.get("_commit") == (None if given == "plain" else "v1.0.0")
        assert ("without git" in done.stderr) == (given == "plain")


def test_prompts(scaffold: Scaffold, mini: Path, folder: Path) -> None:
    """Only choices that are valid after the earlier answers are offered, each with its explanation."""
    with Terminal(scaffold, "new", "p", "--template", mini, cwd=folder) as terminal:
        terminal.expect("regression: a number")
        terminal.send(ENTER)
        terminal.expect("nll: on log-probabilities")
        terminal.send(DOWN + ENTER)
        assert terminal.wait() == 0
    assert "name" not in terminal.output.split("task")[0]  # the folder names the project
    assert "mse" not in terminal.output
    assert (folder / "p/p.txt").read_text() == "classification nll\n"


def test_yes_or_no_at_a_terminal(scaffold: Scaffold, folder: Path) -> None:
    """One key answers; the default is shown in capitals."""
    flags = ["--license=MIT", "--domain=vision", "--task=classification", "--architecture=cnn", "--loss=nll"]
    flags += ["--optimizer=sgd", "--schedule=cosine", "--tracking=tensorboard"]
    flags += ["--report", "--no-export", "--no-distributed"]
    with Terminal(scaffold, "new", "p", *flags, cwd=folder) as terminal:
        terminal.expect("repeat with several seeds? (Y/n)")
        terminal.send("n")
        assert terminal.wait() == 0
    assert answers(folder / "p")["tune"] is False


def test_there_is_a_way_back(scaffold: Scaffold, mini: Path, folder: Path) -> None:
    """Escape asks the question before once more; what has one answer is not asked at all."""
    with Terminal(scaffold, "new", "--template", mini, cwd=folder) as terminal:
        terminal.expect("Where?")
        terminal.send("p" + ENTER)
        terminal.expect("regression: a number")
        terminal.send(ENTER)
        terminal.expect("nll: on log-probabilities")
        terminal.send(ESCAPE)
        terminal.expect("regression: a number")
        terminal.send(DOWN + ENTER)
        assert terminal.wait() == 0
    assert "squared error" not in terminal.output
    assert (folder / "p/p.txt").read_text() == "regression mse\n"


def test_a_flag_is_not_asked_for_and_a_bad_name_is(scaffold: Scaffold, folder: Path) -> None:
    """The name is asked for where the folder's cannot be one, and until it is good."""
    flags = ["--license=MIT", "--domain=vision", "--task=classification", "--architecture=cnn", "--loss=nll"]
    flags += [
        "--optimizer=sgd",
        "--schedule=cosine",
        "--tracking=tensorboard",
        "--no-tune",
        "--report",
        "--no-export",
        "--no-distributed",
    ]
    with Terminal(scaffold, "new", "torch", *flags, cwd=folder) as terminal:
        terminal.expect("What is the project called?")
        terminal.send(ENTER)
        terminal.expect("would hide 'torch', a word or module")
        terminal.send("\x7f" * 5 + "lamp" + ENTER)
        assert terminal.wait() == 0
    assert "Which" not in terminal.output
    assert (folder / "torch/lamp/model.py").is_file()


@pytest.mark.parametrize("target", ["p", "."])
def test_ctrl_c_at_a_prompt(scaffold: Scaffold, folder: Path, home: Path, target: str) -> None:
    """Nothing is left behind, and the status is that of an interrupt."""
    before = files(home)
    with Terminal(scaffold, "new", target, cwd=folder) as terminal:
        terminal.expect("What does the model look at?")
        terminal.send(ENTER)
        terminal.expect("What is to be predicted?")
        terminal.send(CTRL_C)
        assert terminal.wait() == 130
    assert terminal.output.rstrip().splitlines()[-1] == "error: interrupted, nothing was written"
    assert "Traceback" not in terminal.output
    assert list(folder.iterdir()) == []
    assert files(home) == before


@pytest.mark.parametrize("target", ["p", "a/b/p", "empty"])
def test_interrupt_while_rendering(
    scaffold: Scaffold, folder: Path, home: Path, tmp_path: Path, target: str
) -> None:
    """A project stands whole or not at all, and an empty folder stays as it was."""
    endless = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"
    parts = {"copier.yml": "name: x\n", "first": "", "second.jinja": endless, "third": ""}
    slow = make_template(tmp_path / "slow", parts)

    def rendered() -> list[Path]:
        """Find what stands before the slow file, in whichever order the file system lists them."""
        return [*folder.rglob("first"), *folder.rglob("third")]

    (folder / "empty").mkdir()
    before = files(folder), files(home)
    command, env = scaffold.command("new", target, "--template", slow, "--defaults")
    with subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            while not rendered() and time.monotonic() < deadline:
                time.sleep(0.02)
            assert rendered()
            assert not [path for path in rendered() if path.parent == folder / target]
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert process.returncode == 130
    assert complaint == "error: interrupted, nothing was written\n"
    assert (files(folder), files(home)) == before


def imported(scaffold: Scaffold, folder: Path, *command: str) -> tuple[set[str], str]:
    """Return the packages that a command imports, and what it prints."""
    code = (
        "import sys, json\nfrom scaffold.cli import main\n"
        "try: main()\nfinally: print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = run(sys.executable, "-c", code, *command, cwd=folder, env=scaffold.command()[1])
    return {name.split(".")[0] for name in json.loads(done.stderr)}, done.stdout


@pytest.mark.parametrize("command", ["", "new", "list", "explain", "regenerate"])
def test_help_is_fast_because_it_imports_little(scaffold: Scaffold, folder: Path, command: str) -> None:
    """Neither copier nor rich, jinja2 or questionary, nor yaml but for the flags that answer questions."""
    loaded, printed = imported(scaffold, folder, *command.split(), "--help")
    assert not loaded & {"copier", "rich", "jinja2", "questionary", "packaging", "torch"}
    assert ("yaml" in loaded) == (command in {"new", "regenerate"})
    assert "Example: scaffold" in printed


def test_a_list_is_fast_because_it_imports_little(scaffold: Scaffold, folder: Path) -> None:
    """Typer parses with pydantic, whose import takes longer than all the rest of a bare `list`."""
    loaded, _ = imported(scaffold, folder, "list")
    assert not loaded & {"copier", "rich", "pydantic", "questionary", "packaging", "torch"}


def test_debug_shows_where_an_error_came_from(scaffold: Scaffold, folder: Path) -> None:
    """The traceback is for those who ask, and the sentence stands last."""
    done = scaffold("new", "p", "--template", "nowhere", "--defaults", "--debug", cwd=folder, check=False)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: there is no template at 'nowhere'")
