"""What a merge did to each file, in words."""

from scaffold.merge.three_way import Merged


def summary(merged: Merged, kept: list[str]) -> list[tuple[str, str]]:
    """Return a word and the file for everything that changed, conflicts at the end."""
    words: list[tuple[str, str]] = []
    sources = set(merged.followed.values())
    for path in sorted(merged.yours.keys() | merged.result.keys()):
        before, after = merged.yours.get(path), merged.result.get(path)
        source = merged.followed.get(path)
        if path in merged.conflicts or before == after:
            continue
        if source and before:
            words.append(("followed your rename", f"{path} (was {source})"))
        elif source:
            words.append(("followed the template's rename", f"{path} (was {source})"))
        elif after is None:
            if path not in sources:
                words.append(("removed", path))
        elif before is None:
            words.append(("added", path))
        else:
            words.append(("updated" if merged.base.get(path) == before else "merged", path))
    words += [("kept yours", path) for path in sorted(kept)]
    for path, conflict in sorted(merged.conflicts.items()):
        source = merged.followed.get(path)
        words.append(("conflict", f"{path}: {conflict.why}{f' (it was {source})' if source else ''}"))
    return words
