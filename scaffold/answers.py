"""What the user answered in advance: by flag, by `--set key=value`, or in a file."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scaffold.errors import ScaffoldError


class Given(NamedTuple):
    """An answer, and where it stood if that was a file: an error names it."""

    value: object
    where: str = ""


def gather(flags: Mapping[str, object], settings: Sequence[str], file: Path | None) -> dict[str, Given]:
    """Put the answers together; what stands on the command line wins over the file."""
    given = _read(file) if file is not None else {}
    on_command_line: dict[str, object] = {key: value for key, value in flags.items() if value is not None}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not (key and equals):
            parts = re.fullmatch(r"\W*(\w+)\W+(.+)", setting)
            meant = "=".join(parts.groups()) if parts else "KEY=VALUE"
            raise ScaffoldError(f"--set takes key=value, not '{setting}': write --set {meant}", 2)
        if key in on_command_line:
            raise ScaffoldError(f"{key} is given twice on the command line: give it once", 2)
        on_command_line[key] = value
    return given | {key: Given(value) for key, value in on_command_line.items()}


def names_in(columns: str | None, data: str | None) -> tuple[str, ...]:
    """Take the names of columns apart; one that holds a comma stands in quotation marks, as in CSV."""
    import csv

    if columns is None:
        return ()
    if data is None:
        raise ScaffoldError(
            "--columns is about --data, which was not given: add --data PATH, or leave it out", 2
        )
    names = tuple(name.strip() for name in next(csv.reader([columns]), []))
    if not all(names) or not names:
        raise ScaffoldError("--columns names no column: write --columns NAME, or NAME,NAME", 2)
    return names


def _read(file: Path) -> dict[str, Given]:
    """Read an answers file; the notes of copier in it, which begin with `_`, are no answers."""
    import yaml

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScaffoldError(
            f"cannot read the answers file {file.absolute()} ({error.strerror}): "
            "name one that is there, or leave --answers out",
            2,
        ) from error
    except UnicodeDecodeError as error:
        raise ScaffoldError(f"the answers file {file} is not text in UTF-8: save it as that", 2) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise ScaffoldError(
            f"the answers file {file} is not YAML ({problem}{place}): fix it there", 2
        ) from error
    if not isinstance(content, dict):
        raise ScaffoldError(
            f"the answers file {file} holds {'a list' if isinstance(content, list) else 'no answers'}: "
            "write a line for each, with its key, a colon and its value",
            2,
        )
    where = f" in {file}"
    return {str(key): Given(value, where) for key, value in content.items() if not str(key).startswith("_")}
