"""How a run is told to stop, and what it says then."""

import math
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

TIME_IS_UP = 1000  # beyond the numbers of all signals


class Stopped(Exception):
    """A run that a signal has ended, after it was saved; the message says how to resume it."""

    def __init__(self, number: int, checkpoint: Path) -> None:
        name = signal.Signals(number).name
        super().__init__(f"{name}: saved; resume with train --resume {checkpoint}")
        self.exit_code = 128 + number


class StopSignals:
    """Notes Ctrl-C and SIGTERM, so that a run can save what it has; a second one ends it.

    After these ``minutes``, if they are not 0, the time is up.
    """

    def __init__(self, minutes: float = 0.0) -> None:
        self.number = 0
        self.deadline = time.monotonic() + 60 * minutes if minutes else math.inf
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
        """The number of the signal that has come, ``TIME_IS_UP``, or 0."""
        if time.monotonic() > self.deadline and not self.number:
            self.number = TIME_IS_UP
            print("the time is up: train --resume goes on from here", file=sys.stderr)
        return self.number
