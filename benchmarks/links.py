"""Link prediction as it is generated, beside PyTorch Geometric's example, on the edges of a citation graph.

    python benchmarks/links.py ../shared/data/planetoid/Cora --seeds 10

The reference is examples/link_pred.py: a GCN of 128 and 64 units and a dot product, Adam at 0.01 for 100
epochs of one step, as many pairs without an edge as edges, drawn anew in each. It sends messages along the
edges that it predicts in training. Where the example forgets its best score, and so ends with its last epoch,
here the epoch with the best average precision on validation pairs counts, for both. A seed decides splits,
weights and order; edges and other pairs of validation and test are the project's for both. With --validate
only validation pairs are looked at, and further flags, as `--model.dropout 0.5`, change the project: that
is how its values were chosen.
"""

import argparse
import contextlib
import importlib
import io
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import average_precision_score, roc_auc_score
from torch import Tensor, nn
from torch_geometric.nn import GCNConv
from torch_geometric.utils import negative_sampling

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from binary import lower_bound  # noqa: E402

from scaffold.render import render  # noqa: E402

Scores = tuple[float, float]  # AUROC and average precision, in percent


class ExampleNet(nn.Module):
    """The model of examples/link_pred.py in PyTorch Geometric."""

    def __init__(self, features: int) -> None:
        """Take its sizes."""
        super().__init__()
        self.conv1, self.conv2 = GCNConv(features, 128), GCNConv(128, 64)

    def forward(self, x: Tensor, edges: Tensor, pairs: Tensor) -> Tensor:
        """Give a logit for each pair."""
        z = self.conv2(self.conv1(x, edges).relu(), edges)
        return (z[pairs[0]] * z[pairs[1]]).sum(dim=-1)


def rate(target: Tensor, logits: Tensor) -> Scores:
    """Measure a ranking."""
    return 100 * float(roc_auc_score(target, logits)), 100 * float(average_precision_score(target, logits))


def train_example(data: Any, seed: int) -> dict[str, Scores]:
    """Train as the example does, on the splits of the project's data."""
    torch.manual_seed(seed)
    held_out = {}
    for split in ("validation", "test"):
        pairs = getattr(data, split).dataset
        [held_out[split]] = pairs.__getitems__(list(range(len(pairs))))
    _, messages, *_ = held_out["validation"][0]
    x = F.normalize(torch.stack([*data.graph.numbers.values()], dim=1).float(), p=1.0, dim=1)
    positive = messages[:, messages[0] < messages[1]]
    model = ExampleNet(x.size(1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    best: dict[str, Scores] = {"validation": (0.0, 0.0)}
    for _ in range(100):
        model.train()
        optimizer.zero_grad()
        others = negative_sampling(messages, len(x), positive.size(1), method="sparse")
        target = torch.cat([torch.ones(positive.size(1)), torch.zeros(others.size(1))])
        logits = model(x, messages, torch.cat([positive, others], dim=1))
        F.binary_cross_entropy_with_logits(logits, target).backward()
        optimizer.step()
        model.eval()
        with torch.inference_mode():
            scores = {
                split: rate(target, model(x, *inputs[1:3])) for split, (inputs, target) in held_out.items()
            }
        if scores["validation"][1] > best["validation"][1]:
            best = scores
    return best


def train_project(project: Path, folder: Path, seed: int, flags: list[str]) -> tuple[dict[str, Scores], Any]:
    """Train a generated project; return what its best checkpoint reaches, and the data."""
    parts = ("train", "cli", "engine.checkpoint", "engine.state", "data")
    train, cli, checkpoints, state, data = (
        importlib.import_module(f"{project.name}.{part}") for part in parts
    )
    yaml: Any = importlib.import_module("cyclopts.config").Yaml
    cli.app.config = yaml(project / "configs/default.yaml", use_commands_as_keys=False)
    own = ["--data.path", str(folder), "--training.seed", str(seed), "--data.split_seed", str(seed)]
    own += ["--run.folder", str(project / "runs"), "--training.device", "cpu"]
    _, bound, _ = cli.app.parse_args(["train", *own, *flags])
    settings = bound.arguments["settings"]
    with contextlib.redirect_stdout(io.StringIO()):
        checkpoint = checkpoints.load_checkpoint(train.train(settings) / "best.pt")
    model, objective = state.load_model(settings, checkpoint)
    loaded = data.load_data(settings.data, seed, checkpoint["info"])
    scores = {}
    for split in ("validation", "test"):
        found = train.evaluate(model, objective, getattr(loaded, split))
        scores[split] = (100 * found["auroc"], 100 * found["ap"])
    return scores, loaded


def main() -> None:
    """Print a line for each seed, and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--architecture", default="gcn")
    parser.add_argument("--validate", action="store_true")
    arguments, flags = parser.parse_known_args()
    split = "validation" if arguments.validate else "test"
    print(f"{os.cpu_count()} cores, {torch.get_num_threads()} threads, torch {torch.__version__}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch, f"links_{arguments.architecture}")
        answers = {"name": project.name, "domain": "graph", "task": "link_prediction"}
        answers["architecture"] = arguments.architecture
        render(ROOT, project, answers, version=None, recorded="template")
        sys.path.insert(0, str(project))
        results: dict[str, list[Scores]] = {"project": [], "example": []}
        start = time.monotonic()
        for seed in range(arguments.first, arguments.first + arguments.seeds):
            scores, data = train_project(project, arguments.folder, seed, flags)
            results["project"].append(scores[split])
            if not flags:
                results["example"].append(train_example(data, seed)[split])
            print(
                seed,
                *(f"{name} {r[-1][0]:.2f} {r[-1][1]:.2f}" for name, r in results.items() if r),
                flush=True,
            )
        for column, metric in enumerate(("auroc", "ap")):
            columns = {name: [scores[column] for scores in found] for name, found in results.items() if found}
            for name, values in columns.items():
                error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
                print(f"{split} {metric} {name}: {np.mean(values):.2f} ± {error:.2f}", end="; ")
            if len(columns) > 1 and arguments.seeds > 1:
                differences = [one - two for one, two in zip(*columns.values(), strict=True)]
                print(
                    f"difference {np.mean(differences):.2f}, bound {lower_bound(differences):.2f}", end="; "
                )
            print()
        print(f"{time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
