"""A small template, a project of it, and what users and templates do to them: see test_update.py."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import commit, git, make_template
from test_property import owner_of

from scaffold.cli import main

Edit = Callable[[Path], object]

LAYER = """\
class {name}(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(width, width),
            nn.ReLU(),
        )

    def forward(self, x):
        x = self.net(x)
        return x
"""


def layers(*names: str) -> str:
    return "import torch\nfrom torch import nn\n\n\n" + "\n\n".join(LAYER.format(name=name) for name in names)


TRAIN = """\
def steps(loader):
    for batch in loader:
        yield batch


def train(model, loader):
    for batch in steps(loader):
        loss = model(batch)
        loss.backward()
    return loss


def evaluate(model, loader):
    for batch in steps(loader):
        loss = model(batch)
    return loss
"""
CONFIG = """\
model:
  width: 64
  depth: 2
  dropout: 0.1
optim:
  lr: 0.001
  decay: 0.01
  warmup: 0.05
training:
  epochs: 20
  batch_size: 64
"""
TEMPLATE = {
    "copier.yml": """\
_subdirectory: template
_skip_if_exists: [NOTES.md]
arch: {type: str, default: resnet, choices: [resnet, vit]}
augment: {type: bool, default: true}
""",
    "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    "template/pkg/model.py": layers("Stem", "BlockA", "BlockB", "BlockC", "Head"),
    "template/pkg/train.py": TRAIN,
    "template/pkg/{{ arch }}.py": layers("Net"),
    "template/pkg/{% if augment %}augment.py{% endif %}": "def flip(x):\n    return x\n",
    "template/configs/default.yaml": CONFIG,
    "template/pyproject.toml": """\
[project]
name = "p"

[tool.ruff]
line-length = 100

[tool.mypy]
strict = true
""",
    "template/README.md.jinja": "# Title\n\nA {{ arch }}.\n\n## Use\n\nRun it.\n\n## Data\n\nBring it.\n",
    "template/NOTES.md": "notes of v1\n",
    "template/.gitignore": "runs/\n*.log\n",
    "template/run.sh": "#!/bin/sh\necho one\necho two\necho three\n",
    "template/tests/test_model.py": "def test_one():\n    assert True\n",
}


def call(*args: str | Path) -> int:
    """Run the command in this process, which is ten times as fast as in one of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["scaffold", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
    return int(ended.value.code or 0)


class World:
    """A template and a project of it, to be changed."""

    def __init__(self, folder: Path, output: pytest.CaptureFixture[str]) -> None:
        """Remember where they are."""
        self.template, self.project, self.output = folder / "template", folder / "p", output

    def release(self, change: Edit, tag: str = "v2.0.0") -> None:
        """Commit another version of the template."""
        change(self.template / "template")
        commit(self.template, tag, tag)

    def edit(self, change: Edit) -> None:
        """Commit what a user does."""
        change(self.project)
        if git("status", "--porcelain", "--ignored", cwd=self.project):
            git("add", "--all", cwd=self.project)
            git("commit", "--quiet", "--allow-empty", "-m", "mine", cwd=self.project)

    def update(self, *flags: str | Path, code: int | None = 0) -> str:
        """Update, and return what was printed."""
        return self.run("update", self.project, *flags, code=code)

    def run(self, *args: str | Path, code: int | None = 0) -> str:
        """Run a command, and return what was printed."""
        self.output.readouterr()
        ended = call(*args)
        printed = "".join(self.output.readouterr())
        assert code is None or ended == code, printed
        return printed

    def marks(self) -> dict[str, list[tuple[str, str]]]:
        """Find each `mine_…` with its file and its definition."""
        found: dict[str, list[tuple[str, str]]] = {}
        for path in self.files():
            text = path.read_bytes().decode(errors="replace")
            name = path.relative_to(self.project).as_posix()
            for mark in set(re.findall(r"mine_\w+", text)):
                found.setdefault(mark, []).extend((name, owner) for owner in owner_of(text, mark))
        return found

    def files(self) -> list[Path]:
        """Return the files of the project."""
        paths = (path for path in self.project.rglob("*") if ".git" not in path.parts)
        return sorted(path for path in paths if path.is_file() and not path.is_symlink())


def make_world(folder: Path, output: pytest.CaptureFixture[str], content: dict[str, str]) -> World:
    """Make a template of these files, and a project of it."""
    make_template(folder / "template", content)
    assert call("new", folder / "p", "--template", folder / "template", "--defaults", "--quiet") == 0
    return World(folder, output)


def nothing(_: Path) -> None:
    """Change nothing."""


def replace(name: str, *pairs: str, count: int = 1) -> Edit:
    """Replace texts in a file: old, new, old, new..."""

    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            assert old in text, f"{old!r} is not in {name}"
            text = text.replace(old, new, count)
        (folder / name).write_text(text)

    return change


def write(name: str, content: str | bytes) -> Edit:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return change


def append(name: str, text: str) -> Edit:
    return lambda folder: write(name, (folder / name).read_text() + text)(folder)


def remove(name: str) -> Edit:
    return lambda folder: (folder / name).unlink()


def move(old: str, new: str) -> Edit:
    def change(folder: Path) -> None:
        (folder / new).parent.mkdir(parents=True, exist_ok=True)
        (folder / old).rename(folder / new)

    return change


def both(*changes: Edit) -> Edit:
    return lambda folder: [change(folder) for change in changes]


def within(name: str, old: str, new: str, path: str = "pkg/model.py") -> Edit:
    """Replace a text inside one class or function of a file."""

    def change(folder: Path) -> None:
        text = (folder / path).read_text()
        start = re.search(rf"^(class|def) {name}\b", text, re.MULTILINE)
        assert start, f"there is no {name}"
        head, tail = text[: start.start()], text[start.start() :]
        assert old in tail
        (folder / path).write_text(head + tail.replace(old, new, 1))

    return change
