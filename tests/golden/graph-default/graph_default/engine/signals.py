"""How a run is told to stop, and what it says then."""

import signal
import threading
from pathlib import Path
from typing import Any


class Stopped(Exception):
    """A run that a signal has ended, after it was saved; the message says how to resume it."""

    def __init__(self, number: int, checkpoint: Path) -> None:
        name = signal.Signals(number).name
        super().__init__(f"{name}: saved; resume with train --resume {checkpoint}")
        self.exit_code = 128 + number


class StopSignals:
    """Notes Ctrl-C and SIGTERM, so that a run can save what it has; a second one ends it."""

    def __init__(self) -> None:
        self.number = 0
        self.before: dict[int, Any] = {}

    def __enter__(self) -> "StopSignals":
        # Signals arrive in the main thread only.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self.before[number] = signal.signal(number, self.receive)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def receive(self, number: int, frame: Any) -> None:
        self.number = number
        signal.signal(number, self.before[number])

    def received(self) -> int:
        """The number of the signal that has come, else 0."""
        return self.number
