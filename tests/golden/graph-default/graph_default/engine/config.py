"""Layers of settings: flags over --config, over the command's checkpoint or the defaults."""

import re
import sys
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import yaml
from cyclopts import App, ArgumentCollection, CycloptsError, Parameter, Token
from cyclopts.config import Dict
from cyclopts.exceptions import MissingArgumentError, UnknownOptionError
from cyclopts.help import DefaultFormatter, HelpPanel

from .checkpoint import find_best, find_last, load_checkpoint
from .run import RunError, RunSettings
from .state import Settings

DEFAULT_CONFIG = Path("configs/default.yaml")

# A flag for each, such as --optim.lr, which need not be given: see configs/default.yaml.
AllSettings = Annotated[Settings, Parameter(name="*", required=False)]
# What a command starts from, if not from the defaults; ``find_checkpoint`` puts in its path.
WHICH = "File, or folder of a run, to start from; none: the best one of the newest run."
Checkpoint = Annotated[Path, Parameter(name="--checkpoint", required=False, help=WHICH)]


def base_layer(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """The lowest layer: the settings of the checkpoint that a command uses, over the defaults."""
    path, init = find_checkpoint(arguments), arguments["--run.init"].tokens
    start = path or (Path(init[0].value) if init and init[0].value else None)
    if start is not None:
        settings = load_checkpoint(start)["settings"]
        # What only begins with the weights of another run takes only their model from it.
        settings = settings if path else {"model": settings["model"]}
        to_layer(drop_unknown(settings, start), start)(app, commands, arguments)
    if path is None or DEFAULT_CONFIG.exists():  # what the checkpoint lacks
        read_config(DEFAULT_CONFIG)(app, commands, arguments)


def find_checkpoint(arguments: ArgumentCollection) -> Path | None:
    """What --checkpoint or --resume names, or stands for; None: the command starts from neither."""
    resume, checkpoint = arguments.get("--resume", None), arguments.get("--checkpoint", None)
    if resume is not None and resume.tokens:
        flag, path = resume, find_last(find_runs(arguments), resume.tokens[0].value)
    elif checkpoint is not None:
        flag, given = checkpoint, checkpoint.tokens
        path = Path(given[0].value) if given else find_best(find_runs(arguments))
        path = path / "best.pt" if path.is_dir() else path
    else:
        return None
    flag.tokens = [Token(value=str(path))]
    return path


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
    """The settings of a checkpoint that this project has too; each that it lacks is named."""
    known, kept = get_type_hints(Settings), dict[str, Any]()
    for name, section in sections.items():
        names = {field.name for field in fields(known[name])} if name in known else set()
        kept[name] = {key: value for key, value in section.items() if key in names}
        for key in section.keys() - names:
            print(f"{path}: left out {name}.{key}, which this project lacks", file=sys.stderr)
    return kept


class Help(DefaultFormatter):
    """--help of a command: the settings that matter to it, by section, with the values in force."""

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


def describe_mistake(error: CycloptsError) -> str:
    """What is wrong with a flag or with a key of a file, and with which file."""
    argument, text = error.argument, str(error).strip()
    token = getattr(error, "token", None) or next(iter(argument.tokens if argument else ()), None)
    if isinstance(error, MissingArgumentError) and argument and not error.keyword:
        return f"{argument.name.lstrip('-')} is missing: give it, or add it to {DEFAULT_CONFIG}"
    if isinstance(error, UnknownOptionError):  # section and key may both be wrong
        arguments = error.argument_collection.filter_by(show=True)
        names = {one.name.lstrip("-").rpartition(".")[2]: one.name for one in arguments}
        section, *_, key = ["", *re.findall(r"\w+", str(error.token.keyword))][-2:]
        close = [name for name in names if key in name] or get_close_matches(key, names)
        siblings = [one for one, name in names.items() if name.startswith(f"--{section}.")]
        hint = f"{section} has {', '.join(siblings)}." if siblings else "See --help."
        hint = f"Did you mean {names[close[0]]}?" if close else hint
        text = f"{text.partition(' Did you mean')[0]} {hint}"
    elif token and token.source != "cli" and token.source not in text:
        text = f"{token.keyword} in {token.source}: {text}"
    return re.sub(r'"?\[([a-z][\w.]*)\]"?', r"\1", text.replace("][", "."))


def find_runs(arguments: ArgumentCollection) -> Path:
    """The folder of all runs: from a flag or --config, else from the project's defaults."""
    given = arguments["--run.folder"].tokens
    if given:
        return Path(given[0].value)
    # A checkpoint may be used outside the project's folder, where there are no defaults.
    default = read_config(DEFAULT_CONFIG).data if DEFAULT_CONFIG.exists() else {}
    return Path(default.get("run", {}).get("folder", RunSettings.folder))
