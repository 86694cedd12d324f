"""What copier.yml means: the questions of a template, and the type of an answer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from scaffold.errors import ScaffoldError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str) -> Any:
    """Read YAML, in C where the library has it."""
    try:
        return yaml.load(text, LOADER)
    except yaml.YAMLError as error:
        raise ValueError(f"'{text}' is not YAML") from error


def load(tree: Path) -> dict[str, Any]:
    """Read copier.yml and what it includes into one mapping; settings begin with `_`."""

    class Loader(LOADER):  # type: ignore[misc, valid-type]
        """Follows `!include`, as copier does."""

    def read(file: Path) -> list[Any]:
        documents: list[Any] = []
        for document in yaml.load_all(file.read_text(encoding="utf-8"), Loader):
            documents.extend(document if isinstance(document, list) else [document or {}])
        return documents

    Loader.add_constructor(
        "!include",
        lambda loader, node: [
            part for file in tree.glob(loader.construct_scalar(node)) for part in read(file)
        ],
    )
    file = next((tree / name for name in ("copier.yml", "copier.yaml") if (tree / name).is_file()), None)
    if file is None:
        raise ScaffoldError(
            "the template has no copier.yml at its root, so it is none: give another one with --template"
        )
    try:
        return {key: value for part in read(file) for key, value in part.items()}
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError) as error:
        raise ScaffoldError(
            f"the questions of the template cannot be read ({error}): fix them there"
        ) from error


def specs_of(merged: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Leave the settings out, and write out a question that is only its default."""
    return {
        key: value if isinstance(value, dict) else {"default": value}
        for key, value in merged.items()
        if not key.startswith("_")
    }


def asked(specs: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Leave out what is computed."""
    return {key: spec for key, spec in specs.items() if spec.get("when") is not False}


def type_of(spec: Mapping[str, Any]) -> str:
    """Return the type of a question, which copier takes from the default where none is given."""
    kind = spec.get("type") or type(spec.get("default")).__name__
    return str(kind) if kind in {"bool", "float", "int", "str", "path"} else "yaml"


def cast(value: Any, spec: Mapping[str, Any]) -> Any:
    """Turn an answer into the type of its question, or raise ValueError."""
    kind = type_of(spec)
    if kind == "yaml":
        return parse(value) if isinstance(value, str) else value
    if value is None or isinstance(value, list | dict):
        raise ValueError(f"not of type {kind}")
    if kind == "bool":
        return value if isinstance(value, bool) else truth(str(value))
    return {"int": int, "float": float}.get(kind, str)(value)


def truth(text: str) -> bool:
    """Read yes and no as YAML does."""
    value = parse(text.strip())
    if not isinstance(value, bool):
        raise ValueError(f"{text} is neither true nor false")
    return value
