"""The texts of generated projects: a slot is rendered once for each distinct set of answers that it reads."""

from collections.abc import Callable
from functools import cache

from combinations import CONF, RENDERED, Choices, Once
from conftest import ROOT

TextOf = Callable[[Choices], str]
PROJECT = ROOT / "template/project"


def _constant(text: str) -> TextOf:
    return lambda _: text


@cache
def slots() -> list[tuple[TextOf, TextOf]]:
    """Return what gives the name and the text of each file."""
    found: list[tuple[TextOf, TextOf]] = []
    for path in sorted(path for path in PROJECT.rglob("*") if path.is_file()):
        name, text = path.relative_to(PROJECT).as_posix(), path.read_text()
        text_of = Once(text) if name.endswith(".jinja") else _constant(text)
        found.append((Once(name.removesuffix(".jinja")), text_of))
    return found


def texts_of(row: Choices) -> dict[str, str]:
    """Return the files of one project, but for its answers."""
    named = ((name_of(row), text_of) for name_of, text_of in slots())
    return {
        name: text_of(row)
        for name, text_of in named
        if name != CONF["answers_file"] and "" not in name.split("/")
    }


@cache
def distinct_texts() -> dict[tuple[str, str], Choices]:
    """Return every text that a file may have, with the first answers that give it."""
    found: dict[tuple[str, str], Choices] = {}
    for row in RENDERED:
        for name, text in texts_of(row).items():
            found.setdefault((name, text), row)
    return found
