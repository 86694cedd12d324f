"""Every architecture with every optimizer, by defaults, on the sample or on data of yours.

    python benchmarks/choices.py classification                          images of the sample
    python benchmarks/choices.py classification --path FOLDER_OF_IMAGES --optimizers adamw muon
    python benchmarks/choices.py node_classification --path ../shared/data/planetoid/Cora --split test
    python benchmarks/choices.py classification --domain nlp --schedules cosine wsd
    python benchmarks/choices.py graph_regression --path esol.csv --architectures gin gps --optimizers adamw \
        --resplit --split test --metric rmse --seeds 5

With data of yours a project is made by `scaffold new --data PATH`, and takes what that proposes. Each cell is
the score of the checkpoint that is best on the validation split, there or with `--split test` on the test
split: its mean over the seeds, and its standard error.
"""

import argparse
import itertools
import json
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from text import ROOT, run, with_error

sys.path.insert(0, str(ROOT))

from scaffold.questions import Questions


def main() -> None:
    """Print a line for each run, and the table."""
    questions = Questions(ROOT)
    tables = {key: questions.table(key) for key in ("task", "architecture", "optimizer")}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=tables["task"])
    parser.add_argument("--domain", help="where several have the task; the first one by default")
    parser.add_argument("--path", type=Path, help="as that of scaffold new --data")
    parser.add_argument("--architectures", nargs="+", help="all by default")
    parser.add_argument("--optimizers", nargs="+", default=[*tables["optimizer"]])
    parser.add_argument(
        "--schedules", nargs="+", default=[None], help="the default of each optimizer by default"
    )
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--split", choices=["validation", "test"], default="validation")
    parser.add_argument("--metric", default="accuracy")
    parser.add_argument("--resplit", action="store_true", help="each seed draws the held out examples too")
    options, flags = parser.parse_known_args()
    torch.set_num_threads(1)
    task = tables["task"][options.task]
    domain = options.domain or next(iter(task["forms"]))
    offered = [
        name
        for name, entry in tables["architecture"].items()
        if task["forms"][domain] in entry["forms"] and task["output"] in entry["outputs"]
    ]
    data = ["--data", str(options.path.resolve())] if options.path else []
    print(f"{os.cpu_count()} cores, {torch.get_num_threads()} thread, torch {torch.__version__}", flush=True)
    seeds = range(options.first, options.first + options.seeds)
    rows = []
    for name in options.architectures or offered:
        rows.append([f"`{name}`"])
        for optimizer, schedule in itertools.product(options.optimizers, options.schedules):
            answers = ["--domain", domain, "--task", options.task, "--architecture", name]
            answers += ["--optimizer", optimizer, *(["--schedule", schedule] if schedule else [])]
            rows[-1].append(train([*answers, *data], flags, seeds, options))
    columns = [
        " ".join(filter(None, pair)) for pair in itertools.product(options.optimizers, options.schedules)
    ]
    for row in [["architecture", *columns], ["---"] * (1 + len(columns)), *rows]:
        print("|", " | ".join(row), "|")


def train(answers: list[str], flags: list[str], seeds: range, options: argparse.Namespace) -> str:
    """Return the scores of a project with these answers: mean and standard error."""
    scores, split, metric = [], options.split, options.metric
    with TemporaryDirectory() as scratch:
        project = Path(scratch, "choices")
        run("scaffold", "new", str(project), *answers, "--defaults", "--no-git", "--no-report", cwd=ROOT)
        for seed in seeds:
            start = time.monotonic()
            seeded = ["--training.seed", str(seed)]
            seeded += ["--data.split_seed", str(seed)] if options.resplit else []
            run(project.name, "train", *seeded, *flags, cwd=project)
            newest = max((project / "runs").iterdir(), key=lambda folder: folder.stat().st_mtime)
            run(project.name, "evaluate", "--split", split, cwd=project)
            result = json.loads(next(newest.glob(f"*{split}*.json")).read_text())
            scores.append(result["metrics"][metric])
            seconds = f"{time.monotonic() - start:.0f} s"
            print(*answers[5:8], f"seed {seed}: {metric} {scores[-1]:.4f}; {seconds}", flush=True)
    in_percent = metric not in {"mae", "rmse", "bits_per_byte"}
    return with_error([100 * score for score in scores] if in_percent else scores, 2 if in_percent else 4)


if __name__ == "__main__":
    main()
