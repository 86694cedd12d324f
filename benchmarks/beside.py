"""Projects as generated, beside plain implementations of the same: `references.py`, `references_dense.py`.

    python benchmarks/beside.py molecules FOLDER           graph_regression; a folder with TUDataset's files
    python benchmarks/beside.py texts PATH --columns 0 1   regression on texts; a file, or a folder of splits
    python benchmarks/beside.py posters labels.csv --columns file labels
                                                           multilabel on images; a table with a column split
    python benchmarks/beside.py streets FOLDER             segmentation; a folder of splits, class 11 is void
    python benchmarks/beside.py words FOLDER               token_classification; train, dev and test.conll

The project is made by `scaffold new --data PATH`, takes what that proposes and all defaults, and is trained
by its own command, seed by seed. The reference trains on the same examples, chooses its epoch by the same
validation examples and is measured on the same test examples. The bar is the design's: the one-sided 95 %
bound of the mean difference, positive where the project is better, lies above -1 point (mAP, mean IoU, entity
F1) or -2 % (MAE).
"""

import argparse
import importlib
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import references
import references_dense as dense
import torch
import yaml
from binary import lower_bound
from text import ROOT, run, with_error

ANSWERS = {
    "molecules": ["--domain", "graph", "--task", "graph_regression"],
    "texts": ["--domain", "nlp", "--task", "regression"],
    "posters": ["--domain", "vision", "--task", "multilabel"],
    "streets": ["--domain", "vision", "--task", "segmentation"],
    "words": ["--domain", "nlp", "--task", "token_classification"],
}
METRICS = {"molecules": "mae", "texts": "mae", "posters": "map", "streets": "mean_iou", "words": "entity_f1"}
SIZE, VOID = (60, 80), 11  # streets are halved, which takes a quarter of the time
EPOCHS = {"streets": 30, "words": 20}


def main() -> None:
    """Train both seed by seed, and print their difference."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=ANSWERS)
    parser.add_argument("path", type=Path)
    parser.add_argument("--columns", nargs="+", default=[], help="as those of scaffold new")
    parser.add_argument("--tokens", default=r"\S+", help="what the reference for texts calls a token")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    torch.set_num_threads(1)
    path = options.path.resolve()
    answers = ["--data", str(path), *ANSWERS[options.kind], "--defaults", "--no-git"]
    answers += ["--columns", ",".join(options.columns)] if options.columns else []
    flags = ["--training.device", "cpu"]
    flags += {
        "posters": ["--data.image_size", "32"],
        "streets": ["--data.image_size", *map(str, SIZE), "--data.void", str(VOID)],
    }.get(options.kind, [])
    name = METRICS[options.kind]
    ours, theirs = [], []
    print(f"{os.cpu_count()} cores, {torch.get_num_threads()} thread, torch {torch.__version__}", flush=True)
    with TemporaryDirectory() as scratch:
        project = Path(scratch, f"beside_{options.kind}")
        run("scaffold", "new", str(project), *answers, cwd=ROOT)
        sys.path.insert(0, str(project))
        for seed in range(options.first, options.first + options.seeds):
            start = time.monotonic()
            ours.append(train_project(project, flags, seed, name))
            between = time.monotonic()
            theirs.append(train_reference(options.kind, project, path, seed, options.tokens))
            seconds = f"{between - start:.0f} and {time.monotonic() - between:.0f} s"
            print(f"seed {seed}: {name} {ours[-1]:.4f}, reference {theirs[-1]:.4f}; {seconds}", flush=True)
    report(ours, theirs, name)


def train_project(project: Path, flags: list[str], seed: int, name: str) -> float:
    """Return what the project's own commands say of a training with this seed."""
    seeds = ["--training.seed", str(seed), "--data.split_seed", str(seed)]
    run(project.name, "train", *flags, *seeds, cwd=project)
    printed = run(project.name, "evaluate", cwd=project)
    return next(float(line.split()[-1]) for line in printed.splitlines() if line.startswith(f"test {name} "))


def train_reference(kind: str, project: Path, path: Path, seed: int, tokens: str) -> float:
    """Return what the reference is measured by on the same test examples."""
    if kind == "streets":
        return dense.train_on_streets(path, SIZE, VOID, EPOCHS[kind], seed=seed)
    if kind == "words":
        return dense.train_on_words(path, EPOCHS[kind], seed=seed)
    if kind == "posters":
        return references.train_on_posters(path, seed=seed)
    splits = read_splits(kind, project, path, seed)
    if kind == "molecules":
        return references.train_on_molecules(path, splits, seed=seed)
    return references.train_on_texts(splits, seed=seed, tokens=tokens)


def read_splits(kind: str, project: Path, path: Path, seed: int) -> list[Any]:
    """Return the splits that the project has drawn: numbers of graphs, or texts with their numbers."""
    newest = max((project / "runs").iterdir(), key=lambda folder: folder.stat().st_mtime)
    settings = yaml.safe_load((newest / "config.yaml").read_text())["data"]
    data = importlib.import_module(f"{project.name}.data")
    settings = data.DataSettings(**settings | {"path": path})
    if kind == "molecules":
        found: list[Any] = data.split_graphs(data.read_all(settings).labels, settings.held_out, seed)
        return found
    loaded = data.load_data(settings, seed)
    splits = [loaded.train, loaded.validation, loaded.test]
    return [[(row.text, *row.label.values.values()) for row in split.dataset.rows] for split in splits]


def report(ours: list[float], theirs: list[float], name: str) -> None:
    """Print means with standard errors, and the bound: points, or percent of the reference's MAE."""
    is_mae = name == "mae"
    unit = -100 * len(theirs) / sum(theirs) if is_mae else 100.0
    for who, values in (("project", ours), ("reference", theirs)):
        print(f"{who}: {with_error(values, 4) if is_mae else with_error([100 * v for v in values])}")
    differences = [unit * (one - two) for one, two in zip(ours, theirs, strict=True)]
    print(f"difference: {with_error(differences)} {'%' if is_mae else 'points'}, {len(ours)} seeds in common")
    if len(ours) > 1:
        bar = -2 if is_mae else -1
        print(f"one-sided 95 % bound: {lower_bound(differences):.2f}, which must lie above {bar}")


if __name__ == "__main__":
    main()
