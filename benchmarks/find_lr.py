"""Training at the rate of find-lr, beside the recipe's: `python benchmarks/find_lr.py [--seeds N]`.

A project of each domain is generated with its defaults. For each seed `find-lr` suggests a rate, and the
project is trained on its sample at that rate and at the recipe's; the best checkpoint is measured on the
test split.
"""

import argparse
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from text import run, with_error

ROOT = Path(__file__).parents[1]
PROJECTS = {
    "vision": ["--domain", "vision"],
    "nlp": ["--domain", "nlp"],
    "graph": ["--domain", "graph"],
    "graphs": ["--domain", "graph", "--task", "graph_classification"],
}


def main() -> None:
    """Print a row for each project: mean and standard error of both accuracies, and the suggestions."""
    parser = argparse.ArgumentParser(description="Train at the rate that find-lr suggests.")
    parser.add_argument("--projects", nargs="+", default=list(PROJECTS), choices=list(PROJECTS))
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    for name in options.projects:
        with TemporaryDirectory() as scratch:
            measure(name, options.seeds, Path(scratch) / name)


def measure(name: str, seeds: int, project: Path) -> None:
    """Train with both rates from each seed."""
    run("scaffold", "new", str(project), *PROJECTS[name], "--defaults", "--no-git", cwd=ROOT)
    found: dict[str, list[float]] = {"recipe": [], "suggestion": []}
    rates = []
    for number in range(seeds):
        seed = ["--training.seed", str(number), "--training.device", "cpu"]
        printed = run(name, "find-lr", *seed, cwd=project)
        suggestion = re.search(r"--optim\.lr (\S+) \(now it is (\S+)\)", printed)
        if not suggestion:
            sys.exit(f"find-lr suggests nothing:\n{printed}")
        rates.append(suggestion[1])
        for which, flags in {"recipe": [], "suggestion": ["--optim.lr", suggestion[1]]}.items():
            run(name, "train", *seed, *flags, "--run.name", which, cwd=project)
            printed = run(name, "evaluate", cwd=project)
            accuracy = next(line.split()[-1] for line in printed.splitlines() if "accuracy" in line)
            found[which].append(100 * float(accuracy))
    cells = map(with_error, found.values())
    print(f"| {name} | {suggestion[2]} | {', '.join(rates)} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
