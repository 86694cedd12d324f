"""Text classification on SST-2: `python benchmarks/text.py [--seeds N] [--architectures A ...] [--data DIR]`.

Each architecture is generated with its defaults and trained from scratch on the 6,920 training sentences; the
checkpoint that is best on the 872 validation sentences is measured on the 1,821 test sentences. The bar is
that of the design: the best of the architectures reaches 78 %, and aims at 80 %, mean over the seeds.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
ARCHITECTURES = ["textcnn", "lstm", "transformer"]


def main() -> None:
    """Generate, train and measure, one run after the other."""
    parser = argparse.ArgumentParser(description="Train the text classifiers on SST-2 with their defaults.")
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data/sst2", help="its folder")
    parser.add_argument("--architectures", nargs="+", default=ARCHITECTURES, choices=ARCHITECTURES)
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    if not (options.data / "train.tsv").is_file():
        sys.exit(f"SST-2 is not at {options.data}: name its folder with --data")
    for architecture in options.architectures:
        with TemporaryDirectory() as scratch:
            measure(architecture, options.data.resolve(), options.seeds, Path(scratch) / "sst")


def measure(architecture: str, data: Path, seeds: int, project: Path) -> None:
    """Print the test accuracy of each seed, then their mean and its standard error."""
    answers = ["--domain", "nlp", "--architecture", architecture, "--defaults", "--no-git"]
    run("scaffold", "new", str(project), *answers, cwd=ROOT)
    flags = ["--data.path", str(data), "--data.columns", "0", "1", "--training.device", "cpu"]
    accuracies, start = [], time.perf_counter()
    for seed in range(seeds):
        run("sst", "train", *flags, "--training.seed", str(seed), cwd=project)
        printed = run("sst", "evaluate", cwd=project)
        accuracy = next(float(line.split()[-1]) for line in printed.splitlines() if "accuracy" in line)
        accuracies.append(100 * accuracy)
        print(f"{architecture} seed {seed}: {100 * accuracy:.2f}", flush=True)
    seconds = (time.perf_counter() - start) / seeds
    print(f"{architecture}: {with_error(accuracies)}, {seeds} seeds, {seconds:.0f} s a run", flush=True)


def with_error(values: list[float], digits: int = 2) -> str:
    """Mean and its standard error, which one value alone does not have."""
    error = statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return f"{statistics.mean(values):.{digits}f} ± {error:.{digits}f}"


def run(*command: str, cwd: Path) -> str:
    """Run a module in a process of its own, with one thread."""
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-m", *command], cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
