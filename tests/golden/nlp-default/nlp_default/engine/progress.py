"""How far a training is: a bar at a terminal, elsewhere a line now and then."""

import sys
import time

from torch import Tensor
from tqdm import tqdm

INTERVAL = 30  # seconds between two lines


class Progress:
    def __init__(self, total: int, done: int) -> None:
        self.bar = tqdm(total=total, initial=done, unit="step", disable=None)
        self.total, self.before, self.steps = total, done, 0
        self.start = self.shown = time.monotonic()

    def update(self, epoch: int, loss: Tensor, log_every: int) -> None:
        """After a step. To read its loss makes the device wait, so it is not done in every one."""
        self.steps, now = self.steps + 1, time.monotonic()
        self.bar.update()
        if not self.bar.disable and self.steps % log_every == 0:
            self.bar.set_postfix(epoch=epoch, loss=f"{loss.item():.4f}")
        elif self.bar.disable and now - self.shown >= INTERVAL:
            self.shown, done = now, self.before + self.steps
            left = tqdm.format_interval((now - self.start) / self.steps * (self.total - done))
            steps = f"epoch {epoch}  step {done} of {self.total}"
            print(f"{steps}  loss {loss.item():.4f}  {left} left", file=sys.stderr, flush=True)

    def write(self, record: dict[str, float]) -> None:
        """The line of an epoch, which is not kept waiting in a file."""
        self.bar.write("  ".join(f"{name} {value:.4g}" for name, value in record.items()))
        sys.stdout.flush()
