"""Graph projects as they are generated, beside PyTorch Geometric's own models, on a citation graph.

    python benchmarks/graph.py ../shared/data/planetoid/Cora --seeds 10

The references are its examples of GCN and GAT, its model GraphSAGE with the optimizer of those, and its
layer GPSConv, around GCNConv, with the optimizer of examples/graph_gps.py. Every model is trained for 200
epochs from each seed and measured on the test nodes by the weights that were best on the validation nodes.
Nothing of the project is changed but the path and the seed.
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
from torch import Tensor, nn
from torch_geometric.io import read_planetoid_data
from torch_geometric.nn import GATConv, GCNConv, GPSConv, GraphSAGE

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from binary import lower_bound  # noqa: E402

from scaffold.render import render  # noqa: E402

PAPERS = {("gcn", "Cora"): 81.5, ("gcn", "CiteSeer"): 70.3, ("gat", "Cora"): 83.0, ("gat", "CiteSeer"): 72.5}


class ExampleGCN(nn.Module):
    """The model of examples/gcn.py in PyTorch Geometric."""

    def __init__(self, features: int, classes: int) -> None:
        """Take its sizes: 16 hidden units."""
        super().__init__()
        self.conv1 = GCNConv(features, 16, cached=True)
        self.conv2 = GCNConv(16, classes, cached=True)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        """Give logits."""
        x = F.dropout(x, p=0.5, training=self.training)
        x = self.conv1(x, edge_index).relu()
        x = F.dropout(x, p=0.5, training=self.training)
        return self.conv2(x, edge_index)

    def optimizer(self) -> torch.optim.Adam:
        """Decay the first layer only, as the paper does."""
        groups = [
            {"params": self.conv1.parameters(), "weight_decay": 5e-4},
            {"params": self.conv2.parameters(), "weight_decay": 0.0},
        ]
        return torch.optim.Adam(groups, lr=0.01)


class ExampleGAT(nn.Module):
    """The model of examples/gat.py in PyTorch Geometric."""

    def __init__(self, features: int, classes: int) -> None:
        """Take its sizes: eight heads of eight units."""
        super().__init__()
        self.conv1 = GATConv(features, 8, 8, dropout=0.6)
        self.conv2 = GATConv(64, classes, heads=1, concat=False, dropout=0.6)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        """Give logits."""
        x = F.dropout(x, p=0.6, training=self.training)
        x = F.elu(self.conv1(x, edge_index))
        x = F.dropout(x, p=0.6, training=self.training)
        return self.conv2(x, edge_index)

    def optimizer(self) -> torch.optim.Adam:
        """Decay everything."""
        return torch.optim.Adam(self.parameters(), lr=0.005, weight_decay=5e-4)


class ModelSAGE(GraphSAGE):
    """PyTorch Geometric's model: two layers, and what they usually have around them."""

    def __init__(self, features: int, classes: int) -> None:
        """Take as many hidden units as the project has."""
        super().__init__(features, 64, num_layers=2, out_channels=classes, dropout=0.5)

    def optimizer(self) -> torch.optim.Adam:
        """Decay everything."""
        return torch.optim.Adam(self.parameters(), lr=0.01, weight_decay=5e-4)


class ModelGPS(nn.Module):
    """Two layers of PyTorch Geometric's GPSConv, of the project's sizes."""

    def __init__(self, features: int, classes: int) -> None:
        """Take four heads and 64 units."""
        super().__init__()
        self.encode, self.head = nn.Linear(features, 64), nn.Linear(64, classes)
        self.layers = nn.ModuleList(
            GPSConv(64, GCNConv(64, 64), heads=4, dropout=0.5, norm="layer_norm") for _ in range(2)
        )

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        """Give logits."""
        x = self.encode(F.dropout(x, p=0.5, training=self.training))
        for layer in self.layers:
            x = layer(x, edge_index)
        logits: Tensor = self.head(x)
        return logits

    def optimizer(self) -> torch.optim.Adam:
        """Hardly decay."""
        return torch.optim.Adam(self.parameters(), lr=0.001, weight_decay=1e-5)


EXAMPLES: dict[str, Any] = {"gcn": ExampleGCN, "gat": ExampleGAT, "graphsage": ModelSAGE, "gps": ModelGPS}


def train_example(architecture: str, folder: Path, seed: int) -> float:
    """Train as the examples do, and return the test accuracy of the first best validation accuracy."""
    torch.manual_seed(seed)
    data = read_planetoid_data(str(folder / "raw"), folder.name.lower())
    x = F.normalize(data.x, p=1.0, dim=1)
    model = EXAMPLES[architecture](x.size(1), int(data.y.max()) + 1)
    optimizer = model.optimizer()
    best = test = 0.0
    for _ in range(200):
        model.train()
        optimizer.zero_grad()
        logits = model(x, data.edge_index)
        F.cross_entropy(logits[data.train_mask], data.y[data.train_mask]).backward()
        optimizer.step()
        model.eval()
        with torch.inference_mode():
            right = (model(x, data.edge_index).argmax(dim=1) == data.y).double()
        accuracy = right[data.val_mask].mean().item()
        if accuracy > best:
            best, test = accuracy, right[data.test_mask].mean().item()
    return test


def train_project(project: Path, folder: Path, seed: int) -> float:
    """Train a generated project, and return the test accuracy of its best checkpoint."""
    name = project.name
    parts = ("train", "cli", "engine.checkpoint", "engine.state", "data")
    train, cli, checkpoints, state, data = (importlib.import_module(f"{name}.{part}") for part in parts)
    yaml: Any = importlib.import_module("cyclopts.config").Yaml
    cli.app.config = yaml(project / "configs/default.yaml", use_commands_as_keys=False)
    flags = ["--data.path", str(folder), "--training.seed", str(seed), "--run.folder", str(project / "runs")]
    _, bound, _ = cli.app.parse_args(["train", *flags])
    settings = bound.arguments["settings"]
    with contextlib.redirect_stdout(io.StringIO()):
        checkpoint = checkpoints.load_checkpoint(train.train(settings) / "best.pt")
    model, objective = state.load_model(settings, checkpoint)
    test = data.load_data(settings.data, seed, checkpoint["info"]).test
    return float(train.evaluate(model, objective, test)["accuracy"])


def main() -> None:
    """Print a line for each architecture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--architectures", nargs="+", default=list(EXAMPLES), choices=list(EXAMPLES))
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, {torch.get_num_threads()} threads, torch {torch.__version__}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        sys.path.insert(0, scratch)
        for architecture in arguments.architectures:
            project = Path(scratch, f"nodes_{architecture}")
            answers = {"name": project.name, "domain": "graph", "architecture": architecture}
            render(ROOT, project, answers, version=None, recorded="template")
            sys.path.insert(0, str(project))
            results: dict[str, list[float]] = {"project": [], "example": []}
            start = time.monotonic()
            for seed in range(arguments.seeds):
                results["project"].append(100 * train_project(project, arguments.folder, seed))
                results["example"].append(100 * train_example(architecture, arguments.folder, seed))
                print(architecture, seed, *(f"{name} {r[-1]:.1f}" for name, r in results.items()), flush=True)
            for name, values in results.items():
                error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
                print(f"{architecture} {name}: {np.mean(values):.2f} ± {error:.2f}", end="; ")
            differences = [one - two for one, two in zip(*results.values(), strict=True)]
            if len(differences) > 1:
                print(f"difference {np.mean(differences):.2f}", end=", ")
                print(f"bound {lower_bound(differences):.2f}", end="; ")
            paper = PAPERS.get((architecture, arguments.folder.name), "none")
            print(f"paper {paper}; {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
