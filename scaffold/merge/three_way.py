"""The three-way merge: what the user changed and what the template changed, since one and the same render.

Git merges the text and follows renames. Then every file that the user changed is looked for in the result: it
must hold each change in the place where it was made, or be a conflict.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from scaffold.merge.blocks import YOURS
from scaffold.merge.review import review
from scaffold.merge.store import Entry, Store, Tree, decoded

WORDS = {
    (1, 2): "you changed it and the template drops it: yours is kept",
    (1, 3): "you removed it and the template changed it: it stays removed",
    (2, 3): "both added it, with different content",
    (1, 2, 3): "both changed it, and it is no text: yours is kept",
    (1,): "both renamed it, to different names: yours is kept",
    (2,): "you have a file where the template has a folder: yours is kept",
    (3,): "the template has a file where you have a folder: yours is kept",
}


class Conflict(NamedTuple):
    """What the index holds of a file that could not be merged, and why, in words."""

    stages: dict[int, Entry]
    why: str


@dataclass
class Merged:
    """What the project will be.

    Attributes:
        base: The old render.
        yours: The project as it is.
        theirs: The new render.
        result: The project as it will be; files in conflict hold markers, or are the user's.
        conflicts: Those that are left to resolve, by path.
        followed: Paths of `result` that a rename explains, with the path in `yours` or `base`.
        renamed: Which files of `base` the template has renamed, with the path in `theirs`.
    """

    base: Tree
    yours: Tree
    theirs: Tree
    result: Tree
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    followed: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> list[str]:
        """Return the paths that will be written, removed, or in conflict."""
        return sorted(
            path
            for path in self.yours.keys() | self.result.keys() | self.conflicts.keys()
            if self.yours.get(path) != self.result.get(path) or path in self.conflicts
        )


def merge(store: Store, base: Tree, yours: Tree, theirs: Tree, label: str) -> Merged:
    """Merge; `label` names the template's side in conflicts."""
    commits = [store.commit(base)]
    commits += [store.commit(side, commits[0]) for side in (yours, theirs)]
    listed = store.git(
        *("-c", "merge.renames=true", "-c", "merge.directoryRenames=true"),
        *("merge-tree", "--write-tree", "--no-messages", "-z", *commits[1:]),
        good=(0, 1),
    ).split(b"\0")
    merged = Merged(base, yours, theirs, store.entries(listed[0].decode()))
    aside = re.compile(rf"~({commits[1]}|{commits[2]})(_\d+)?$")
    stages: dict[str, dict[int, Entry]] = {}
    for line in listed[1:]:
        if line:
            meta, _, name = line.partition(b"\t")
            mode, oid, stage = meta.decode().split(" ")
            stages.setdefault(aside.sub("", decoded(name)), {})[int(stage)] = Entry(mode, oid)
    # Where one path cannot hold both, git puts one of them aside under another name.
    for path in [path for path in merged.result if aside.search(path)]:
        del merged.result[path]
    mine, merged.renamed = (store.renames(commits[0], commit) for commit in commits[1:])
    _both_renamed(merged, stages, mine)
    for path, found in stages.items():
        _conflict(store, merged, path, found, commits, label)
    _keep_folders(merged)
    _check(store, merged, mine, commits[1], label)
    return merged


def _both_renamed(merged: Merged, stages: dict[str, dict[int, Entry]], renamed: dict[str, str]) -> None:
    """Make one conflict of the three that git reports of a file with two new names, where the user has it."""
    for old in [path for path, found in stages.items() if set(found) == {1}]:
        mine, new = renamed.get(old), merged.renamed.get(old)
        if mine not in stages or new not in stages:
            continue
        for path in (old, mine, new):
            del stages[path]
        merged.result.pop(new, None)
        found = {1: merged.base[old], 2: merged.yours[mine], 3: merged.theirs[new]}
        _keep_yours(merged, mine, found, f"both renamed it, the template to {new}: yours is kept")


def _conflict(
    store: Store, merged: Merged, path: str, stages: dict[int, Entry], commits: list[str], label: str
) -> None:
    entry = merged.result.get(path)
    content = store.read(entry) if entry and entry.is_file else b""
    if entry and re.search(rf"^<{{7,}} {commits[1]}".encode(), content, re.MULTILINE):
        merged.result[path] = Entry(entry.mode, store.add(_relabelled(content, commits, label)))
        why = "both added it" if set(stages) == {2, 3} else "both changed the same lines"
        merged.conflicts[path] = Conflict(stages, why)
        return
    _keep_yours(merged, path, stages, WORDS[tuple(sorted(stages))])


def _keep_yours(merged: Merged, path: str, stages: dict[int, Entry], why: str) -> None:
    if path in merged.yours:
        merged.result[path] = merged.yours[path]
    else:
        merged.result.pop(path, None)
    merged.conflicts[path] = Conflict(stages, why)


def _relabelled(content: bytes, commits: list[str], label: str) -> bytes:
    """Name the sides in words, instead of by commits that nobody knows."""
    names = zip(commits, (b"template before", YOURS.encode(), label.encode()), strict=True)
    for (commit, name), sign in zip(names, (b"|", b"<", b">"), strict=True):
        hashes = commit[:7] + "[0-9a-f]*"  # a base is abbreviated

        def named(match: re.Match[bytes], name: bytes = name) -> bytes:
            return match[1] + b" " + name

        pattern = rb"^(" + re.escape(sign) + rb"{7,}) " + hashes.encode() + rb"(?::[^\r\n]*)?"
        content = re.sub(pattern, named, content, flags=re.MULTILINE)
    return content


def _keep_folders(merged: Merged) -> None:
    """A file and a folder cannot have one name: the user's stays."""
    for path in list(merged.result):
        for above in (str(parent) for parent in list(Path(path).parents)[:-1]):
            if above in merged.result:
                loser = above if path in merged.yours else path
                entry = merged.result.pop(loser)
                merged.conflicts[loser] = Conflict({3: entry}, WORDS[(3,) if loser == above else (2,)])
                break


def _check(store: Store, merged: Merged, renamed: dict[str, str], head: str, label: str) -> None:
    """Find each file that the user changed again, and see that the changes stand in it."""
    yours, result = merged.yours, merged.result
    mine = {new: old for old, new in renamed.items()}
    of_template = merged.renamed
    moved: dict[str, str] | None = None
    for path, entry in yours.items():
        old = mine.get(path, path)
        if merged.base.get(path) == entry or (path in merged.conflicts and result.get(path) == entry):
            continue
        place: str | None = path
        if path not in result:
            moved = moved if moved is not None else store.renames(head, store.write(result))
            candidates = (of_template.get(old), moved.get(path))
            free = result.keys() - yours.keys() - merged.followed.keys()
            place = next((name for name in candidates if name in free), None)
        if place is None:
            stages = {1: merged.base[path]} if path in merged.base else {}
            _keep_yours(merged, path, {**stages, 2: entry}, "the template drops it: yours is kept")
            continue
        if place != path:
            merged.followed[place] = path
        elif old != path:
            merged.followed[place] = old
        if result[place].oid == entry.oid:
            continue
        _check_file(store, merged, (old, path, of_template.get(old, old), place), label)
    was = mine | {new: old for old, new in of_template.items()}
    for path in merged.conflicts.keys() & was.keys():
        merged.followed.setdefault(path, was[path])


def _check_file(store: Store, merged: Merged, paths: tuple[str, str, str, str], label: str) -> None:
    old, path, new, place = paths
    entry = merged.yours[path]
    theirs = merged.theirs.get(new) or merged.theirs.get(place)
    contents = [
        store.read(side) if side and side.is_file else b""
        for side in (merged.base.get(old), entry, theirs, merged.result[place])
    ]
    if not merged.result[place].is_file or any(b"\0" in content for content in contents):
        merged.result[place] = entry
        merged.conflicts[place] = Conflict({2: entry, **({3: theirs} if theirs else {})}, WORDS[1, 2, 3])
        return
    looked_at = review(store, place, contents, label, conflict=place in merged.conflicts)
    if looked_at is None:
        return
    merged.result[place] = Entry(merged.result[place].mode, store.add(looked_at))
    if place in merged.conflicts:
        stages = merged.conflicts[place].stages
        why = "both changed it, and what conflicts stands whole, yours before the template's"
        if 1 in stages:
            why += f" (git diff :1:./{place} :2:./{place} shows your changes)"
        merged.conflicts[place] = Conflict(stages, why)
        return
    # Without the base: with it, git would make the same wrong merge again.
    stages = {2: entry, **({3: theirs} if theirs else {})}
    why = "the text merges, but a change would land in another definition"
    merged.conflicts[place] = Conflict(stages, why)
