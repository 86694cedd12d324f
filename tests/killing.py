"""Kill a generated project's training at random moments, resume it, and compare the weights.

    python killing.py PACKAGE KILLS SEED [FLAG ...]     in the project's folder

Trainings are forks of this process, so that kills hit the training rather than the imports. Prints
how many kills hit which part of the work; fails if a checkpoint does not load or weights differ.
"""

import importlib
import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import torch

# Imported by the first checkpoint and the first evaluation; here, so that no fork has to.
for module in ("sklearn.metrics", "torch.distributed.checkpoint.state_dict", "torch.utils.tensorboard"):
    importlib.import_module(module)

sys.path.insert(0, "")
package, kills, seed, *flags = sys.argv[1:]
cli, checkpoint = (importlib.import_module(f"{package}.{name}") for name in ("cli", "engine.checkpoint"))
torch.set_num_threads(1)


def start(*arguments: str) -> int:
    """Fork a training; return the number of its process."""
    process = os.fork()
    if process:
        return process
    with Path("output.txt").open("a") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    code: object = 1
    try:
        cli.main(["train", *arguments])
        code = 0
    except SystemExit as end:
        print(end.code, flush=True)
        code = end.code or 0
    finally:
        os._exit(0 if code == 0 else 1)
    return 0


def train_whole() -> tuple[Path, float]:
    before = time.monotonic()
    _, status = os.waitpid(start(*flags), 0)
    assert status == 0, Path("output.txt").read_text()
    return max(Path("runs").iterdir()), time.monotonic() - before


expected_folder, seconds = train_whole()
expected = checkpoint.load_checkpoint(expected_folder / "last.pt")
draw = random.Random(int(seed))
count = {"before the first save": 0, "in an epoch": 0, "in a save": 0, "finished before": 0}
done = 0
shutil.rmtree("killed", ignore_errors=True)
while True:
    last = next(iter(Path("killed").glob("*/last.pt")), None)
    process = start("--resume", str(last)) if last else start(*flags, "--run.folder", "killed")
    if done < int(kills):
        time.sleep(draw.uniform(0.05, 0.8 * seconds))
        os.kill(process, signal.SIGKILL)
        done += 1
    _, status = os.waitpid(process, 0)
    found = next(iter(Path("killed").glob("*/last.pt")), None)
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0, Path("output.txt").read_text()
        count["finished before"] += done < int(kills)
    elif any(Path("killed").glob("*/*.tmp")):
        count["in a save"] += 1
    else:
        count["in an epoch" if found else "before the first save"] += 1
    if found is None:
        shutil.rmtree("killed", ignore_errors=True)
        continue
    state = checkpoint.load_checkpoint(found)  # whatever the moment, there is a whole checkpoint
    if state["epoch"] > state["settings"]["training"]["epochs"] and os.WIFEXITED(status):
        for name, tensor in expected["model"].items():
            assert torch.equal(tensor, state["model"][name]), f"{name} differs"
        lines = [(folder / "metrics.jsonl").read_text() for folder in (expected_folder, found.parent)]
        assert lines[0] == lines[1], "other metrics"
        shutil.rmtree("killed")
        if done >= int(kills):
            break
print(json.dumps({"kills": done, **count, "seconds of a whole training": round(seconds, 1)}))
