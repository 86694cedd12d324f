"""--help of a command: the settings that matter to it, by section, with the values in force."""

from typing import Any

from cyclopts.help import DefaultFormatter, HelpPanel

from .config import DEFAULT_CONFIG, read_config


class HelpPage(DefaultFormatter):
    def __init__(self, *shown: str) -> None:
        """``shown`` are sections of settings, or single ones; without any, all are."""
        super().__init__()
        self.shown = {*shown}

    def __call__(self, console: Any, options: Any, panel: HelpPanel) -> None:
        of_checkpoint = any("--checkpoint" in entry.names for entry in panel.entries)
        readable = not of_checkpoint and DEFAULT_CONFIG.exists()
        values = read_config(DEFAULT_CONFIG).data if readable else {}
        sections: dict[Any, list[Any]] = {panel.title: []}
        for entry in panel.entries:
            section, _, key = "".join(entry.names[:1]).lstrip("-").rpartition(".")
            if self.shown and section and not self.shown & {section, f"{section}.{key}"}:
                continue
            if section and of_checkpoint:
                entry = entry.copy(default=None)
            elif (value := values.get(section, {}).get(key)) is not None:
                entry = entry.copy(default=str(value))
            sections.setdefault(section or panel.title, []).append(entry)
        for title, entries in sections.items():
            super().__call__(console, options, panel.copy(title=title, entries=entries))
