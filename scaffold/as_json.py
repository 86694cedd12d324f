"""What `--json` prints: one object on stdout, described by docs/json.schema.json; its version is `schema`."""

from typing import Any

from scaffold.errors import remedy_in

VERSION = 1


def show(content: dict[str, Any]) -> None:
    """Print what a command found or did."""
    import json  # not for `--help`

    text = json.dumps({"schema": VERSION, **content}, indent=2, ensure_ascii=False)
    print(text.encode(errors="replace").decode())  # names of files need not be text


def show_error(faults: list[str], code: int) -> None:
    """Print why a command ended without having done anything."""
    told = [{"message": fault, "remedy": remedy_in(fault)} for fault in faults]
    whole = {name: "; ".join(fault[name] for fault in told) for name in ("message", "remedy")}
    show({"error": {"code": code, **whole, "faults": told}})
