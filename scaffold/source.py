"""Where the template comes from, and a plain tree of it at one version."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold import git
from scaffold.errors import DiskFullError, ScaffoldError, joined

if TYPE_CHECKING:
    from packaging.version import Version

PACKAGE = Path(__file__).parent
# The bundle as the answers record it: `~` is the same for everyone, a home folder is not.
HOME = "~/.local/share/scaffold/template.bundle"
# The template in our own repository.
PATHS = ("copier.yml", "template")
# What plain copier takes for git: other URLs need `git+` in the answers, or `copier update` fails.
_ALIASES = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}
_KNOWN_URL = ("git@", "git://", "git+", "https://github.com/", "https://gitlab.com/")


@dataclass(frozen=True)
class Source:
    """A template that was named but not read yet.

    Attributes:
        location: What git clones, or a folder.
        recorded: What the answers file of a project says of it.
        ref: The version to take; None takes the newest release, else HEAD.
        versioned: Whether git knows it.
        paths: What of it is the template; everything if empty.
        bundle: The packaged bundle, which must be put where `recorded` says; its own version lies beside it
            as an archive, which is read without git.
    """

    location: str
    recorded: str
    ref: str | None = None
    versioned: bool = True
    paths: tuple[str, ...] = ()
    bundle: Path | None = None


@dataclass(frozen=True)
class Exported:
    """A plain tree of the template. Without a version, `note` says why there is none."""

    tree: Path
    version: str | None
    note: str | None = None


def find(template: str | None, ref: str | None) -> Source:
    """Find the template that the user named, or the one that belongs to this installation."""
    if template is not None:
        return _named(template, ref)
    bundle = next(PACKAGE.glob("_bundle/*.bundle"), None)
    if bundle is not None:
        return Source(str(bundle), home(), ref or bundle.stem, paths=PATHS, bundle=bundle)
    checkout = PACKAGE.parent
    if (checkout / "copier.yml").is_file():
        versioned = (checkout / ".git").exists()
        return Source(str(checkout), str(checkout), ref or "HEAD", versioned, PATHS)
    raise ScaffoldError(
        "this installation carries no template: install torch-scaffold again, or give --template"
    )


def own_questions() -> Path | None:
    """Return the folder with the questions of the template that belongs to this installation."""
    places = (PACKAGE / "_template", PACKAGE.parent)
    return next((place for place in places if (place / "copier.yml").is_file()), None)


def home() -> str:
    """Name the bundle as the answers record it, in the folder that the user may have chosen for it."""
    override = os.environ.get("SCAFFOLD_HOME")
    if override:
        return os.path.join(os.path.abspath(override), Path(HOME).name)
    return HOME


def _named(template: str, ref: str | None) -> Source:
    template = template.removeprefix("file://")
    path = Path(template).expanduser()
    if template and path.exists():
        recorded = template if template.startswith("~") else os.path.abspath(template)
        versioned = path.is_file() or (path / ".git").exists() or path.name.endswith(".git")
        if ref and not versioned:
            raise ScaffoldError(
                f"--ref {ref} asks for a version, but {template} is a folder without git: leave --ref out", 2
            )
        return Source(str(path.absolute()), recorded, ref, versioned)
    for alias, url in _ALIASES.items():
        if template.startswith(alias):
            name = template.removeprefix(alias).strip("/")
            return Source(f"{url}{name.removesuffix('.git')}.git", template, ref)
    if "://" in template or re.match(r"[\w.-]+@[\w.-]+:", template):
        known = template.startswith(_KNOWN_URL) or template.endswith(".git")
        return Source(template.removeprefix("git+"), template if known else f"git+{template}", ref)
    raise ScaffoldError(f"there is no template at '{template}': give a folder, a git bundle or a git URL")


def export(source: Source, folder: Path) -> Exported:
    """Put the template's files into `folder`, without git, at the version that was asked for."""
    if not source.versioned:
        note = f"{source.recorded} is a folder without git, so the project records no template version"
        return Exported(Path(source.location), None, note)
    if source.bundle and source.ref == source.bundle.stem:
        shutil.unpack_archive(source.bundle.with_suffix(".tar"), folder, filter="data")
        return Exported(folder, source.ref)
    if source.ref == "HEAD" and Path(source.location).is_dir():
        _copy_as_it_is(source, folder)
        if not is_dirty(source):
            return Exported(folder, _describe("HEAD", Path(source.location)))
        note = "the template has uncommitted changes, so the project records no template version"
        return Exported(folder, None, note)
    history = History(source, folder)
    commit = history.commit(source.ref or history.newest())
    history.checkout(commit, folder)
    version = history.version(commit)
    shutil.rmtree(folder / ".git")
    return Exported(folder, version)


class History:
    """A clone of a template, from which several versions can be taken."""

    def __init__(self, source: Source, folder: Path) -> None:
        """Clone without a checkout."""
        self.source, self.folder = source, folder
        try:
            git.run("clone", "--quiet", "--no-checkout", "--", source.location, str(folder))
        except DiskFullError:
            raise
        except ScaffoldError as error:
            raise ScaffoldError(
                f"the template {source.recorded} cannot be read ({error}): "
                "check the address and the network, or give another --template"
            ) from error

    def newest(self) -> str:
        """Choose as copier does: the newest PEP 440 tag that is no pre-release, else HEAD."""
        releases: list[tuple[Version, str]] = []
        for tag in git.run("tag", "--list", cwd=self.folder).splitlines():
            version = release(tag)
            if version is not None and not version.is_prerelease:
                releases.append((version, tag))
        return max(releases)[1] if releases else "HEAD"

    def find(self, ref: str) -> str | None:
        """Return the commit that a version, a branch or a hash means."""
        for candidate in (ref, f"origin/{ref}"):
            found = git.ask(
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                f"{candidate}^{{commit}}",
                cwd=self.folder,
            )
            if found:
                return found.splitlines()[-1]
        return None

    def commit(self, ref: str) -> str:
        """Return the commit of a version that must be there."""
        found = self.find(ref)
        if found:
            return found
        tags = git.run("tag", "--list", "--sort=-creatordate", cwd=self.folder).splitlines()
        known = f"choose {joined(tags[:8], 'or')}" if tags else "leave --ref out, for it has no tags"
        raise ScaffoldError(f"the template {self.source.recorded} has no version '{ref}': {known}")

    def version(self, commit: str) -> str:
        """Return the version that copier would record."""
        return _describe(commit, self.folder)

    def checkout(self, commit: str, tree: Path) -> None:
        """Put the template's files of a commit into a folder."""
        tree.mkdir(exist_ok=True)
        place = ("--git-dir", str(self.folder / ".git"), "--work-tree", str(tree))
        git.run(*place, "read-tree", "--empty")
        git.run(*place, "checkout", "--quiet", commit, "--", *(self.source.paths or (".",)), cwd=tree)

    def is_older(self, one: str, other: str) -> bool:
        """Say whether one commit comes before another one: by their versions, if both are releases."""
        if one == other:
            return False
        versions = [
            release(git.ask("describe", "--tags", "--exact-match", commit, cwd=self.folder) or "")
            for commit in (one, other)
        ]
        if versions[0] is not None and versions[1] is not None:
            return versions[0] < versions[1]
        return git.ask("merge-base", "--is-ancestor", one, other, cwd=self.folder) is not None


def _describe(commit: str, repo: Path) -> str:
    """Name a commit as copier would record it."""
    return git.run("describe", "--tags", "--always", commit, cwd=repo)


def release(tag: str) -> "Version | None":
    """Read a tag as a PEP 440 version."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(tag)
    except InvalidVersion:
        return None


def is_dirty(source: Source) -> bool:
    """Say whether HEAD is asked for and the files differ from it."""
    if source.ref != "HEAD" or not Path(source.location).is_dir():
        return False
    return bool(git.run("status", "--porcelain", "--", *source.paths, cwd=Path(source.location)))


def _copy_as_it_is(source: Source, folder: Path) -> None:
    listed = git.run(
        "ls-files", "-z", "-co", "--exclude-standard", "--", *source.paths, cwd=Path(source.location)
    )
    for name in filter(None, listed.split("\0")):
        original, copy = Path(source.location, name), folder / name
        if original.is_symlink() or original.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(original, copy, follow_symlinks=False)
