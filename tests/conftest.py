"""A hermetic environment, and the command as a user starts it: a process of its own."""

import os
import runpy
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.project import Project

pytest_plugins = ["refusing", "pages"]

ROOT = Path(__file__).parents[1]
Done = subprocess.CompletedProcess[str]
BESIDE_CPU = ROOT / "tests/beside_cpu"
runpy.run_path(str(BESIDE_CPU / "sitecustomize.py"))  # for this process; `hermetic` has it for others
os.environ["OMP_NUM_THREADS"] = "1"  # small models gain little from more; read when torch is imported


def hermetic(home: Path) -> dict[str, str]:
    """Return an environment in which nothing of the machine's user shows."""
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    (home / ".gitconfig").write_text("[user]\nname = Ada\nemail = ada@example.org\n")
    dropped = ("GIT_", "XDG_", "COPIER_", "SCAFFOLD_", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return kept | {
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(BESIDE_CPU),
        "TERM": "xterm",
        "COLUMNS": "120",
    }


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None, check: bool = True) -> Done:
    """Run a command without a terminal."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
    )
    if check and done.returncode:
        raise AssertionError(f"{command} exited with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def git(*args: str | Path, cwd: Path) -> str:
    """Run git and return what it prints."""
    return run("git", *args, cwd=cwd).stdout.strip()


def commit(repo: Path, message: str, tag: str | None = None) -> None:
    """Commit everything, and tag it."""
    git("add", "--all", "--force", cwd=repo)
    git("commit", "--quiet", "-m", message, cwd=repo)
    if tag:
        git("tag", tag, cwd=repo)


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return mode and content of everything below a folder but git's own files."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if ".git" not in path.relative_to(folder).parts:
            found[name] = (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
    return found


class Scaffold:
    """The command of one installation, which is a folder on the path of Python."""

    def __init__(self, installation: Path) -> None:
        """Remember the folder."""
        self.installation = installation

    def command(self, *args: str | Path) -> tuple[list[str], dict[str, str]]:
        """Return the arguments and the environment to start it with."""
        command = [sys.executable, "-m", "scaffold", *map(str, args)]
        return command, {**os.environ, "PYTHONPATH": str(self.installation)}

    def __call__(
        self, *args: str | Path, cwd: Path, check: bool = True, env: dict[str, str] | None = None
    ) -> Done:
        """Run it without a terminal."""
        command, environment = self.command(*args)
        return run(*command, cwd=cwd, env=environment | (env or {}), check=check)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home of its own."""
    home = tmp_path_factory.mktemp("home")
    environment = hermetic(home)
    for name in os.environ.keys() - environment.keys():
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an empty folder to work in, outside any repository."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of four MiB, where that is allowed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4M", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path, free: int) -> Path:
    """Leave as many KiB free, and return the file that takes the rest."""
    filling = disk / "filling"
    filling.write_bytes(bytes(shutil.disk_usage(disk).free - free * 1024))
    return filling


@pytest.fixture(scope="session", autouse=True)
def session_env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Do for fixtures of the session what `home` does for tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in hermetic(tmp_path_factory.mktemp("session")).items():
            patch.setenv(name, value)
        # A shell's background job, as pytest may be, ignores Ctrl-C, and so would all that it starts.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
        signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give an empty repository, to merge in."""
    folder = tmp_path_factory.mktemp("repository")
    git("init", "--quiet", cwd=folder)
    git("commit", "--quiet", "--allow-empty", "-m", "nothing", cwd=folder)
    return Project(folder, folder, "", folder / ".git", {}, "v1", "nowhere")


@pytest.fixture(scope="session")
def template_repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit the working tree, dirty as it may be, to a repository of its own and tag it v0.1.0."""
    repo = tmp_path_factory.mktemp("checkout") / "scaffold"
    listed = git("ls-files", "-z", "-co", "--exclude-standard", cwd=ROOT).split("\0")
    for name in listed:
        if name and (ROOT / name).is_file():
            (repo / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, repo / name)
    git("init", "--quiet", "-b", "main", cwd=repo)
    commit(repo, "The template", "v0.1.0")
    return repo


@pytest.fixture
def scaffold(template_repo: Path) -> Scaffold:
    """Give the command as a checkout runs it."""
    return Scaffold(template_repo)


def install(checkout: Path, to: Path) -> Scaffold:
    """Build a wheel of a checkout and unpack it, which is what installing it comes to."""
    shutil.unpack_archive(build(checkout, "wheel", to.with_name(f"{to.name}-dist")), to, "zip")
    return Scaffold(to)


def build(checkout: Path, target: str, to: Path) -> Path:
    """Build a wheel or an sdist without isolation."""
    run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", to, cwd=checkout)
    return next(to.glob("*.whl" if target == "wheel" else "*.tar.gz"))


@pytest.fixture(scope="session")
def installed(template_repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Scaffold:
    """Give the command of v0.1.0 as pip installs it, offline and without its dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
    ]
    run(*pip, "--no-compile", "--target", folder / "v1", template_repo, cwd=folder)
    return Scaffold(folder / "v1")


MINI = {
    "copier.yml": """\
_subdirectory: template
_envops: {undefined: jinja2.StrictUndefined}
name: {type: str, default: "{{ _folder_name }}"}
package: {type: str, when: false, default: "{{ name | lower }}"}
tasks:
  type: yaml
  when: false
  default:
    classification: {help: one of several classes}
    regression: {help: a number}
task:
  type: str
  table: tasks
  default: classification
  choices: |
    {%- for key, entry in tasks.items() %}
    - [{{ (key ~ ": " ~ entry.help) | tojson }}, {{ key }}]
    {%- endfor %}
family: {type: str, when: false, default: "{{ 'number' if task == 'regression' else 'class' }}"}
losses:
  type: yaml
  when: false
  default:
    cross_entropy: {tasks: [classification], help: on logits}
    nll: {tasks: [classification], help: on log-probabilities}
    mse: {tasks: [regression], help: squared error}
loss:
  type: str
  table: losses
  default: "{{ {'classification': 'cross_entropy', 'regression': 'mse'}[task] }}"
  choices: |
    {%- for key, entry in losses.items() if task in entry.tasks %}
    - [{{ (key ~ ": " ~ entry.help) | tojson }}, {{ key }}]
    {%- endfor %}
""",
    "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    "template/{{ package }}.txt.jinja": "{{ task }} {{ loss }}\n",
}


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """Give a repository with a template of two tasks, whose losses exclude each other."""
    return make_template(tmp_path / "mini", MINI)


def make_template(repo: Path, content: dict[str, str], tag: str | None = "v1.0.0") -> Path:
    """Make a tagged repository of a few files."""
    for name, text in content.items():
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(text)
    git("init", "--quiet", "-b", "main", cwd=repo)
    commit(repo, "A template", tag)
    return repo


@pytest.fixture(scope="session")
def template_tree(template_repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the template as plain files, which renders without a clone each time."""
    tree = tmp_path_factory.mktemp("template")
    shutil.copy(template_repo / "copier.yml", tree)
    shutil.copytree(template_repo / "template", tree / "template")
    return tree


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make golden` write the reviewed projects anew, and `make kills` kill more often."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew")
    parser.addoption("--kills", default="3", help="how often to kill a training in each domain")
