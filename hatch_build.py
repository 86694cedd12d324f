"""Puts the template's history into wheel and sdist: `scaffold/_bundle/<version>.bundle`.

`<version>.tar` beside it is the template at that version, and wheels carry the questions as plain files too:
`new`, `list` and `explain` start no git. The template is an archive because pip would compile plain files.

The version is what `git describe` says, as plain copier does. It is the file's name, so that the installed
command knows it without starting git. Nothing is written into the checkout.
"""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.version import InvalidVersion, Version

IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "scaffold"), ("EMAIL", "scaffold@localhost"))
}
TEMPLATE = ("copier.yml", "template")  # as scaffold.source.PATHS
SURROUNDINGS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling for each target."""

    scratch: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle, or pass on the one that an sdist brought along."""
        if version == "editable":
            return  # runs from the checkout, and a bundle in it would be out of date with the next commit
        root = Path(self.root)
        bundle = next(root.glob("scaffold/_bundle/*.bundle"), None)
        if bundle is None or not (root / "PKG-INFO").exists():
            if shutil.which("git") is None:
                raise RuntimeError("torch-scaffold cannot be built: install git, or build from an sdist")
            self.scratch = Path(mkdtemp(prefix="scaffold-build-"))
            bundle = make_bundle(root, self.scratch)
        for file in (bundle, bundle.with_suffix(".tar")):
            build_data["force_include"][str(file)] = f"scaffold/_bundle/{file.name}"
        if self.target_name == "wheel":
            for name in ("copier.yml", "template/questions"):
                if (root / name).exists():
                    build_data["force_include"][str(root / name)] = f"scaffold/_template/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Leave nothing behind."""
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)


def make_bundle(root: Path, scratch: Path) -> Path:
    """Bundle the history of a checkout in a clone of it, where tags can be added and dropped."""
    clone = scratch / "clone"
    if _has_history(root):
        _git("clone", "--quiet", "--no-checkout", str(root), str(clone))
        _keep_version_tags(clone)
    else:
        _commit_tree(root, clone)
    name = _git("-C", str(clone), "describe", "--tags", "--always")
    bundle = scratch / f"{name}.bundle"
    _git("-C", str(clone), "bundle", "create", "--quiet", str(bundle), "HEAD", "--tags")
    paths = set(TEMPLATE) & {*_git("-C", str(clone), "ls-tree", "--name-only", "HEAD").splitlines()}
    _git("-C", str(clone), "archive", "--output", str(bundle.with_suffix(".tar")), "HEAD", *paths)
    return bundle


def _has_history(root: Path) -> bool:
    if not (root / ".git").exists():
        return False
    try:
        return _git("-C", str(root), "rev-parse", "--is-shallow-repository", "HEAD").startswith("false")
    except RuntimeError:
        return False  # nothing is committed yet


def _keep_version_tags(clone: Path) -> None:
    """Give HEAD a version tag.

    Copier takes the newest version tag, so an untagged HEAD would be passed over for an older release.
    """
    releases: dict[str, Version] = {}
    for tag in _git("-C", str(clone), "tag", "--list").splitlines():
        try:
            releases[tag] = Version(tag)
        except InvalidVersion:
            _git("-C", str(clone), "tag", "--delete", tag)
    if _git("-C", str(clone), "tag", "--points-at", "HEAD"):
        return
    merged = _git("-C", str(clone), "tag", "--list", "--merged", "HEAD").splitlines()
    final = [tag for tag in merged if not releases[tag].is_prerelease]
    if final:
        newest = max(final, key=lambda tag: releases[tag])
        count = _git("-C", str(clone), "rev-list", "--count", f"{newest}..HEAD")
        _git("-C", str(clone), "tag", f"v{releases[newest].base_version}.post{count}")


def _commit_tree(root: Path, clone: Path) -> None:
    """Commit the files as they are: a shallow checkout or an unpacked archive has no history to carry."""
    _git("init", "--quiet", "--template=", "-b", "main", str(clone))
    tree = ("--git-dir", str(clone / ".git"), "--work-tree", str(root))
    _git(*tree, "add", "--all")
    dates = {"GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z"}
    _git(*tree, "commit", "--quiet", "--no-verify", "-m", "The template, without its history", env=dates)


def _git(*args: str, env: dict[str, str] | None = None) -> str:
    surroundings = {name: value for name, value in os.environ.items() if name not in SURROUNDINGS}
    settings = ("-c", f"core.hooksPath={os.devnull}", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false")
    done = subprocess.run(
        ["git", *settings, *args],
        env={**surroundings, **IDENTITY, **(env or {})},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"torch-scaffold cannot be built: git says {done.stderr.strip()}")
    return done.stdout.strip()
