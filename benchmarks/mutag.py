"""GIN as it is generated, beside PyTorch Geometric's example model, on MUTAG by the protocol of the paper.

    python benchmarks/mutag.py ../shared/data/tudataset/MUTAG --seeds 3 --architecture gin

Other architectures are measured by the same protocol, beside the same example.

Ten folds have the same share of each class. A model trains on nine of them by its own recipe and is measured
on the tenth after every epoch; the epoch that is best in the mean over the folds counts (Xu et al. 2019,
section 7). That looks at the test folds, so the last epoch is printed beside it. A seed deals the folds anew.
"""

import argparse
import importlib
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import StratifiedKFold
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torch_geometric.nn import GINConv, global_add_pool

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from scaffold.render import render  # noqa: E402

PAPER = "89.4 ± 5.6"  # of gin


class ExampleGIN(nn.Module):
    """The model of examples/mutag_gin.py in PyTorch Geometric."""

    def __init__(self, categories: int, classes: int) -> None:
        """Take its sizes: five layers of 32 units."""
        super().__init__()
        self.categories = categories
        sizes = [categories, 32, 32, 32, 32]
        self.convs = nn.ModuleList(
            GINConv(nn.Sequential(nn.Linear(size, 32), nn.ReLU(), nn.Linear(32, 32))) for size in sizes
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(32) for _ in sizes)
        self.head = nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, classes))

    def forward(self, x: Tensor, edge_index: Tensor, graph: Tensor, sizes: Tensor, *_: Tensor) -> Tensor:
        """Give logits; the category 0 is of atoms that no training graph has, and bonds are ignored."""
        x = F.one_hot(x.flatten(), self.categories).float()
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = norm(conv(x, edge_index).relu())
        return self.head(global_add_pool(x, graph, len(sizes)))


def train_example(fold: Any, info: dict[str, Any], seed: int) -> list[float]:
    """Train as the example does, and return the accuracy after every epoch."""
    torch.manual_seed(seed)
    model = ExampleGIN(info["num_categories"], len(info["classes"]))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 50, gamma=0.5)
    train, test = fold(batch_size=128)
    accuracies = []
    for _ in range(100):
        model.train()
        for inputs, target in train:
            optimizer.zero_grad()
            F.cross_entropy(model(*inputs), target).backward()
            optimizer.step()
        scheduler.step()
        model.eval()
        with torch.inference_mode():
            right = [(model(*inputs).argmax(dim=1) == target).double() for inputs, target in test]
        accuracies.append(torch.cat(right).mean().item())
    return accuracies


def train_project(train: Any, settings: Any, fold: Any, info: dict[str, Any], seed: int) -> list[float]:
    """Train a generated project's components by its own recipe."""
    batches, test = fold(batch_size=settings.data.batch_size)
    settings.training.seed = seed
    state = train.TrainState(settings, info, settings.training.epochs * len(batches))
    accuracies = []
    for _ in range(settings.training.epochs):
        list(train.train_steps(state, batches))
        metrics = train.evaluate(state.model, state.objective, test)
        accuracies.append(metrics["accuracy"])
    return accuracies


def main() -> None:
    """Print a line for each seed and model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--architecture", default="gin", choices=("gin", "gcn", "graphsage", "gat", "gps"))
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, {torch.get_num_threads()} threads, torch {torch.__version__}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch, f"mutag_{arguments.architecture}")
        answers = {"name": project.name, "domain": "graph", "task": "graph_classification"}
        answers["architecture"] = arguments.architecture
        render(ROOT, project, answers, version=None, recorded="template")
        sys.path.insert(0, str(project))
        train, cli, data = (
            importlib.import_module(f"{project.name}.{part}") for part in ("train", "cli", "data")
        )
        yaml: Any = importlib.import_module("cyclopts.config").Yaml
        cli.app.config = yaml(project / "configs/default.yaml", use_commands_as_keys=False)
        settings = cli.app.parse_args(["train"])[1].arguments["settings"]
        for seed in range(arguments.seeds):
            measure(arguments.folder, seed, train, settings, data)


def measure(folder: Path, seed: int, train: Any, settings: Any, data: Any) -> None:
    """Train both models on the ten folds of a seed."""
    graphs = data.read_graphs(data.SourceSettings(path=folder), data.read_label)
    groups = data.group_labels(graphs.labels)
    results: dict[str, list[list[float]]] = {"project": [], "example": []}
    start = time.monotonic()
    dealer = StratifiedKFold(10, shuffle=True, random_state=seed)
    for rest, held_out in dealer.split(groups, groups):
        info = data.describe_labels(graphs.labels) | data.describe(graphs, rest.tolist())
        targets = data.encode_labels(graphs.labels, info)
        examples = [
            (*part, target) for part, target in zip(data.separate(graphs, info), targets, strict=True)
        ]
        fold = partial(make_loaders, data, examples, rest, held_out, seed)
        results["project"].append(train_project(train, settings, fold, info, seed))
        results["example"].append(train_example(fold, info, seed))
    for name, values in results.items():
        accuracy = 100 * np.array(values)  # (folds, epochs)
        best = int(accuracy.mean(axis=0).argmax())
        of = f"{accuracy[:, best].mean():.1f} ± {accuracy[:, best].std():.1f} (epoch {best + 1})"
        print(f"seed {seed} {name}: best epoch {of}, last {accuracy[:, -1].mean():.1f}", end="; ")
    print(f"paper {PAPER}; {time.monotonic() - start:.0f} s", flush=True)


def make_loaders(
    data: Any, examples: list[Any], rest: Any, held_out: Any, seed: int, batch_size: int
) -> tuple[Any, Any]:
    """Batches of the nine folds, in an order of its own in each epoch, and of the tenth."""
    train, test = ([examples[number] for number in numbers] for numbers in (rest, held_out))
    generator = torch.Generator().manual_seed(seed)
    loader: Any = partial(DataLoader, batch_size=batch_size, collate_fn=data.collate, generator=generator)
    return loader(train, shuffle=True), loader(test)


if __name__ == "__main__":
    main()
