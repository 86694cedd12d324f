"""Neighbours drawn for batches of nodes, beside the whole graph in each step: time, memory and accuracy.

    python benchmarks/sampling.py --sizes 20000 100000 --seeds 5
    python benchmarks/sampling.py --data ../shared/data/planetoid/Cora --epochs 200 --whole-epochs 200
    python benchmarks/sampling.py --sizes 2000000 --degree 50 --only sampled --epochs 1 --seeds 1

Graphs are drawn by a stochastic block model: an edge leads to a node of the same class, or with the rest of
its chance to any. Features are the mean of a class, buried in noise: a node alone tells little and its
neighbours much. Accuracy is that of the test nodes with neighbours drawn as in training, and with all of them
(`evaluate --data.neighbours null`), where the whole graph is tried too. A graph is written as the arrays that
projects read: nodes.csv, features.npy, edges.npy. Each training is a process of its own. Times are those of
the processor, because a machine may have other work; of memory the kernel tells the largest, with what is
mapped from files and without.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from binary import lower_bound  # noqa: E402

from scaffold.render import render  # noqa: E402

CLASSES, FEATURES = 16, 32
SAME = 0.5  # share of the edges that stay within a class for sure
SIGNAL = 0.2  # distance of the classes, in deviations of the noise
ROWS = 2**16  # that are drawn at a time
MODES = {
    "whole": ["--training.epochs", "{whole}"],
    "sampled": ["--training.epochs", "{sampled}", "--data.neighbours", "15", "10", "--data.batch_size"],
}


def make_graph(folder: Path, num_nodes: int, degree: int, seed: int) -> Path:
    """Draw a graph with so many neighbours of a node in the mean, and write it as arrays."""
    draws = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    classes = draws.integers(CLASSES, size=num_nodes)
    order, sizes = np.argsort(classes, kind="stable"), np.bincount(classes, minlength=CLASSES)
    first = np.cumsum(sizes) - sizes
    num_edges = num_nodes * degree // 2
    edges = np.lib.format.open_memmap(folder / "edges.npy", "w+", np.int32, (2, num_edges))
    for start in range(0, num_edges, 16 * ROWS):
        count = min(16 * ROWS, num_edges - start)
        source, chance = draws.integers(num_nodes, size=count), draws.random(count)
        own = classes[source]
        near = order[first[own] + (draws.random(count) * sizes[own]).astype(np.int64)]
        target = np.where(chance < SAME, near, draws.integers(num_nodes, size=count))
        edges[:, start : start + count] = source, target
    centres = SIGNAL * draws.standard_normal((CLASSES, FEATURES)).astype(np.float32)
    shape = (num_nodes, FEATURES)
    features = np.lib.format.open_memmap(folder / "features.npy", "w+", np.float32, shape)
    for start in range(0, num_nodes, ROWS):
        own = classes[start : start + ROWS]
        features[start : start + ROWS] = centres[own]
        features[start : start + ROWS] += draws.standard_normal((len(own), FEATURES), dtype=np.float32)
    edges.flush()
    features.flush()
    splits = draws.choice(["train", "val", "test", ""], size=num_nodes, p=[0.2, 0.05, 0.15, 0.6])
    with (folder / "nodes.csv").open("w") as table:
        table.write("id,label,split\n")
        for number, (own, split) in enumerate(zip(classes.tolist(), splits.tolist(), strict=True)):
            table.write(f"{number},c{own:02},{split}\n")
    return folder


def watch(command: list[str], folder: Path) -> tuple[float, float]:
    """Run it; GiB of the largest memory: all of it, and what is its own."""
    own, largest = 0, 0
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with (folder / "log.txt").open("a") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
        while process.poll() is None:
            try:
                lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            except OSError:
                break
            told = dict(line.split(":", 1) for line in lines)
            if "RssAnon" in told:
                own = max(own, int(told["RssAnon"].split()[0]))
                largest = max(largest, int(told["VmHWM"].split()[0]))
            time.sleep(0.05)
    if process.wait():
        sys.exit(f"{' '.join(command)} failed: {(folder / 'log.txt').read_text()[-2000:]}")
    return largest / 2**20, own / 2**20


def compare(data: Path, name: str, options: argparse.Namespace, project: Path) -> None:
    """Train in each mode with each seed, and print a line of means."""
    package = [sys.executable, "-m", project.name]
    modes = options.only or [*MODES]
    accuracies: dict[str, list[float]] = {}
    epochs = {"whole": options.whole_epochs, "sampled": options.epochs}
    for mode in modes:
        results = []
        for seed in range(options.seeds):
            flags = [flag.format(**epochs) for flag in MODES[mode]]
            flags += [str(options.batch_size)] if mode == "sampled" else []
            flags += ["--data", str(data), "--training.seed", str(seed), "--report", "no", *options.flags]
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            largest, own = watch([*package, "train", *flags], project)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            run = max((project / "runs").iterdir())
            scores = [evaluate(package, project, run)]
            if mode == "sampled" and "whole" in modes:
                scores.append(evaluate(package, project, run, "--data.neighbours", "null"))
            accuracies.setdefault(mode, []).append(scores[-1])
            results.append((*scores, seconds, largest, own))
        *scores, seconds, largest, own = np.mean(results, axis=0)
        errors = np.std(results, axis=0, ddof=1) / len(results) ** 0.5 if len(results) > 1 else [np.nan] * 5
        told = " / ".join(f"{score:.2f} ± {error:.2f}" for score, error in zip(scores, errors, strict=False))
        what = f"| {name} | {mode}, {epochs[mode]} epochs"
        print(f"{what} | {told} | {seconds:.0f} | {largest:.2f} | {own:.2f} |", flush=True)
    if len(accuracies) == 2 and options.seeds > 1:
        differences = np.subtract(accuracies["sampled"], accuracies["whole"])
        bound = lower_bound([*differences])
        print(f"{name}: sampled less whole {differences.mean():.2f} points, bound {bound:.2f}", flush=True)


def evaluate(package: list[str], project: Path, run: Path, *flags: str) -> float:
    """Accuracy on the test nodes, in percent."""
    watch([*package, "evaluate", "--checkpoint", str(run), *flags], project)
    return 100 * float(json.loads((run / "best-test.json").read_text())["metrics"]["accuracy"])


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[])
    parser.add_argument("--degree", type=int, default=20)
    parser.add_argument("--data", type=Path, help="a folder with a graph")
    parser.add_argument("--architecture", default="graphsage")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=5, help="of the sampled trainings")
    parser.add_argument("--whole-epochs", type=int, default=50)
    parser.add_argument("--batch-size", type=int, default=1024)
    parser.add_argument("--only", nargs="*", choices=[*MODES])
    parser.add_argument("--keep", type=Path, help="where graphs are written, and kept")
    options, options.flags = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "nodes_of_one_graph"
        answers = {"domain": "graph", "task": "node_classification", "architecture": options.architecture}
        render(ROOT, project, {"name": project.name, **answers}, version=None, recorded="benchmark")
        print("| graph | mode | test accuracy: drawn / all | seconds of a training | GiB | GiB of its own |")
        print("|---|---|---|---|---|---|")
        if options.data:
            compare(options.data.resolve(), options.data.name, options, project)
        for size in options.sizes:
            data = (options.keep or Path(folder)) / f"graph{size}"
            if not (data / "nodes.csv").is_file():
                make_graph(data, size, options.degree, seed=0)
            compare(data.resolve(), f"{size:,} nodes, {size * options.degree:,} edges", options, project)


if __name__ == "__main__":
    main()
