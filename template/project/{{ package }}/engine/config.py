"""Layers of settings: flags over --config, over the command's checkpoint or the defaults."""

import sys
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import yaml
from cyclopts import App, ArgumentCollection, Parameter
from cyclopts.config import Dict

from .checkpoint import find_best, find_last, load_checkpoint
from .run import RunError, RunSettings
from .state import Settings

DEFAULT_CONFIG = Path("configs/default.yaml")

AllSettings = Annotated[Settings, Parameter(name="*")]  # a flag for each, such as --optim.lr
Loaded = Annotated[Any, Parameter(parse=False)]  # not a flag: comes from BaseLayer
Uses = dict[str, Literal["checkpoint", "resume"]]


class BaseLayer:
    """The lowest layer: the settings of the checkpoint that a command uses, or the defaults."""

    def __init__(self, uses: Uses, checkpoint: Path | None, resume: str | None) -> None:
        self.uses, self.checkpoint, self.resume = uses, checkpoint, resume
        self.loaded: dict[str, Any] = {}  # ``Loaded`` parameters of the command, by name

    def __call__(self, app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
        path = self.find_checkpoint(" ".join(commands), arguments)
        if path is None:
            layer = read_config(DEFAULT_CONFIG)
        else:
            checkpoint = load_checkpoint(path)
            self.loaded = {"checkpoint": checkpoint, "path": path, "resume": path}
            layer = to_layer(drop_unknown(checkpoint["settings"], path), path)
        layer(app, commands, arguments)

    def find_checkpoint(self, command: str, arguments: ArgumentCollection) -> Path | None:
        """None if the command starts from the defaults; refuses flags that it has no use for."""
        use = self.uses.get(command)
        if self.resume is not None and use != "resume":
            instead = "name a --checkpoint" if use == "checkpoint" else "leave --resume out"
            raise RunError(f"{command} does not resume a run: {instead}")
        if self.checkpoint is not None and use != "checkpoint":
            instead = "continues a run with --resume" if use == "resume" else "needs no checkpoint"
            raise RunError(f"{command} {instead}: leave --checkpoint out")
        if self.resume is not None:
            return find_last(find_runs(arguments), self.resume)
        if use != "checkpoint":
            return None
        path = self.checkpoint or find_best(find_runs(arguments))
        return path / "best.pt" if path.is_dir() else path


def read_config(path: Path) -> Dict:
    """The settings of a file as a layer, in which 3e-4, text to YAML, becomes a number."""
    try:
        sections = yaml.safe_load(path.read_text()) or {}
    except OSError as error:
        reason = f"{error.strerror}: run this in the project's folder, or check --config"
        raise RunError(f"cannot read {path}: {reason}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RunError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(sections, dict) or not all(isinstance(s, dict) for s in sections.values()):
        raise RunError(f"{path} must hold sections of settings, as configs/default.yaml does")
    return to_layer(sections, path)


def to_layer(sections: dict[str, Any], path: Path) -> Dict:
    """These sections as a layer; empty ones, which cyclopts would refuse, are left out."""
    filled = {name: section for name, section in sections.items() if section}
    return Dict(filled, source=str(path), use_commands_as_keys=False)


def drop_unknown(sections: dict[str, Any], path: Path) -> dict[str, Any]:
    """Without the settings of a checkpoint that this project no longer has; each is named."""
    known, kept = get_type_hints(Settings), dict[str, Any]()
    for name, section in sections.items():
        names = {field.name for field in fields(known[name])} if name in known else set()
        kept[name] = {key: value for key, value in section.items() if key in names}
        for key in section.keys() - names:
            print(f"{path}: left out {name}.{key}, which this project lacks", file=sys.stderr)
    return kept


def find_runs(arguments: ArgumentCollection) -> Path:
    """The folder of all runs: from a flag or --config, else from the project's defaults."""
    given = arguments["--run.folder"].tokens
    if given:
        return Path(given[0].value)
    # A checkpoint may be used outside the project's folder, where there are no defaults.
    default = read_config(DEFAULT_CONFIG).data if DEFAULT_CONFIG.exists() else {}
    return Path(default.get("run", {}).get("folder", RunSettings.folder))
