"""The values of `configs/default.yaml`, written as a user would: a line each, and no other changes."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.looking.reading import Fact

FILE = Path("configs/default.yaml")


def write(project: Path, facts: Sequence[Fact]) -> None:
    """Write settings into a rendered project; one that has no line yet stands behind the path."""
    file = project / FILE
    if not file.is_file():
        raise ScaffoldError(f"the template makes no {FILE}, where the path of data belongs: leave --data out")
    text = file.read_text(encoding="utf-8")
    for fact in facts:
        section, key = fact.key.split(".")
        text = _with(
            text, section, key, _written(fact.value) + (f"  # {fact.comment}" if fact.comment else "")
        )
    file.write_text(text, encoding="utf-8")


def _with(text: str, section: str, key: str, value: str) -> str:
    """Put a value into its section."""
    block = re.search(rf"^{section}:\n((?:[ #].*\n|\n(?=  ))*)", text, re.MULTILINE)
    if block is None:
        raise ScaffoldError(
            f"{FILE} of the template has no section {section}: leave --data out, and set {key} yourself"
        )
    line = f"  {key}: {value}\n"
    inside, found = re.subn(rf"^  {key}:.*\n", lambda _: line, block[1], flags=re.MULTILINE)
    if not found:
        inside, found = re.subn(r"^(  path:.*\n)", lambda path: path[1] + line, block[1], flags=re.MULTILINE)
    if not found:
        inside = block[1] + line
    return text[: block.start(1)] + inside + text[block.end(1) :]


def _written(value: Any) -> str:
    """Write a value in YAML on one line, texts that look like something else in quotes."""
    import yaml

    dumped = yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True)
    return dumped.removesuffix("...\n").strip()


def path_from(project: Path, data: Path) -> str:
    """Return the way from a project to data: relative where they share a folder, else absolute.

    `..` behind a symbolic link leads elsewhere: the way is tried from where the project really will be.
    """
    data, home = Path(os.path.abspath(data)), Path(os.path.realpath(project.parent), project.name)
    for start in (home, project):
        way = os.path.relpath(data, start)
        shared = Path(os.path.commonpath([data, start]))
        led = Path(os.path.normpath(home / way))
        if shared != Path(shared.anchor) and led.exists() and os.path.samefile(led, data):
            return Path(way).as_posix()
    return data.as_posix()
