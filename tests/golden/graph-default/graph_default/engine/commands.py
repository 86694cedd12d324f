"""How a command is run: its settings are found, and an error becomes a sentence."""

import os
import re
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from .checkpoint import CheckpointError
from .config import Help, base_layer, describe_mistake, read_config
from .device import DeviceError
from .labels import DataError
from .run import RunError
from .signals import Stopped


def make_app(name: str | None, text: str) -> App:
    """Commands whose settings come from flags, then from files."""
    app = App(
        name=name,
        help=text,
        # A flag takes several values: --data.columns id label.
        default_parameter=Parameter(negative=(), name_transform=str, consume_multiple=True),
        print_error=False,
        exit_on_error=False,
    )

    @app.meta.default
    def dispatch(
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        config: Path | None = None,
    ) -> None:
        """Settings come from flags, then from --config, then from the checkpoint that a command
        uses or else from configs/default.yaml.

        Parameters
        ----------
        config
            YAML file with the settings to change; the others are those of the checkpoint, if there
            is one, or of configs/default.yaml.
        """
        app.config = base_layer if config is None else (read_config(config), base_layer)
        # A lone hyphen means standard input, and --data the path; cyclopts would take the one for
        # a flag and the other for the whole section.
        tokens = tuple("./-" if token == "-" else token for token in tokens)
        tokens = tuple(re.sub(r"^--data(?=$|=)", "--data.path", token) for token in tokens)
        try:
            command, bound, _ = app.parse_args(tokens)
        except ValueError as error:  # a settings class refused its values
            sys.exit(f"error: {error}")
        command(*bound.args, **bound.kwargs)

    return app


def run_command(app: App, shown: dict[str, tuple[str, ...]], tokens: list[str] | None) -> None:
    """Runs what the tokens ask for; ``shown`` are the settings that --help of a command shows."""
    app.config = ()  # forgets what an earlier command of this process has read
    chain, *_ = app.parse_commands(tokens)
    name = " ".join(part for part in chain if not part.startswith("-"))  # --help is one of them
    app.help_formatter = Help(*shown.get(name, ()))
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        sys.exit("error: this trains in one process: `scaffold regenerate --distributed` adds more")
    try:
        app.meta(tokens)
    except (CheckpointError, DataError, DeviceError, RunError) as error:
        sys.exit(f"error: {error}")
    except CycloptsError as error:
        sys.exit(f"error: {describe_mistake(error)}")
    except UnicodeDecodeError as error:
        sys.exit(f"error: standard input is not UTF-8: {error}")
    except Stopped as stop:
        print(stop, file=sys.stderr)
        sys.exit(stop.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader has seen enough, as in `predict ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
