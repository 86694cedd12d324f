"""`scaffold update` against what users do to their projects: no line is lost, and none moves elsewhere."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import commit, git
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


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the template at v1 and a project of it, once."""
    folder = tmp_path_factory.mktemp("world")
    repo = folder / "template"
    for name, text in TEMPLATE.items():
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(text)
    place = repo / "template"
    (place / "data.bin").write_bytes(bytes(range(256)) * 4)
    (place / "link").symlink_to("README.md")
    (place / "run.sh").chmod(0o755)
    git("init", "--quiet", "-b", "main", cwd=repo)
    with_settings = repo / "copier.yml"
    with_settings.write_text("_preserve_symlinks: true\n" + with_settings.read_text())
    commit(repo, "one", "v1.0.0")
    assert call("new", folder / "p", "--template", repo, "--defaults", "--quiet") == 0
    return folder


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


@pytest.fixture
def it(
    world: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> World:
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers the folder of the test before
    shutil.copytree(world, tmp_path / "world", symlinks=True)
    replace("p/.copier-answers.yml", str(world), str(tmp_path / "world"))(tmp_path / "world")
    git("commit", "--quiet", "--amend", "--all", "--no-edit", cwd=tmp_path / "world/p")
    return World(tmp_path / "world", capfd)


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


MODEL, TRAINPY, CONFIGS = "pkg/model.py", "pkg/train.py", "configs/default.yaml"
in_b = within("BlockB", "x = self.net(x)", "x = self.net(x)  # mine_1")
in_train = replace(TRAINPY, "loss.backward()", "loss.backward()  # mine_1")
news = write("pkg/news.py", "NEWS = 2\n")


@dataclass
class Case:
    """What a user does, what the template does, and whether that merges or conflicts."""

    user: Edit
    template: Edit
    code: int | None = 0
    says: str = ""


CASES = {
    # copier-facts, by their numbers
    "01 nothing": Case(nothing, news, says="added"),
    "02 edit far from the change": Case(
        append(TRAINPY, "\n\ndef mine_1():\n    return 1\n"),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
        says="merged",
    ),
    "03 same line": Case(in_train, replace(TRAINPY, "loss.backward()", "loss.sum().backward()"), 3),
    "04 adjacent line": Case(in_train, replace(TRAINPY, "return loss", "return loss, 2"), 3),
    "05 same change": Case(
        replace(TRAINPY, "yield batch", "yield mine_1"), replace(TRAINPY, "yield batch", "yield mine_1")
    ),
    "06 both append": Case(append(TRAINPY, "\nmine_1 = 1\n"), append(TRAINPY, "\ntheirs = 1\n"), 3),
    "07 removed, template changed": Case(
        remove("tests/test_model.py"), append("tests/test_model.py", "\nx = 1\n"), 3, "stays removed"
    ),
    "08 removed, unchanged": Case(remove("tests/test_model.py"), news),
    "09 renamed and edited": Case(
        both(in_b, move(MODEL, "pkg/net.py")),
        within("Stem", "nn.ReLU()", "nn.GELU()"),
        says="followed your rename",
    ),
    "10 function moved to another file": Case(
        both(
            replace(TRAINPY, TRAIN.split("\n\n\n")[0] + "\n\n\n", ""),
            write("pkg/steps.py", TRAIN.split("\n\n\n")[0] + "  # mine_1\n"),
        ),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
        3,
    ),
    "11 functions reordered": Case(
        write(TRAINPY, "\n\n\n".join(reversed(TRAIN.strip().split("\n\n\n"))) + "  # mine_1\n"),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
        3,
    ),
    "12 both add a path": Case(write("pkg/news.py", "mine_1 = 1\n"), news, 3, "both added it"),
    "13 edited, template drops": Case(in_train, remove(TRAINPY), 3, "yours is kept"),
    "14 edited, template renames": Case(
        in_b, move(MODEL, "pkg/network.py"), says="followed the template's rename"
    ),
    "15 binary on both sides": Case(
        write("data.bin", b"\0mine_1" * 99), write("data.bin", b"\0theirs" * 99), 3, "no text"
    ),
    "16 executable": Case(lambda p: (p / "pkg/train.py").chmod(0o755), append(TRAINPY, "\nx = 1\n")),
    "17 executable and edited": Case(
        both(lambda p: (p / "run.sh").chmod(0o644), replace("run.sh", "echo one", "echo mine_1")),
        replace("run.sh", "echo three", "echo 3"),
    ),
    "18 link became a file": Case(
        both(remove("link"), write("link", "mine_1\n")),
        both(remove("link"), lambda p: (p / "link").symlink_to("run.sh")),
        3,
    ),
    "19 own file in a dropped folder": Case(
        write("tests/mine.py", "mine_1 = 1\n"), lambda p: shutil.rmtree(p / "tests"), says="removed"
    ),
    "20 reformatted": Case(
        lambda p: (p / TRAINPY).write_text((p / TRAINPY).read_text().replace("    ", "\t") + "mine_1 = 1\n"),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
        3,
    ),
    "21 CRLF": Case(
        lambda p: (p / TRAINPY).write_bytes(
            (p / TRAINPY).read_bytes().replace(b"\n", b"\r\n") + b"mine_1 = 1\r\n"
        ),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
        3,
    ),
    "22 skipped if it exists, edited": Case(
        write("NOTES.md", "mine_1\n"), write("NOTES.md", "notes of v2\n"), says="kept yours"
    ),
    "23 skipped if it exists, removed": Case(
        remove("NOTES.md"), write("NOTES.md", "notes of v2\n"), says="added"
    ),
    "24 newly excluded": Case(
        in_train,
        lambda p: replace("copier.yml", "_skip_if", "_exclude: [pkg/train.py, copier.yml]\n_skip_if")(
            p.parent
        ),
    ),
    "25 tracked though ignored": Case(
        lambda p: (write("x.log", "mine_1\n")(p), git("add", "--force", "x.log", cwd=p)),
        write("x.log", "theirs\n"),
        3,
    ),
    "28 feature switched off": Case(
        replace("pkg/augment.py", "return x", "return x  # mine_1"),
        lambda p: replace(
            "copier.yml", "augment: {type: bool, default: true}", "augment: {when: false, default: false}"
        )(p.parent),
        3,
    ),
    "31 repeated blocks": Case(
        within("BlockC", "nn.ReLU()", "nn.GELU(),  # mine_1\n            nn.ReLU()"),
        within("BlockA", "nn.ReLU()", "nn.Tanh()"),
    ),
    "33 unicode and space": Case(
        write("pkg/größe - 1.py", "mine_1 = 1\n"), both(news, write("pkg/übung 2.py", "x = 1\n"))
    ),
    "34 no newline at the end": Case(
        lambda p: (p / TRAINPY).write_text(TRAIN.rstrip() + "  # mine_1"), append(TRAINPY, "\nx = 1\n"), 3
    ),
    "35 two hunks, one conflict": Case(
        both(in_train, append(TRAINPY, "\n\nmine_2 = 1\n")),
        replace(TRAINPY, "loss.backward()", "loss.sum().backward()"),
        3,
    ),
    "36 renamed folder": Case(
        both(in_b, lambda p: (p / "pkg").rename(p / "core")),
        both(within("Stem", "nn.ReLU()", "nn.GELU()"), news),
        says="core/news.py",
    ),
    "37 module became a package": Case(
        both(in_train, move(TRAINPY, "pkg/trainer"), move("pkg/trainer", "pkg/train/__init__.py")),
        replace(TRAINPY, "yield batch", "yield batch, 1"),
    ),
    "38 rewritten": Case(
        write(TRAINPY, "mine_1 = 1\nmine_2 = 2\n"), replace(TRAINPY, "yield batch", "yield 1"), 3
    ),
    "39 emptied": Case(write(TRAINPY, ""), replace(TRAINPY, "yield batch", "yield 1"), 3),
    "40 lines removed": Case(
        replace(TRAINPY, "        yield batch\n", ""), replace(TRAINPY, "yield batch", "yield 1"), 3
    ),
    "44 similar classes, one inserted above": Case(
        in_b, replace(MODEL, "class BlockA", LAYER.format(name="New") + "\n\nclass BlockA")
    ),
    # what else users and templates do
    "classes shuffled": Case(in_b, write(MODEL, layers("BlockC", "Head", "BlockB", "Stem", "BlockA")), None),
    "classes reversed": Case(in_b, write(MODEL, layers("Head", "BlockC", "BlockB", "BlockA", "Stem")), None),
    "two classes swapped": Case(
        in_b, write(MODEL, layers("Stem", "BlockB", "BlockA", "BlockC", "Head")), None
    ),
    "class dropped": Case(in_b, write(MODEL, layers("Stem", "BlockA", "BlockC", "Head")), 3),
    "class renamed by the template": Case(in_b, replace(MODEL, "class BlockB", "class BottleneckB"), 3),
    "class renamed by the user": Case(
        replace(MODEL, "class BlockB", "class mine_1"),
        replace(MODEL, "import torch", "import math\nimport torch"),
    ),
    "class renamed by the user, changed by the template": Case(
        replace(MODEL, "class BlockB", "class mine_1"), within("BlockB", "return x", "return x + 1")
    ),
    "method added": Case(
        within(
            "BlockB", "        return x\n", "        return x\n\n    def mine_1(self):\n        return 1\n"
        ),
        write(MODEL, layers("Stem", "New", "BlockA", "BlockB", "BlockC", "Head")),
        None,
    ),
    "decorator added": Case(
        within("BlockB", "    def forward", "    @mine_1\n    def forward"),
        write(MODEL, layers("Stem", "BlockC", "BlockB", "BlockA", "Head")),
        None,
    ),
    "nested function": Case(
        within(
            "BlockB",
            "        x = self.net(x)",
            "        def mine_1(y):\n            return y\n\n        x = self.net(x)",
        ),
        write(MODEL, layers("BlockB", "Stem", "BlockA", "BlockC", "Head")),
        None,
    ),
    "comment above a class": Case(
        replace(MODEL, "class BlockB", "# mine_1\nclass BlockB"),
        write(MODEL, layers("Stem", "BlockC", "BlockB", "BlockA", "Head")),
        None,
    ),
    "layer in a Sequential": Case(
        within("BlockC", "            nn.ReLU(),", "            nn.Dropout(mine_1),\n            nn.ReLU(),"),
        write(MODEL, layers("BlockC", "BlockB", "BlockA", "Stem", "Head")),
        None,
    ),
    "split model.py": Case(
        both(
            write(MODEL, layers("Stem", "Head").replace("import torch", "import torch  # mine_1")),
            write(
                "pkg/blocks.py", layers("BlockA", "BlockB", "BlockC").replace("x = self", "x = mine_2 + self")
            ),
        ),
        within("BlockB", "nn.ReLU()", "nn.GELU()"),
        None,
    ),
    "vendored layer": Case(write("pkg/vendored.py", layers("mine_1")), news),
    "tests deleted": Case(lambda p: shutil.rmtree(p / "tests"), write("tests/test_new.py", "x = 1\n")),
    "all reformatted": Case(
        lambda p: [
            (p / name).write_text((p / name).read_text().replace("x = ", "x  =  ") + "# mine_1\n")
            for name in (MODEL, "pkg/resnet.py")
        ],
        within("BlockB", "nn.ReLU()", "nn.GELU()"),
    ),
    "config value": Case(
        replace(CONFIGS, "lr: 0.001", "lr: 0.01 # mine_1"), replace(CONFIGS, "epochs: 20", "epochs: 30")
    ),
    "config key beside a new one": Case(
        replace(CONFIGS, "  depth: 2", "  depth: 2\n  mine_1: 4"),
        replace(CONFIGS, "  depth: 2", "  depth: 2\n  heads: 4"),
        3,
    ),
    "config sections reordered": Case(
        replace(CONFIGS, "warmup: 0.05", "warmup: 0.05 # mine_1"),
        write(CONFIGS, CONFIG[CONFIG.index("training") :] + CONFIG[: CONFIG.index("training")]),
        None,
    ),
    "toml table": Case(
        replace("pyproject.toml", "strict = true", 'strict = true\nplugins = "mine_1"'),
        replace("pyproject.toml", "line-length = 100", "line-length = 120"),
    ),
    "readme section": Case(
        replace("README.md", "Run it.", "Run it. mine_1"),
        replace("README.md.jinja", "Bring it.", "Bring your own."),
    ),
    "gitignore": Case(append(".gitignore", "mine_1/\n"), write(".gitignore", "runs/\ndist/\n*.log\n"), 0),
    "broken Python": Case(
        both(in_b, append(MODEL, "\ndef mine_2(:\n")), within("Stem", "nn.ReLU()", "nn.GELU()")
    ),
    "main block": Case(
        append(TRAINPY, "\n\nif __name__ == '__main__':\n    mine_1()\n"),
        replace(TRAINPY, "yield batch", "yield 1"),
    ),
    "wrapped in a function": Case(
        lambda p: (p / TRAINPY).write_text(
            "def mine_1():\n" + "".join(f"    {line}" for line in TRAIN.splitlines(keepends=True))
        ),
        replace(TRAINPY, "yield batch", "yield 1"),
        3,
    ),
    "both drop it": Case(remove("run.sh"), remove("run.sh")),
    "both rename it, differently": Case(
        both(in_b, move(MODEL, "pkg/mine.py")), move(MODEL, "pkg/theirs.py"), 3
    ),
    "both rename it alike": Case(
        both(in_b, move(MODEL, "pkg/net.py")),
        both(within("Stem", "nn.ReLU()", "nn.GELU()"), move(MODEL, "pkg/net.py")),
    ),
    "file where the template has a folder": Case(write("docs", "mine_1\n"), write("docs/index.md", "x\n"), 3),
    "folder where the template has a file": Case(write("docs/index.md", "mine_1\n"), write("docs", "x\n"), 3),
    "own file in a renamed folder": Case(
        write("pkg/mine.py", "mine_1 = 1\n"), lambda p: (p / "pkg").rename(p / "core")
    ),
    "renamed by the template onto a file of the user": Case(
        both(in_b, write("pkg/network.py", layers("mine_2"))), move(MODEL, "pkg/network.py"), 3
    ),
    "similar file takes the name": Case(
        both(in_b, replace("pkg/resnet.py", "import torch", "import torch  # mine_2")),
        both(remove(MODEL), write("pkg/network.py", layers("Stem", "BlockA", "Other", "BlockC", "Head"))),
        None,
    ),
    "comment in the answers": Case(append(".copier-answers.yml", "# mine_1\n"), news),
}


@pytest.mark.parametrize("name", CASES)
def test_scenarios(it: World, name: str) -> None:
    case = CASES[name]
    it.edit(case.user)
    before = it.marks()
    it.release(case.template)
    printed = it.update("--defaults", code=case.code)
    after = it.marks()
    conflicts = re.findall(r"^  conflict +(.+?): ", printed, re.MULTILINE)
    for mark, owners in before.items():
        assert mark in after, f"{mark} is lost:\n{printed}"
        kept = {owner for _, owner in owners} == {owner for _, owner in after[mark]} and len(owners) == len(
            after[mark]
        )
        reported = any(path in conflicts for path, _ in after[mark])
        assert kept or reported, f"{mark} was in {owners} and is in {after[mark]}:\n{printed}"
    assert case.says in printed
    unmerged = git("diff", "--name-only", "--diff-filter=U", "-z", cwd=it.project).split("\0")
    assert sorted(filter(None, unmerged)) == sorted(conflicts)


def test_the_marks_of_the_scenarios_can_be_lost(it: World) -> None:
    """Plain copier loses what the template drops: the check above would see it."""
    it.edit(in_train)
    it.release(remove(TRAINPY))
    import copier

    copier.run_update(it.project, defaults=True, overwrite=True, quiet=True, settings=copier.Settings())
    assert "mine_1" not in it.marks()


def test_untracked_and_ignored_files_are_not_written_over(it: World) -> None:
    """Git does not keep them: the update stops before it starts (copier-facts 26)."""
    it.release(both(write("x.log", "theirs\n"), write("pkg/new.py", "theirs\n")))
    for name in ("x.log", "pkg/new.py"):
        write(name, "mine\n")(it.project)
        before = [path.read_bytes() for path in it.files()]
        assert f"{name} is in the way of {name}" in it.update(code=1)
        assert [path.read_bytes() for path in it.files()] == before
        (it.project / name).unlink()
    (it.project / "pkg/new.py").mkdir()
    write("pkg/new.py/inner.log", "mine\n")(it.project)
    assert "pkg/new.py/inner.log is in the way of pkg/new.py" in it.update(code=1)
    shutil.rmtree(it.project / "pkg/new.py")
    it.update()


def test_switch_of_a_file_that_is_called_like_the_choice(it: World) -> None:
    """Copier loses the edit with the file (copier-facts 27)."""
    it.edit(replace("pkg/resnet.py", "x = self", "x = mine_1 + self"))
    printed = it.run("regenerate", it.project, "--set", "arch=vit", code=None)
    assert "mine_1" in it.marks(), printed
    assert (it.project / "pkg/vit.py").exists()


def test_edited_answer_on_a_line_of_the_user(it: World) -> None:
    """A switch conflicts where the user changed the same line (copier-facts 29)."""
    it.edit(replace("README.md", "A resnet.", "A resnet of mine_1."))
    printed = it.run("regenerate", it.project, "--set", "arch=vit", code=3)
    assert "conflict" in printed
    assert (
        "<<<<<<< yours\nA resnet of mine_1.\n=======\nA vit.\n>>>>>>> template v1.0.0"
        in (it.project / "README.md").read_text()
    )


def test_answers_edited_by_hand_are_detected(it: World) -> None:
    """The files are still those of the answers before (copier-facts 30)."""
    it.edit(replace(".copier-answers.yml", "arch: resnet", "arch: vit"))
    it.release(news)
    before = [path.read_bytes() for path in it.files()]
    printed = it.update(code=1)
    assert "arch in .copier-answers.yml was edited by hand" in printed
    assert "scaffold regenerate --set arch=vit" in printed
    assert [path.read_bytes() for path in it.files()] == before


def test_answers_that_regenerate_wrote_are_no_edit_by_hand(it: World) -> None:
    it.edit(lambda p: it.run("regenerate", p, "--set", "arch=vit"))
    it.release(news)
    assert "news.py" in it.update()


@pytest.mark.parametrize("line", ["archi: resnet", "arch: resnett", "arch: [", "augment: maybe"])
def test_answers_that_are_wrong(it: World, line: str) -> None:
    it.edit(replace(".copier-answers.yml", "arch: resnet", line))
    it.release(news)
    printed = it.update(code=None)
    assert printed.startswith("error: ")
    assert printed.count("\n") == 1
    assert ".copier-answers.yml" in printed
    assert not git("status", "--porcelain", cwd=it.project)


def test_unrendered_template_leaves_the_project(it: World) -> None:
    """All renders come before the first write (copier-facts 45)."""
    it.release(both(news, write("broken.txt.jinja", "{{ nothing.at.all }}")))
    assert "the template cannot be rendered" in it.update(code=1)
    assert not git("status", "--porcelain", "--ignored", cwd=it.project)


def test_monorepo_worktree_submodule_hooks_and_autocrlf(it: World, tmp_path: Path) -> None:
    """A project in a folder of another repository, in a second work tree of it, with settings in the way."""
    it.edit(lambda p: write("README.md", (p / "README.md").read_bytes().replace(b"Run it.", b"mine_1"))(p))
    shutil.rmtree(it.project / ".git")
    mono = tmp_path / "mono"
    shutil.copytree(it.project, mono / "projects/p", symlinks=True)
    write("other.txt", "mine\n")(mono)
    write(".gitattributes", "*.md text eol=crlf\n")(mono)
    git("init", "--quiet", cwd=mono)
    git("add", "--all", "--force", cwd=mono)
    git("commit", "--quiet", "-m", "mono", cwd=mono)
    git("clone", "--quiet", it.template, tmp_path / "sub", cwd=mono)
    git(
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        tmp_path / "sub",
        "projects/p/sub",
        cwd=mono,
    )
    git("commit", "--quiet", "-m", "submodule", cwd=mono)
    git("worktree", "add", "--quiet", tmp_path / "second", cwd=mono)
    git("config", "core.autocrlf", "true", cwd=mono)
    write("post-index-change", "#!/bin/sh\nexit 1\n")(mono / ".git/hooks")
    write("pre-commit", "#!/bin/sh\nexit 1\n")(mono / ".git/hooks")
    for hook in (mono / ".git/hooks").iterdir():
        hook.chmod(0o755)
    it.release(both(news, replace("README.md.jinja", "Bring it.", "Bring your own.")))
    it.project = tmp_path / "second/projects/p"
    write("README.txt", "untracked\n")(it.project)
    printed = it.update()
    assert re.findall(r"^  (\w+) +(.+)$", printed, re.MULTILINE) == [
        ("updated", ".copier-answers.yml"),
        ("merged", "README.md"),
        ("added", "pkg/news.py"),
    ]
    text = (it.project / "README.md").read_bytes()
    assert b"mine_1\r\n" in text
    assert b"Bring your own.\r\n" in text
    assert git("status", "--porcelain", "--untracked-files=no", cwd=tmp_path / "second").splitlines() == [
        "M  projects/p/.copier-answers.yml",
        "M  projects/p/README.md",
        "A  projects/p/pkg/news.py",
    ]


def test_conflicts_are_seen_by_git(it: World) -> None:
    """With three stages in the index, and markers that name the sides in words."""
    it.edit(in_train)
    it.release(replace(TRAINPY, "loss.backward()", "loss.sum().backward()"))
    printed = it.update(code=3)
    assert "conflict  pkg/train.py: both changed the same lines" in printed
    assert "1 conflict is left: resolve, git add, git commit" in printed
    text = (it.project / TRAINPY).read_text()
    assert "<<<<<<< yours\n        loss.backward()  # mine_1\n=======\n" in text
    assert ">>>>>>> template v2.0.0\n" in text
    assert git("ls-files", "-u", cwd=it.project).count("pkg/train.py") == 3
    assert "uncommitted" in (refused := it.update(code=1)) or "unresolved conflicts" in refused
    git("checkout", "--ours", TRAINPY, cwd=it.project)
    it.edit(nothing)
    assert "which is the newest" in it.update()


def test_mode_and_links_arrive(it: World) -> None:
    def change(place: Path) -> None:
        (place / "run.sh").chmod(0o644)
        write("go.sh", "#!/bin/sh\n")(place)
        (place / "go.sh").chmod(0o755)
        (place / "link").unlink()
        (place / "link").symlink_to("run.sh")

    it.release(change)
    it.update()
    assert not os.access(it.project / "run.sh", os.X_OK) or not (it.project / "run.sh").stat().st_mode & 0o100
    assert (it.project / "go.sh").stat().st_mode & 0o100
    assert os.readlink(it.project / "link") == "run.sh"


def test_dry_run_shows_and_writes_nothing(it: World) -> None:
    it.edit(in_b)
    it.release(both(news, within("Stem", "nn.ReLU()", "nn.GELU()")))
    objects = sorted((it.project / ".git/objects").rglob("*"))
    printed = it.update("--dry-run")
    assert "+NEWS = 2" in printed
    assert "+            nn.GELU()," in printed
    assert "mine_1" not in printed
    assert not git("status", "--porcelain", "--ignored", cwd=it.project)
    assert sorted((it.project / ".git/objects").rglob("*")) == objects
    assert not (it.project / ".git/scaffold").exists()


def test_abort_goes_back(it: World) -> None:
    it.edit(in_train)
    before = [(path.name, path.read_bytes()) for path in it.files()]
    it.release(both(replace(TRAINPY, "loss.backward()", "loss.sum().backward()"), news, remove("run.sh")))
    it.update(code=3)
    write(TRAINPY, "half resolved\n")(it.project)
    printed = it.run("update", it.project, "--abort")
    assert "has been undone" in printed
    assert [(path.name, path.read_bytes()) for path in it.files()] == before
    assert not git("status", "--porcelain", "--ignored", cwd=it.project)
    assert (it.project / ".git/scaffold/kept" / TRAINPY).read_text() == "half resolved\n"
    assert "no update or regeneration" in it.run("update", it.project, "--abort", code=1)
    it.update(code=3)
    git("checkout", "--ours", TRAINPY, cwd=it.project)
    it.edit(nothing)
    assert "has been committed" in it.run("update", it.project, "--abort", code=1)


def test_versions(it: World) -> None:
    """Pre-releases only when asked, no way back, and what is not there is named."""
    it.release(news, "v2.0.0rc1")
    assert "which is the newest" in it.update()
    assert "has no version 'v7'" in it.update("--ref", "v7", code=1)
    it.update("--ref", "v2.0.0rc1")
    it.edit(nothing)
    assert "has the pre-release v2.0.0rc1, and the newest release is v1.0.0" in it.update(code=1)
    assert "v1.0.0 is older than v2.0.0rc1" in it.update("--ref", "v1.0.0", code=1)
    it.release(write("pkg/more.py", "x = 1\n"), "v2.0.0")
    assert "added    pkg/more.py" in it.update()


@pytest.mark.parametrize(
    ("config", "says", "flags"),
    [
        (
            {"choices: [resnet, vit]": "choices: [vit, cnn]", "default: resnet": "default: vit"},
            "no arch 'resnet'",
            ["arch=cnn"],
        ),
        (
            {"augment:": "size: {type: int}\naugment:"},
            "'size' is not answered and there is no terminal",
            ["size=3"],
        ),
    ],
)
def test_questions_that_must_be_asked(it: World, config: dict[str, str], says: str, flags: list[str]) -> None:
    """A choice that was withdrawn, a new question without a default: refused, or answered by flag."""

    def change(place: Path) -> None:
        replace("copier.yml", *(text for pair in config.items() for text in pair))(place.parent)

    it.release(change)
    printed = it.update("--defaults", code=None)
    assert says in printed
    assert "--set" in printed
    assert not git("status", "--porcelain", "--ignored", cwd=it.project)
    it.update(*(part for flag in flags for part in ("--set", flag)))
    assert flags[0].replace("=", ": ") in (it.project / ".copier-answers.yml").read_text()


def test_refusals(it: World) -> None:
    """One sentence, status 1, and nothing is touched."""
    it.release(both(news, append(TRAINPY, "\nx = 1\n")))

    def refused(says: str, *args: str | Path) -> None:
        printed = it.run(*(args or ("update", it.project)), code=1)
        assert says in printed
        assert printed.count("\n") == 1

    write(TRAINPY, "dirty\n")(it.project)
    refused("there are uncommitted changes in pkg/train.py: run git commit")
    git("checkout", "--quiet", ".", cwd=it.project)
    git("update-index", "--assume-unchanged", TRAINPY, cwd=it.project)
    write(TRAINPY, "hidden\n")(it.project)
    refused("git is told not to look at pkg/train.py")
    git("update-index", "--no-assume-unchanged", TRAINPY, cwd=it.project)
    git("checkout", "--quiet", ".", cwd=it.project)
    (it.project / TRAINPY).chmod(0o444)
    refused("pkg/train.py is read-only")
    (it.project / TRAINPY).chmod(0o644)
    (it.project / ".git/index.lock").touch()
    refused("git is at work in this repository")
    (it.project / ".git/index.lock").unlink()
    refused("cannot be read", "update", it.project, "--template", "git+file:///nowhere.git")
    outside = it.project.parent / "outside"
    shutil.copytree(it.project, outside, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    refused("is not in a git repository", "update", outside)
    refused("there is no .copier-answers.yml", "update", it.project / "pkg")
    shutil.move(it.template, f"{it.template}-moved")
    refused("there is no template at", "update", it.project)
    assert not git("status", "--porcelain", "--ignored", cwd=it.project)


def test_git_that_is_too_old(it: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin/git"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\n[ "$3" = --version ] && echo git version 2.30.2 || exec {shutil.which("git")} "$@"\n'
    )
    fake.chmod(0o755)
    it.release(news)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    assert "merging needs git 2.38 or newer, and this is git 2.30.2" in it.update(code=1)
