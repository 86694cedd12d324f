"""The packaged history, put where the answers of a project say that it is.

Projects made by an older and by a newer scaffold share that one file, so nothing that one of them may
have recorded is ever dropped from it: neither a tag nor a commit.
"""

import filecmp
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from scaffold import git
from scaffold.errors import ScaffoldError


def place(mine: Path, target: Path) -> None:
    """Make `target` hold all that `mine` holds, in one step that no reader can see half done."""
    try:
        if target.exists() and filecmp.cmp(mine, target, shallow=False):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".template-", dir=target.parent) as scratch:
            best = _union(mine, target, Path(scratch)) if target.exists() else mine
            if best == target:
                return
            ready = Path(scratch, "ready.bundle")
            shutil.copyfile(best, ready)
            os.replace(ready, target)
    except OSError as error:
        raise ScaffoldError(
            f"cannot write the template to {target} ({error.strerror}): set SCAFFOLD_HOME to another folder"
        ) from error


def _union(mine: Path, theirs: Path, scratch: Path) -> Path:
    """Return whichever bundle holds everything, or a new one that does."""
    repo = scratch / "repo.git"
    git.run("init", "--quiet", "--bare", "--template=", str(repo))
    refs = ("+HEAD:refs/theirs/HEAD", "+refs/tags/*:refs/tags/*", "+refs/heads/also-*:refs/heads/also-*")
    if git.ask("fetch", "--quiet", "--no-tags", str(theirs), *refs, cwd=repo) is None:
        return mine  # not a bundle, or a damaged one
    their_tags = _tags(repo)
    git.run("fetch", "--quiet", "--no-tags", str(mine), "+HEAD:refs/mine/HEAD", cwd=repo)
    git.run("fetch", "--quiet", "--no-tags", str(mine), "+refs/tags/*:refs/mine/tags/*", cwd=repo)
    my_tags = _tags(repo, "refs/mine/tags")
    mine_is_older = _is_ancestor("refs/mine/HEAD", "refs/theirs/HEAD", repo)
    mine_is_newer = _is_ancestor("refs/theirs/HEAD", "refs/mine/HEAD", repo)
    also = git.run("for-each-ref", "refs/heads", cwd=repo)
    if mine_is_older and my_tags <= their_tags:
        return theirs
    if mine_is_newer and their_tags <= my_tags and not also:
        return mine
    for name, commit in my_tags:
        git.run("update-ref", f"refs/tags/{name}", commit, cwd=repo)
    if not (mine_is_older or mine_is_newer):
        commit = git.run("rev-parse", "refs/theirs/HEAD", cwd=repo)
        git.run("update-ref", f"refs/heads/also-{commit}", commit, cwd=repo)
    head = "refs/theirs/HEAD" if mine_is_older else "refs/mine/HEAD"
    git.run("update-ref", "--no-deref", "HEAD", git.run("rev-parse", head, cwd=repo), cwd=repo)
    git.run(
        "bundle", "create", "--quiet", str(scratch / "union.bundle"), "HEAD", "--branches", "--tags", cwd=repo
    )
    return scratch / "union.bundle"


def _tags(repo: Path, where: str = "refs/tags") -> set[tuple[str, str]]:
    listed = git.run("for-each-ref", "--format=%(refname) %(objectname)", where, cwd=repo)
    pairs = (line.rsplit(" ", 1) for line in listed.splitlines())
    return {(name.removeprefix(f"{where}/"), target) for name, target in pairs}


def _is_ancestor(older: str, newer: str, repo: Path) -> bool:
    return git.ask("merge-base", "--is-ancestor", older, newer, cwd=repo) is not None
