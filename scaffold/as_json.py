"""What `--json` prints: one object on stdout, described by docs/json.schema.json; its version is `schema`."""

import json
from typing import Any

VERSION = 1


def show(content: dict[str, Any]) -> None:
    """Print what a command found or did."""
    text = json.dumps({"schema": VERSION, **content}, indent=2, ensure_ascii=False)
    print(text.encode(errors="replace").decode())  # names of files need not be text


def show_error(message: str, code: int, remedy: str) -> None:
    """Print why a command ended without having done anything."""
    show({"error": {"code": code, "message": message, "remedy": remedy}})
