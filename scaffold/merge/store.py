"""Trees and files in the user's repository; new ones stay in a scratch folder until they are wanted."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scaffold import git
from scaffold.errors import ScaffoldError
from scaffold.project import Project

NOBODY = {f"GIT_{who}_{what}": "scaffold" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
# Settings of the user that would get in the way of plumbing.
PLAIN = (
    "safecrlf=false",
    "fsmonitor=false",
    "untrackedCache=false",
    "splitIndex=false",
    "sparseCheckout=false",
)


class Entry(NamedTuple):
    """A file as git knows it."""

    mode: str
    oid: str

    @property
    def is_file(self) -> bool:
        """Say whether it is a file, neither a symbolic link nor a submodule."""
        return self.mode.startswith("100")


Tree = dict[str, Entry]


class Store:
    """Git in the user's repository. Nothing is written there before `keep`."""

    def __init__(self, project: Project, scratch: Path) -> None:
        """Prepare a folder for new objects."""
        version = git.run("--version").split()[2]
        if tuple(int(part) for part in version.split(".")[:2]) < (2, 38):
            raise ScaffoldError(f"merging needs git 2.38 or newer, and this is git {version}: upgrade git")
        self.project, self.scratch = project, scratch
        named = git.run("rev-parse", "--git-path", "objects", cwd=project.top)
        self.objects, self.new = project.top / named, scratch / "objects"
        self.new.mkdir()
        quoted = str(self.objects).replace("\\", "\\\\").replace('"', '\\"')
        self.env = {
            **NOBODY,
            "GIT_DIR": str(project.git_dir),
            "GIT_WORK_TREE": str(project.top),
            "GIT_OBJECT_DIRECTORY": str(self.new),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{quoted}"',
        }

    def git(
        self,
        *args: str,
        stdin: bytes = b"",
        good: Sequence[int] = (0,),
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> bytes:
        """Run git in the repository."""
        settings = [part for setting in PLAIN for part in ("-c", f"core.{setting}")]
        environment = {**self.env, **(env or {})}
        return git.pipe([*settings, *args], cwd or self.project.top, environment, stdin, good)

    def head(self, commit: str = "HEAD") -> Tree:
        """Return the project as it is committed, or as it was."""
        return self.entries(f"{commit}:{self.project.prefix.rstrip('/')}")

    def work_tree(self, *, untracked: bool = True) -> Tree:
        """Return the project as it stands in its folder, but for ignored files, or for all that are new."""
        index, folder = {"GIT_INDEX_FILE": str(self.scratch / "index-work")}, self.project.folder
        shutil.copy2(self.project.git_dir / "index", self.scratch / "index-work")
        self.git("add", "--update", "--", ".", cwd=folder, env=index)
        if untracked:
            listed = self.git("ls-files", "--others", "--exclude-standard", "-z", cwd=folder, env=index)
            # A folder in that list, with a slash at its end, is a repository of its own.
            names = [name + b"\0" for name in listed.split(b"\0") if name and not name.endswith(b"/")]
            self.git("update-index", "--add", "-z", "--stdin", stdin=b"".join(names), cwd=folder, env=index)
        return self.entries(self._written(index))

    def folder(self, folder: Path) -> Tree:
        """Return the files of a rendered project, as `git add` in the user's repository would take them."""
        root = self.scratch / f"root-{folder.parent.name}"
        place = root / self.project.prefix
        place.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(place)
        index = {"GIT_INDEX_FILE": str(root) + ".index", "GIT_WORK_TREE": str(root)}
        borrowed = []
        for name in self._attributes():
            if not (root / name).exists():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_bytes(self.git("cat-file", "blob", f"HEAD:{name}"))
                borrowed.append(f":(top,exclude,literal){name}")
        self.git("add", "--all", "--force", "--", ".", *borrowed, cwd=place, env=index)
        return self.entries(self._written(index))

    def _attributes(self) -> list[str]:
        listed = self.git("ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD")
        names = (decoded(name) for name in listed.split(b"\0"))
        return [name for name in names if name.rpartition("/")[2] == ".gitattributes"]

    def _written(self, index: Mapping[str, str]) -> str:
        prefix = (f"--prefix={self.project.prefix}",) if self.project.prefix else ()
        return self.git("write-tree", *prefix, env=index).decode().strip()

    def entries(self, tree: str) -> Tree:
        """List a tree."""
        found: Tree = {}
        for line in self.git("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0")[:-1]:
            meta, _, path = line.partition(b"\t")
            mode, _, oid = meta.decode().split(" ")
            found[decoded(path)] = Entry(mode, oid)
        return found

    def write(self, tree: Tree) -> str:
        """Make a tree object and return its name."""
        index = {"GIT_INDEX_FILE": str(self.scratch / "index-write")}
        (self.scratch / "index-write").unlink(missing_ok=True)
        lines = "".join(f"{entry.mode} {entry.oid}\t{path}\0" for path, entry in tree.items())
        self.git("update-index", "-z", "--index-info", stdin=encoded(lines), env=index)
        return self.git("write-tree", "--missing-ok", env=index).decode().strip()

    def commit(self, tree: Tree, *parents: str) -> str:
        """Make a commit object and return its name."""
        named = [part for parent in parents for part in ("-p", parent)]
        return self.git("commit-tree", "-m", "scaffold", *named, self.write(tree)).decode().strip()

    def read(self, entry: Entry) -> bytes:
        """Return the content of a file."""
        return self.git("cat-file", "blob", entry.oid)

    def add(self, content: bytes) -> str:
        """Make a file object and return its name."""
        return self.git("hash-object", "-w", "--stdin", "--no-filters", stdin=content).decode().strip()

    def renames(self, before: str, after: str) -> dict[str, str]:
        """Return which file of one tree or commit has become which of another one."""
        listed = self.git(
            "diff-tree", "-r", "-z", "-M", "-l10000", "--diff-filter=R", "--name-status", before, after
        )
        names = [decoded(part) for part in listed.split(b"\0")[:-1]]
        return dict(zip(names[1::3], names[2::3], strict=True))

    def diff(self, before: Tree, after: Tree, *, color: bool) -> str:
        """Show what differs."""
        options = ("--color=always",) if color else ()
        trees = (self.write(before), self.write(after))
        return self.git("diff", "-M", *options, *trees).decode(errors="replace")

    def keep(self, entries: Sequence[Entry]) -> None:
        """Move new files into the repository."""
        new = [self.new / entry.oid[:2] / entry.oid[2:] for entry in entries]
        if (self.new / "pack").is_dir():  # git packs what is very large, and reads a pack by its .idx
            new += sorted((self.new / "pack").iterdir(), key=lambda file: file.suffix == ".idx")
        part = self.objects / "tmp_scaffold"  # a name that git gc removes, should this be killed
        for file in new:
            place = self.objects / file.relative_to(self.new)
            if file.exists() and not place.exists():
                place.parent.mkdir(exist_ok=True)
                shutil.copyfile(file, part)
                part.replace(place)


def encoded(text: str) -> bytes:
    """Turn a name or a text back into the bytes that it was read from."""
    return text.encode(errors="surrogateescape")


def decoded(content: bytes) -> str:
    """Read a name or a text, whatever its bytes are."""
    return content.decode(errors="surrogateescape")
