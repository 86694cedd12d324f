"""Texts as trees of git and back, with few calls of git: random merges are many. And their conflicts."""

import re

from scaffold.merge.store import Entry, Store, Tree


def trees(store: Store, *sides: dict[str, str]) -> list[Tree]:
    """Store the files of several versions, with one call of git."""
    paths = []
    for number, text in enumerate(text for files in sides for text in files.values()):
        paths.append(store.scratch / f"text-{number}")
        paths[-1].write_bytes(text.encode())
    named = "".join(f"{path}\n" for path in paths).encode()
    oids = iter(store.git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=named).decode().split())
    return [{name: Entry("100644", next(oids)) for name in files} for files in sides]


def texts(store: Store, tree: Tree) -> dict[str, str]:
    """Read the files of a version, with one call of git."""
    wanted = "".join(f"{entry.oid}\n" for entry in tree.values()).encode()
    answer, found = store.git("cat-file", "--batch", stdin=wanted), {}
    for name in tree:
        header, _, rest = answer.partition(b"\n")
        size = int(header.split()[2])
        found[name], answer = rest[:size].decode(), rest[size + 1 :]
    return found


def of_user(text: str) -> tuple[str, list[str]]:
    """Resolve all conflicts to the user's side; return the text, and the lines that were in conflicts."""
    kept, mine, side = [], [], ""
    for line in text.splitlines(keepends=True):
        if re.match(r"<{7,} yours$", line):
            side = "yours"
        elif side == "yours" and re.match(r"(\|{7,} .*|={7,})$", line):
            side = "theirs"
        elif side == "theirs" and re.match(r">{7,} ", line):
            side = ""
        elif side != "theirs":
            kept.append(line)
            mine += [line] if side else []
    return "".join(kept), mine
