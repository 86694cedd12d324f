"""--help of a command: the settings that matter to it, by section, with the values in force."""

from functools import cached_property
from typing import Any

from cyclopts.help import DefaultFormatter, HelpEntry, HelpPanel
from rich.console import Console, ConsoleOptions

from .config import DEFAULT_CONFIG, Use, read_config


class HelpPage(DefaultFormatter):
    """Draws the panels of a page; what the command has no use for is left out."""

    def __init__(self, use: Use) -> None:
        super().__init__()
        self.use = use

    @cached_property
    def values(self) -> dict[str, Any]:
        return read_config(DEFAULT_CONFIG).data if DEFAULT_CONFIG.exists() else {}

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        sections: dict[str, list[HelpEntry]] = {}
        for entry in panel.entries:
            section, _, key = "".join(entry.names[:1]).lstrip("-").rpartition(".")
            if panel.format == "command" or self.matters(section, key):
                sections.setdefault(section, []).append(self.with_value(entry, section, key))
        for section in sorted(sections, key=bool):  # what is no setting comes first
            title = section or panel.title
            if self.is_kept(section):
                title = f"{section} (else as in the checkpoint)"
            super().__call__(console, options, panel.copy(title=title, entries=sections[section]))

    def matters(self, section: str, key: str) -> bool:
        if not section:
            return key not in ("checkpoint", "resume") or key == self.use.base
        shown = self.use.shows
        return not shown or section in shown or f"{section}.{key}" in shown

    def is_kept(self, section: str) -> bool:
        """Whether its values are those of a checkpoint; the run's only say where to find it."""
        return self.use.base == "checkpoint" and section not in ("", "run")

    def with_value(self, entry: HelpEntry, section: str, key: str) -> HelpEntry:
        if self.is_kept(section):
            return entry.copy(default=None)
        value = self.values.get(section, {}).get(key)
        if isinstance(value, list):
            value = " ".join(map(str, value))  # as its flag takes them
        return entry if value is None else entry.copy(default=str(value))
