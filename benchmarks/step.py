"""Training step and start of generated projects beside a hand-written minimal loop.

    python benchmarks/step.py [--steps 60] [--rounds 8]

Both loops train the same model on the same batches with the same optimizer, one step of each in
turn, so that whatever else the machine does meets both. The minimal loop is what one would write
in a notebook: no accumulation, no precision, no counting; it augments, clips, steps the schedule
and reads no value. Start: a fresh process until its first step, again in turn.
"""

import argparse
import importlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F

ROOT = Path(__file__).parents[1]
PROJECTS = {
    "vision": ["--domain", "vision"],
    "nlp": ["--domain", "nlp", "--architecture", "transformer"],
    "graph": ["--domain", "graph", "--task", "graph_classification"],
}
# A batch of which a step takes 5 ms or more, as steps of interest do.
EXTRA = {"vision": [], "nlp": [], "graph": ["--data.batch_size", "256"]}

START = {
    "generated": """
import sys, time
sys.path.insert(0, "")
from {name}.cli import app
from {name}.engine.state import TrainState
from {name}.data import load_data
from {name}.train import train_steps
from cyclopts.config import Yaml
app.config = Yaml("configs/default.yaml", use_commands_as_keys=False)
settings = app.parse_args(["train", "--training.device", "cpu"])[1].arguments["settings"]
data = load_data(settings.data, 0)
data.sampler.set_epoch(1)
next(train_steps(TrainState(settings, data.info, 100), data.train))
""",
    "minimal": """
import sys
sys.path.insert(0, "")
import torch, yaml
import torch.nn.functional as F
from {name}.data import DataSettings, load_data
from {name}.model import ModelSettings, build_model
from {name}.objective import num_outputs
config = yaml.safe_load(open("configs/default.yaml"))
data = load_data(DataSettings(**config["data"]), 0)
model = build_model(ModelSettings(**config["model"]), data.info, num_outputs(data.info))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
inputs, target = next(iter(data.train))
F.cross_entropy(model(*inputs), target).backward()
optimizer.step()
""",
}


def render(name: str, folder: Path) -> Path:
    """Write a project of this name and return its folder."""
    command = [sys.executable, "-m", "scaffold", "new", str(folder / name), *PROJECTS[name]]
    flags = ["--defaults", "--no-git", "--quiet"]
    subprocess.run([*command, *flags], check=True, cwd=ROOT)
    return folder / name


def minimal_steps(state: Any, clip_norm: float, batches: Any) -> Iterator[None]:
    """Do what a notebook does, with the project's model, augmentation, optimizer and schedule."""
    model, augment, optimizer = state.model, state.augment, state.optimizer
    for batch in batches:
        inputs, target = augment(*batch, state.generator)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(*inputs), target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
        optimizer.step()
        state.schedule.step()
        yield


def seconds(work: Callable[[], object]) -> float:
    """Return how long the call takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def measure_steps(name: str, project: Path, steps: int, rounds: int) -> tuple[float, float]:
    """Return median seconds of a minimal step, and the median ratio of neighbouring steps."""
    sys.path.insert(0, str(project))
    cli, state, data, train = (
        importlib.import_module(f"{name}.{part}") for part in ("cli", "engine.state", "data", "train")
    )
    yaml = importlib.import_module("cyclopts.config").Yaml
    cli.app.config = yaml(project / "configs/default.yaml", use_commands_as_keys=False)
    tokens = ["train", "--training.device", "cpu", *EXTRA[name]]
    settings = cli.app.parse_args(tokens)[1].arguments["settings"]
    loaded = data.load_data(settings.data, 0)
    batch = next(iter(loaded.train))
    times: list[tuple[float, float]] = []
    for _ in range(rounds):
        # Built anew in each round: where in memory a model lies is worth a few percent.
        ours, theirs = (state.TrainState(settings, loaded.info, 10 * steps) for _ in range(2))
        mine = train.train_steps(ours, [batch] * (steps + 5))
        minimal = minimal_steps(theirs, settings.training.clip_norm or 1e9, [batch] * (steps + 5))
        if not settings.training.clip_norm:
            ours.clip_norm = 1e9
        for number in range(steps + 5):
            works = [lambda run=minimal: next(run), lambda run=mine: next(run)]
            order = (0, 1) if number % 2 else (1, 0)
            pair = {which: seconds(works[which]) for which in order}
            if number >= 5:
                times.append((pair[0], pair[1]))
    return statistics.median(a for a, _ in times), statistics.median(b / a for a, b in times)


def measure_start(name: str, project: Path, rounds: int) -> tuple[float, float]:
    """Return median seconds to the first step of both, in turn."""
    times: dict[str, list[float]] = {"generated": [], "minimal": []}
    for _ in range(rounds):
        for which, script in START.items():
            command = [sys.executable, "-c", script.format(name=name)]
            times[which].append(
                seconds(lambda command=command: subprocess.run(command, check=True, cwd=project))
            )
    return statistics.median(times["generated"]), statistics.median(times["minimal"])


def main() -> None:
    """Print a row for each domain."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=8)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print("| domain | minimal step, ms | generated / minimal | start, s | minimal start, s | ratio |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in PROJECTS:
            project = render(name, Path(folder))
            base, ratio = measure_steps(name, project, arguments.steps, arguments.rounds)
            start, minimal = measure_start(name, project, arguments.rounds)
            cells = (f"{1000 * base:.1f}", f"{ratio:.3f}", f"{start:.2f}", f"{minimal:.2f}")
            print(f"| {name} | {' | '.join(cells)} | {start / minimal:.2f} |", flush=True)


if __name__ == "__main__":
    main()
