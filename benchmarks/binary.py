"""One logit beside two on SST-2: `python benchmarks/binary.py [--seeds N] [--architecture A] [--data DIR]`.

Projects with `bce_with_logits` and with `cross_entropy` are generated with their defaults and trained with
the same seeds. The bar is that of the design: the one-sided 95 % bound of the mean difference in test
accuracy lies above -1.
"""

import argparse
import math
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from scipy.stats import t
from text import ARCHITECTURES, ROOT, run, with_error

LOSSES = ("bce_with_logits", "cross_entropy")


def main() -> None:
    """Train both seed by seed, and print the differences."""
    parser = argparse.ArgumentParser(description="Train one logit beside two on SST-2.")
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data/sst2", help="its folder")
    parser.add_argument("--architecture", default="lstm", choices=ARCHITECTURES)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    if not (options.data / "train.tsv").is_file():
        sys.exit(f"SST-2 is not at {options.data}: name its folder with --data")
    accuracies: dict[str, list[float]] = {loss: [] for loss in LOSSES}
    with TemporaryDirectory() as scratch:
        for loss in LOSSES:
            answers = ["--domain", "nlp", "--architecture", options.architecture, "--loss", loss]
            project = str(Path(scratch, loss, "sst"))
            run("scaffold", "new", project, *answers, "--defaults", "--no-git", cwd=ROOT)
        for seed in range(options.first, options.first + options.seeds):
            for loss in LOSSES:
                accuracies[loss].append(measure(Path(scratch, loss, "sst"), options.data.resolve(), seed))
            last = {loss: round(values[-1], 2) for loss, values in accuracies.items()}
            print(f"{options.architecture} seed {seed}: {last}", flush=True)
    for loss, values in accuracies.items():
        print(f"{loss}: {with_error(values)}")
    differences = [one - two for one, two in zip(*accuracies.values(), strict=True)]
    print(f"difference: {with_error(differences)}, {options.seeds} seeds in common")
    if options.seeds > 1:
        print(f"one-sided 95 % bound: {lower_bound(differences):.2f}, which must lie above -1")


def lower_bound(differences: list[float]) -> float:
    """Return what their mean lies above with 95 % confidence, by Student's t."""
    error = statistics.stdev(differences) / math.sqrt(len(differences))
    return float(statistics.mean(differences) - t.ppf(0.95, len(differences) - 1) * error)


def measure(project: Path, data: Path, seed: int) -> float:
    """Return the test accuracy, in percent, of a training with this seed."""
    flags = ["--data.path", str(data), "--data.columns", "0", "1", "--training.device", "cpu"]
    run("sst", "train", *flags, "--training.seed", str(seed), cwd=project)
    printed = run("sst", "evaluate", cwd=project)
    return 100 * next(float(line.split()[-1]) for line in printed.splitlines() if "accuracy" in line)


if __name__ == "__main__":
    main()
