"""A second look at a text that git has merged: whether it is right, and what to show where it is not."""

from collections.abc import Sequence

from scaffold.merge.blocks import YOURS, cut_places, sides
from scaffold.merge.layout import lay_out
from scaffold.merge.store import Store, decoded, encoded
from scaffold.merge.survival import survives


def review(store: Store, path: str, contents: Sequence[bytes], label: str, *, conflict: bool) -> bytes | None:
    """Return None if the text is right, and otherwise one that shows what both sides did, in conflicts.

    Args:
        store: Where files are merged.
        path: Its suffix says what the text is.
        contents: What was, the user's, the template's, and what git made of them.
        label: What the template's side is called.
        conflict: Whether git has left conflicts in it.
    """
    found = sides(contents[3])
    base, yours, theirs, result, other = map(decoded, (*contents[:3], found.yours, found.theirs))
    right = survives(path, base, yours, theirs, result, found.in_yours)
    if right and not (conflict and cut_places(path, result, other, found)):
        return None
    laid_out = _laid_out(store, path, (base, yours, theirs), label)
    # Where definitions cannot be told from each other, everything in which the texts differ is marked.
    return laid_out or _merge_files(store, b"", contents[1], contents[2], label)


def _laid_out(store: Store, path: str, texts: tuple[str, str, str], label: str) -> bytes | None:
    """Lay a conflict out by definition, if every line of the user has its place in that."""

    def merge_one(base: str, yours: str, theirs: str) -> str | None:
        content = _merge_files(store, encoded(base), encoded(yours), encoded(theirs), label)
        merged = decoded(content)
        clean = not sides(content).in_yours
        return merged if clean and survives(path, base, yours, theirs, merged) else None

    text = lay_out(path, *texts, label, merge_one)
    if text is None:
        return None
    found = sides(encoded(text))
    result = decoded(found.yours)
    return encoded(text) if found.in_yours and survives(path, *texts, result, found.in_yours) else None


def _merge_files(store: Store, base: bytes, yours: bytes, theirs: bytes, label: str) -> bytes:
    files = []
    for name, content in (("yours", yours), ("base", base), ("theirs", theirs)):
        files.append(store.scratch / f"side-{name}")
        files[-1].write_bytes(content)
    labels = ("-L", YOURS, "-L", "template before", "-L", label)
    # It exits with the number of conflicts.
    return store.git("merge-file", "-p", *labels, *map(str, files), good=range(128))
