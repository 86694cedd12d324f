"""A project made before its modules moved into engine/ and tools/ is updated, with edits in each of them.

The version before is not in a shallow clone: it is made of the current one, by moving the files back.
"""

import ast
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import commit, git, run
from update_world import call

Update = Callable[..., str]

# What the project is made with: most of the files that have moved are in it.
FLAGS = ("--architecture", "mlp", "--export", "--distributed", "--defaults", "--quiet")
NOTE = re.compile(r"^note: (\S+), line (\d+): imports (\S+), which is (\S+) now$", re.MULTILINE)


def moved(tree: Path, made: Path) -> dict[str, str]:
    """Return where each file of a project was, and where it is."""
    project = tree / "template/project"
    found = {}
    for path in (*project.glob("*/engine/*"), *project.glob("*/tools/*")):
        name = path.relative_to(project).as_posix().replace("{{ package }}", "demo")
        name = re.sub(r"{%.*?%}|\.jinja$", "", name)
        old = re.sub("/(engine|tools)/", "/", name)
        if path.name not in ("__init__.py", "ranges.py") and (made / old).exists():  # these have no functions
            found[old] = name
    return found


def move_back(tree: Path) -> None:
    """Make a template whose projects have all modules in one folder, and all tests in another."""
    project = tree / "template/project"
    package = project / "{{ package }}"
    paths = [*package.glob("engine/*"), *package.glob("tools/*"), *project.glob("tests/engine/*")]
    parts = tree / "template/parts"
    inner = {path for path in paths if path.is_file()} | set(parts.glob("tools/**/*.py"))
    inner |= set(parts.glob("engine/**/*.py"))
    for path in (*tree.rglob("*.py"), *package.rglob("*.jinja"), *package.rglob("*%}")):
        text = path.read_text()
        if path in inner:
            text = re.sub(r"^( *from )\.\.", r"\1.", text, flags=re.MULTILINE)
        if path in inner or path.parent == parts / "tests/engine":
            text = text.replace("Path(__file__).parents[2]", "Path(__file__).parents[1]")
        text = re.sub(r"(from \.)(?:engine|tools)\b\.?", r"\1", text)
        path.write_text(re.sub(r"(package\}?)\.(?:engine|tools)\b", r"\1", text))
    for path in paths:
        if path.name == "__init__.py":
            path.unlink()
        else:
            path.rename(path.parents[1] / path.name)
    ruff = (sys.executable, "-m", "ruff", "check", "--quiet", "--no-cache", "--select", "I", "--fix")
    # In report.py a fork stands among the imports, which sorting would tear apart; in show.py it sorts none.
    run(*ruff, "--exclude", "report.py", "template", cwd=tree)


@pytest.fixture(scope="module")
def made(template_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project of the version before, and release the current one."""
    folder = tmp_path_factory.mktemp("moves")
    shutil.copytree(template_tree, folder / "template")
    move_back(folder / "template")
    git("init", "--quiet", "-b", "main", cwd=folder / "template")
    commit(folder / "template", "before", "v1.0.0")
    assert call("new", folder / "demo", "--template", folder / "template", *FLAGS) == 0
    shutil.rmtree(folder / "template/template")
    shutil.copytree(template_tree / "template", folder / "template/template")
    commit(folder / "template", "moved", "v2.0.0")
    return folder / "demo"


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers the folder of the test before
    shutil.copytree(made, tmp_path / "demo")
    return tmp_path / "demo"


@pytest.fixture
def update(project: Path, capfd: pytest.CaptureFixture[str]) -> Update:
    """Commit what was edited, update, and return what was printed."""

    def update(code: int = 0) -> str:
        git("add", "--all", cwd=project)
        git("commit", "--quiet", "-m", "mine", cwd=project)
        capfd.readouterr()
        ended = call("update", project)
        printed = "".join(capfd.readouterr())
        assert ended == code, printed
        return printed

    return update


def last_definition(text: str) -> ast.FunctionDef | ast.ClassDef:
    """The last function, or of a file that has none the last class."""
    nodes = [*ast.walk(ast.parse(text))]
    found: list[ast.FunctionDef | ast.ClassDef] = [
        node for node in nodes if isinstance(node, ast.FunctionDef)
    ]
    found = found or [node for node in nodes if isinstance(node, ast.ClassDef)]
    return max(found, key=lambda definition: definition.lineno)


def insert(path: Path, number: int, line: str) -> None:
    """Put a line before the line of this number."""
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[: number - 1], f"{line}\n", *lines[number - 1 :]]))


def test_edits_follow_every_moved_file(project: Path, update: Update, template_tree: Path) -> None:
    """In the function where they were written; what was trained before is evaluated as before."""
    demo = (sys.executable, "-m", "demo")
    run(*demo, "train", "--config", "configs/debug.yaml", cwd=project)
    before = run(*demo, "evaluate", cwd=project).stdout
    files = moved(template_tree, project)
    assert len(files) >= 18
    owners = {}
    for old in files:
        text = (project / old).read_text()
        definition = last_definition(text)
        first = definition.body[-1]
        insert(project / old, first.lineno, f"{' ' * first.col_offset}_ = 'mine in {old}'")
        owners[old] = definition.name
    printed = update()
    for old, new in files.items():
        assert f"followed the template's rename  {new} (was {old})" in printed
        assert not (project / old).exists()
        text = (project / new).read_text()
        definition = last_definition(text)
        assert definition.name == owners[old]
        assert f"_ = 'mine in {old}'" in ast.unparse(definition)
        assert text.count("mine in") == 1
    assert not NOTE.search(printed), "the imports of the template have moved with it"
    assert run(*demo, "evaluate", cwd=project).stdout == before
    run(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", cwd=project)


def test_edits_of_import_blocks_are_merged_or_reported(
    project: Path, update: Update, template_tree: Path
) -> None:
    """A line behind the last import stands where the imports have not changed, and else in a conflict."""
    files = moved(template_tree, project)
    for old in files:
        body = ast.parse((project / old).read_text()).body
        last = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)][-1]
        assert last.end_lineno
        insert(project / old, last.end_lineno + 1, f"import gc  # mine in {old}")
    printed = update(3)
    conflicts = set(re.findall(r"^  conflict +(\S+): both changed", printed, re.MULTILINE))
    assert conflicts == set(git("diff", "--name-only", "--diff-filter=U", cwd=project).splitlines())
    assert {"demo/tools/results.py"} <= conflicts < set(files.values())
    assert "demo/engine/checkpoint.py" not in conflicts, "its imports are of other packages"
    for old, new in files.items():
        text = (project / new).read_text()
        assert text.count(f"import gc  # mine in {old}") == 1
        assert ("<<<<<<< yours" in text) == (new in conflicts)


OWN = """\
import demo.state as whole
from demo.run import RunError
from torch.distributed import run

from . import data, parallel
from .data import load_data
from .state import (
    Settings,
    TrainState,
)


def late():
    from .show import save
"""
EDITS = {  # of a file that stays, of one that moves, and of an import block, which is a conflict
    "demo/train.py": ("    device = next(", "    from .device import choose_device\n\n"),
    "demo/state.py": (
        "        torch.manual_seed(seed)\n",
        "        from .mine import late\n\n        from .own import x\n\n",
    ),
    "demo/sweep.py": ("from .train import monitored, train\n", "from .mine import late\n"),
}
TOLD = {
    ("demo/engine/state.py", "from .mine import late", ".mine", "..mine"),
    (
        "demo/engine/state.py",
        "from .own import x",
        ".own",
        "..own",
    ),  # not demo/engine/own.py, which is mine too
    ("demo/mine.py", "import demo.state as whole", "demo.state", "demo.engine.state"),
    ("demo/mine.py", "from demo.run import RunError", "demo.run", "demo.engine.run"),
    ("demo/mine.py", "from . import data, parallel", ".parallel", ".engine.parallel"),
    ("demo/mine.py", "from .state import (", ".state", ".engine.state"),
    ("demo/mine.py", "from .show import save", ".show", ".tools.show"),
    ("demo/more/mine.py", "from ..run import Run", "..run", "..engine.run"),
    ("demo/train.py", "from .device import choose_device", ".device", ".engine.device"),
    (
        "tests/test_mine.py",
        "from demo.checkpoint import find_best",
        "demo.checkpoint",
        "demo.engine.checkpoint",
    ),
}


def test_imports_that_the_moves_break_are_told(project: Path, update: Update) -> None:
    """In files of the user, in what they changed, and in their side of a conflict; no others are."""
    (project / "demo/more").mkdir()
    (project / "demo/mine.py").write_text(OWN)
    (project / "demo/more/mine.py").write_text("from ..run import Run\nfrom ..data import load_data\n")
    (project / "tests/test_mine.py").write_text("from demo.checkpoint import find_best\n")
    (project / "demo/own.py").write_text("x = 1\n")
    (project / "demo/engine").mkdir()
    (project / "demo/engine/own.py").write_text("x = 2\n")
    (project / "data.py").touch()  # not what `..data` means in demo/engine/
    (project / "old.py").write_text("import demo.state\nprint 1\n")
    for name, (place, line) in EDITS.items():
        text = (project / name).read_text()
        assert place in text
        (project / name).write_text(text.replace(place, line + place, 1))
    printed = update(3)
    told = []
    for name, number, old, new in NOTE.findall(printed):
        line = (project / name).read_text().splitlines()[int(number) - 1].strip()
        told.append((name, line, old, new))
    conflict = [each for each in told if each[0] == "demo/tools/sweep.py"]
    assert set(told) - set(conflict) == TOLD
    assert len(told) == len(TOLD) + len(conflict)
    assert ("demo/tools/sweep.py", "from .mine import late", ".mine", "..mine") in conflict
    assert all(line.startswith(f"from {old} import") for _, line, old, _ in conflict)
    assert "note: old.py is no Python that can be read: it may import modules that have moved" in printed
    for name, _, _, new in told:
        package = name.rpartition("/")[0].replace("/", ".")
        run(
            sys.executable,
            "-c",
            f"import importlib.util as u; assert u.find_spec({new!r}, {package!r})",
            cwd=project,
        )
