"""A way to read data: what it makes of them, why, and what it cannot tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.looking.files import shown_names

Choose = Callable[[str, Sequence[str]], str]
"""Asks which of several columns is meant, or refuses to guess."""


class Request(NamedTuple):
    """What somebody said of their data beforehand."""

    columns: tuple[str, ...]
    """Of inputs and labels, or of labels alone; empty: to be found."""
    choose: Choose
    target: str
    """What the labels have to be, if that was said."""
    links: bool
    """There is a task for edges, which needs no labels."""
    defaults: dict[str, tuple[str, ...]]
    """The columns that a project reads unless it is told others, by form."""

    @property
    def usual(self) -> tuple[str, ...]:
        """Return what columns of labels are called by default."""
        return tuple({name: None for names in self.defaults.values() for name in names[1:]})


class Fact(NamedTuple):
    """A value for `configs/default.yaml` or for a question, and what decided it."""

    key: str
    value: Any
    why: str
    comment: str = ""
    """What stands behind the value in the file, where its heading says otherwise."""


def split_fact(splits: dict[str, Path], taken: str = "held out of") -> Fact:
    """Say which splits are given, and what becomes of the others."""
    missing = [name for name in ("val", "test") if name not in splits]
    kept = f"splits as given by {shown_names(splits)}"
    others = f"; {' and '.join(missing)} will be {taken} train" if missing else ""
    return Fact("split", list(splits), kept + others)


@dataclass
class Reading:
    """Data of a form with targets of a kind.

    Attributes:
        form: How inputs look, as the questions call it.
        target: What the labels are, as the questions call it.
        input_why: What says so of the form.
        target_why: And of the target.
        facts: Settings, by section and key.
        answers: What else has to be answered otherwise than by default.
        unknown: What cannot be told by looking.
        notes: What is to be mended in the data.
    """

    form: str
    target: str
    input_why: str
    target_why: str
    facts: list[Fact] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def counted(number: int, what: str, *, complete: bool = True) -> str:
    """Write `1,200 images`, or that these were not all."""
    return f"{number:,} {what}{'' if complete else ' and more'}"


def shown(names: Sequence[object], most: int = 3) -> str:
    """Write the first few names, and how many more there are."""
    first = ", ".join(str(name) for name in names[:most])
    return first + (f" and {len(names) - most} more" if len(names) > most else "")
