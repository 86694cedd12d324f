"""--help of a command: the settings that matter to it, by section, with the values in force."""

from typing import Any

from cyclopts.help import DefaultFormatter, HelpPanel

from .config import DEFAULT_CONFIG, read_config


class HelpPage(DefaultFormatter):
    def __init__(self, base: str = "", *shown: str) -> None:
        """As in ``Uses``; without ``shown`` all settings are."""
        super().__init__()
        self.base, self.shown = base, shown

    def __call__(self, console: Any, options: Any, panel: HelpPanel) -> None:
        readable = self.base != "checkpoint" and DEFAULT_CONFIG.exists()
        values = read_config(DEFAULT_CONFIG).data if readable else {}
        sections: dict[Any, list[Any]] = {panel.title: []}
        for entry in panel.entries:
            section, _, key = "".join(entry.names[:1]).lstrip("-").rpartition(".")
            if section and self.base == "checkpoint":
                entry = entry.copy(default=None)  # it is the checkpoint's
            elif (value := values.get(section, {}).get(key)) is not None:
                entry = entry.copy(default=str(value))
            is_shown = not self.shown or {section, f"{section}.{key}"} & {*self.shown}
            if is_shown if section else key not in {"checkpoint", "resume"} - {self.base}:
                sections.setdefault(section or panel.title, []).append(entry)
        for title, entries in sections.items():
            super().__call__(console, options, panel.copy(title=title, entries=entries))
