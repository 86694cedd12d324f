"""Siblings that share a name: an edit of one of them stays in it, or is a conflict that shows it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from merging import of_user, texts, trees
from test_property import owner_of

from scaffold.merge.store import Store
from scaffold.merge.three_way import merge
from scaffold.project import Project

MINE = "mine_1"


@dataclass
class Case:
    """Siblings that look alike; the user adds a line to the second one.

    Attributes:
        name: The name of the file.
        start: What stands above them.
        end: What stands below them.
        sibling: How each looks: NAME tells it from the others, MINE is the user's line.
    """

    name: str
    start: str
    sibling: str
    end: str = ""

    def text(self, *names: str, edited: str = "") -> str:
        """Write a version with these siblings in this order."""
        return self.start + "".join(self.one(name, mine=name == edited) for name in names) + self.end

    def one(self, name: str, *, mine: bool) -> str:
        """Write one of them, with the user's line or without."""
        lines = self.sibling.replace("NAME", name).splitlines(keepends=True)
        return "".join(line.replace("MINE", MINE) for line in lines if mine or "MINE" not in line)


STEP = "      - name: NAME\n        env:\n          A: 1\n          MINE: 1\n        shell: bash\n"
FLUSH = "    - uses: NAME@v4\n      with:\n        a: 1\n        MINE: 1\n"
HOOK = "  - id: NAME\n    args:\n      - --fix\n      - --MINE\n"
REGISTER = (
    "@area.register\ndef _(shape: NAME) -> float:\n    size = shape.size\n    MINE = 1\n    return size\n\n\n"
)
OVERLOAD = REGISTER.replace("@area.register", "@overload").replace("_(", "scale(")
COPY = "class Block:\n    def forward(self, x):\n        x = f(x)\n        MINE = 1\n        return x\n\n\n"
ENTRY = '    "NAME": dict(\n        lr=1,\n        MINE=1,\n        depth=2,\n    ),\n'
LAYER = "        nn.Linear(\n            8,\n            # MINE\n            8,\n        ),\n"
CALL = 'parser.add_argument(\n    "--NAME",\n    type=int,\n    MINE=1,\n    default=1,\n)\n'
BRANCH = (
    "if NAME:\n    def load(path):\n        data = read(path)\n        MINE = 1\n        return data\n\n\n"
)
WIRED = "@register(\n    'NAME',\n)\ndef NAME(x):\n    y = x\n    MINE = 1\n    return y\n\n\n"
GENERIC = "def NAME[T](x: T) -> T:\n    y = x\n    MINE = 1\n    return y\n\n\n"
MARGIN = '''\
class NAME:
    """Doc.

flush
    """

    def forward(self, x):
        x = f(x)
        MINE = 1
        return x


'''
OVERRIDE = '[[tool.mypy.overrides]]\nmodule = "NAME"\nMINE = 1\nignore = true\n\n'
SUBTABLE = '[[job]]\nname = "NAME"\n[job.env]\na = 1\nMINE = 1\nb = 2\n\n'
HEADING = "## NAME\n\nText.\n\n### Use\n\nRun it.\nMINE\n\n"
FENCED = "## NAME\n\n```sh\n# install\nrun\nMINE\n```\n\n"
DOCUMENT = "---\nkind: NAME\nspec:\n  a: 1\n  MINE: 1\n  b: 2\n"
JOBS = "on: push\njobs:\n  test:\n    steps:\n"
CASES = {
    "steps of a workflow": Case("ci.yml", JOBS, STEP),
    "steps at the indentation of their key": Case("ci.yml", JOBS, FLUSH),
    "hooks": Case("hooks.yaml", "hooks:\n", HOOK),
    "documents": Case("all.yaml", "", DOCUMENT),
    "tables": Case("p.toml", "", OVERRIDE),
    "tables below a table": Case("p.toml", "", SUBTABLE),
    "sub-headings": Case("a.md", "# T\n\n", HEADING),
    "comments in fenced blocks": Case("a.md", "# T\n\n", FENCED),
    "singledispatch": Case("a.py", "", REGISTER),
    "overloads": Case("a.py", "", OVERLOAD),
    "branches": Case("a.py", "", BRANCH),
    "entries of a dictionary": Case("a.py", "RECIPES = {\n", ENTRY, "}\n"),
    "calls of a module": Case("a.py", "", CALL),
    "decorators of several lines": Case("a.py", "", WIRED),
    "newer syntax": Case("a.py", "", GENERIC),
    "a docstring at the margin, in newer syntax": Case("a.py", "type A = int\n\n\n", MARGIN),
    "a byte order mark": Case("a.py", "\ufeffimport a\n\n\n", WIRED),
    "half a file": Case("a.py", "RECIPES = {\n", ENTRY),
    "magic of a notebook": Case("a.py", "%matplotlib inline\n\n\n", WIRED),
}
COPIES = {
    "documents": Case("all.yaml", "", DOCUMENT),
    "steps": Case("ci.yml", JOBS, STEP),
    "tables": Case("p.toml", "", OVERRIDE),
    "copies of a class": Case("a.py", "", COPY),
    "layers": Case("a.py", "net = nn.Sequential(\n", LAYER, ")\n"),
    "calls": Case("a.py", "", CALL),
    "functions": Case("a.py", "", REGISTER),
    "lines": Case("a.txt", "", "x = f(x)\ny = f(y)\nMINE\n"),
}


def merged_text(repository: Project, name: str, *sides: str) -> tuple[str, bool]:
    """Merge one file; return its text and whether it is in conflict."""
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(repository, Path(scratch))
        base, yours, theirs = trees(store, *({name: side} for side in sides))
        merged = merge(store, base, yours, theirs, "template v2")
        return texts(store, merged.result)[name], name in merged.conflicts


@pytest.mark.parametrize(
    "new", [["B", "A", "C"], ["N", "A", "B", "C"], ["C", "B", "A"], ["A", "N", "C", "B"]]
)
@pytest.mark.parametrize("name", CASES)
def test_an_edit_stays_in_its_sibling(repository: Project, name: str, new: list[str]) -> None:
    case = CASES[name]
    base, yours = case.text("A", "B", "C"), case.text("A", "B", "C", edited="B")
    text, conflict = merged_text(repository, case.name, base, yours, case.text(*new))
    if conflict:
        assert case.one("B", mine=True).strip() in of_user(text)[0], text
    else:
        assert text == case.text(*new, edited="B")


@pytest.mark.parametrize("name", COPIES)
def test_an_edit_of_one_of_several_copies_is_a_conflict_if_the_template_adds_one(
    repository: Project, name: str
) -> None:
    case = COPIES[name]
    edited = case.one("A", mine=True)
    yours = case.start + case.one("A", mine=False) + edited + case.one("A", mine=False) + case.end
    text, conflict = merged_text(repository, case.name, case.text(*"AAA"), yours, case.text(*"AAAA"))
    assert conflict, text
    assert edited in of_user(text)[0]


@pytest.mark.parametrize(
    ("name", "copy", "line", "beside"),
    [
        ("p.toml", '[[job]]\nmode = "x"\n\n', 'mode = "x"', "[{}]\nlevel = 1\n\n"),
        ("p.yaml", "- mode: x\n  a: 1\n  b: 2\n", "mode: x", "- name: {}\n  level: 1\n  strict: 1\n"),
    ],
)
def test_an_item_is_not_known_by_a_line_that_both_sides_replace(
    repository: Project, name: str, copy: str, line: str, beside: str
) -> None:
    """The template may have added the first one of three, or the last one and edited the first."""
    mine, theirs = (copy.replace(line, line.replace("mode", word)) for word in (MINE, "theirs"))
    text, conflict = merged_text(
        repository,
        name,
        beside.format("A") + copy + copy,
        beside.format("A") + mine + copy,
        theirs + beside.format("B") + copy + copy,
    )
    assert conflict, text
    assert line.replace("mode", MINE) in of_user(text)[0]


def test_a_conflict_hides_no_other_misplacement(repository: Project) -> None:
    """A line is in a conflict of one class, and git would move its like from a second class to a third."""
    case = Case("a.py", "import a\n\n\n", COPY.replace("Block", "NAME"))
    last, mine = case.one("D", mine=False), case.one("D", mine=True)
    yours = case.text(*"ABC", edited="B") + mine
    theirs = case.text(*"BAC") + last.replace("        return x", "        theirs = 1\n        return x")
    text, conflict = merged_text(repository, case.name, case.text(*"ABC") + last, yours, theirs)
    assert conflict
    assert owner_of(of_user(text)[0], MINE) == ["B.forward", "D.forward"]


def test_what_nests_without_bound(repository: Project) -> None:
    """A thousand branches, and a sum of a thousand lines, are read without recursion."""
    branches = "if x == 0:\n    y = 0\n" + "".join(f"elif x == {n}:\n    y = {n}\n" for n in range(1, 1000))
    total = "z = (\n    0\n" + "".join(f"    + f(\n        {n},\n    )\n" for n in range(1000)) + ")\n"
    base = branches + total
    yours = base.replace("    y = 500\n", "    y = 500\n    mine_1 = 1\n")
    theirs = base.replace("    y = 2\n", "    y = 3\n")
    text, conflict = merged_text(repository, "a.py", base, yours, theirs)
    assert not conflict
    assert "    y = 500\n    mine_1 = 1\n" in text


def test_a_switch_shows_definitions_whole(repository: Project) -> None:
    """Another architecture over an edited one: the user's stands whole, the template's is plain."""
    old = "class Block:\n    def forward(self, x):\n        return self.conv(x)\n\n\n"
    net = "class Net:\n    def forward(self, x):\n        return self.blocks(x)\n"
    mine = old.replace("self.conv(x)", "self.conv(x) + mine_1")
    extra = "class Mine:\n    def forward(self, x):\n        return mine_2\n\n\n"
    new = "class Attention:\n    def forward(self, x):\n        return self.heads(x)\n\n\n"
    other = net.replace("Net", "Transformer").replace("blocks", "layers")
    text, conflict = merged_text(
        repository,
        "model.py",
        f"import a\n\n\n{old}{net}",
        f"import a\n\n\n{mine}{extra}{net}",
        f"import a\n\n\n{new}{other}",
    )
    assert conflict
    assert text.count("<<<<<<<") == 1
    assert f"<<<<<<< yours\n{mine.rstrip()}\n=======\n>>>>>>> template v2\n" in text
    assert extra.rstrip() in text
    assert new.rstrip() in text
    assert other.rstrip() in text
    assert net not in text
