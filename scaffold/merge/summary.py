"""What a merge did to each file, in words."""

from typing import NamedTuple

from scaffold.merge.three_way import Merged


class Change(NamedTuple):
    """What became of a file, and why where that is not plain."""

    what: str
    path: str
    why: str = ""

    @property
    def told(self) -> str:
        """The file and the reason, as a line of a list."""
        if not self.why:
            return self.path
        return f"{self.path}: {self.why}" if self.what == "conflict" else f"{self.path} ({self.why})"


def summary(merged: Merged, kept: list[str]) -> list[Change]:
    """Return everything that changed, conflicts at the end."""
    words: list[Change] = []
    sources = set(merged.followed.values())
    for path in sorted(merged.yours.keys() | merged.result.keys()):
        before, after = merged.yours.get(path), merged.result.get(path)
        source = merged.followed.get(path)
        if path in merged.conflicts or before == after:
            continue
        if source and before:
            words.append(Change("followed your rename", path, f"was {source}"))
        elif source:
            words.append(Change("followed the template's rename", path, f"was {source}"))
        elif after is None:
            if path not in sources:
                words.append(Change("removed", path))
        elif before is None:
            words.append(Change("added", path))
        else:
            words.append(Change("updated" if merged.base.get(path) == before else "merged", path))
    words += [Change("kept yours", path) for path in sorted(kept)]
    for path, conflict in sorted(merged.conflicts.items()):
        source = merged.followed.get(path)
        words.append(Change("conflict", path, f"{conflict.why}{f' (it was {source})' if source else ''}"))
    return words
