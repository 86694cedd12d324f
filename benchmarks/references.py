"""Plain implementations of what projects with labels and numbers do, for `beside.py`; no code is shared.

Each is written as one would by hand: a usual network, AdamW under one cycle, the epoch that is best on the
validation examples. They return what the project's `evaluate` prints: MAE in the unit of the files, or mAP
over the labels that the test examples have.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from sklearn.metrics import average_precision_score
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence
from torch_geometric.data import Data
from torch_geometric.loader import DataLoader
from torch_geometric.nn import GINConv, global_add_pool

Split = list[tuple[list[str], float]]


def fit(
    model: nn.Module,
    lr: float,
    weight_decay: float,
    epochs: int,
    batches: Callable[[], Iterator[Tensor]],
    num_batches: int,
    score: Callable[[], float],
    clip: float = 0.0,
) -> None:
    """Train on the losses of an epoch's batches, and leave the weights that score best."""
    optimizer = torch.optim.AdamW(model.parameters(), lr, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, epochs * num_batches, pct_start=0.05)
    best, weights = float("-inf"), {}
    for _ in range(epochs):
        model.train()
        for loss in batches():
            optimizer.zero_grad()
            loss.backward()
            if clip:
                nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimizer.step()
            schedule.step()
        model.eval()
        with torch.inference_mode():
            found = score()
        if found > best:
            best, weights = found, {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(weights)
    model.eval()


# Graphs: GIN with four layers of 64 and a sum over the last.


class GIN(nn.Module):
    """Categories of nodes are embedded column by column."""

    def __init__(self, categories: list[int], width: int = 64, depth: int = 4) -> None:
        """Take the number of categories in each column."""
        super().__init__()
        self.embed = nn.ModuleList(nn.Embedding(number, width) for number in categories)
        self.convs = nn.ModuleList(GINConv(self.make_mlp(width)) for _ in range(depth))
        self.head = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1))

    @staticmethod
    def make_mlp(width: int) -> nn.Sequential:
        """Two layers, each with batch norm."""
        return nn.Sequential(
            *(nn.Linear(width, width), nn.BatchNorm1d(width), nn.ReLU()),
            *(nn.Linear(width, width), nn.BatchNorm1d(width), nn.ReLU()),
        )

    def forward(self, batch: Any) -> Tensor:
        """Give a standardised number for each graph."""
        x = torch.stack([embed(column) for embed, column in zip(self.embed, batch.x.T, strict=True)]).sum(0)
        for conv in self.convs:
            x = conv(x, batch.edge_index)
        number: Tensor = self.head(global_add_pool(x, batch.batch) / 13)  # 13 nodes are usual
        return number.view(-1)


def read_molecules(folder: Path) -> tuple[list[Data], list[int]]:
    """Graphs with categories and one number, and the number of categories in each column."""
    file = next(folder.rglob("*_A.txt"))

    def read(suffix: str) -> Tensor:
        lines = file.with_name(file.name.replace("_A.txt", f"_{suffix}.txt")).read_text().splitlines()
        return torch.tensor([[float(cell) for cell in line.split(",")] for line in lines])

    graph, edges = read("graph_indicator").long().view(-1) - 1, read("A").long().T - 1
    y = read("graph_attributes").view(-1)
    columns = [column.unique(return_inverse=True)[1] for column in read("node_labels").T]
    x, sizes = torch.stack(columns, dim=1), graph.bincount()
    graphs = []
    for number, (first, size) in enumerate(zip(sizes.cumsum(0) - sizes, sizes, strict=True)):
        inside = graph[edges[0]] == number
        nodes = x[first : first + size]
        graphs.append(
            Data(x=nodes, edge_index=edges[:, inside] - first, y=y[number : number + 1], num_nodes=int(size))
        )
    return graphs, [int(column.max()) + 1 for column in columns]


def train_on_molecules(folder: Path, splits: list[list[int]], *, seed: int) -> float:
    """Return the test MAE."""
    torch.manual_seed(seed)
    graphs, categories = read_molecules(folder)
    train, validation, test = ([graphs[number] for number in numbers] for numbers in splits)
    targets = torch.cat([graph.y for graph in train])
    mean, std = targets.mean(), targets.std()
    model = GIN(categories)
    loader = DataLoader(train, 32, shuffle=True, drop_last=True)

    def losses() -> Iterator[Tensor]:
        for batch in loader:
            yield F.mse_loss(model(batch), (batch.y - mean) / std)

    def measure(examples: list[Data]) -> float:
        errors = [model(batch) * std + mean - batch.y for batch in DataLoader(examples, 32)]
        return torch.cat(errors).abs().mean().item()

    fit(model, 1e-3, 1e-2, 100, losses, len(loader), lambda: -measure(validation))
    with torch.inference_mode():
        return measure(test)


# Texts: a bidirectional LSTM over words, with the maximum over the text.


class LSTM(nn.Module):
    """Ids of words, 0 where a text has ended, to one number."""

    def __init__(self, words: int, width: int = 64) -> None:
        """Take the number of words."""
        super().__init__()
        self.embed = nn.Embedding(words, width, padding_idx=0)
        self.lstm = nn.LSTM(width, width, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(2 * width, 1)

    def forward(self, ids: Tensor) -> Tensor:
        """Give a standardised number for each text."""
        lengths = (ids > 0).sum(dim=1)
        packed = pack_padded_sequence(
            self.drop(self.embed(ids)), lengths, batch_first=True, enforce_sorted=False
        )
        states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        states = states.masked_fill((ids == 0)[:, :, None], -1e9).amax(dim=1)
        number: Tensor = self.head(self.drop(states))
        return number.view(-1)


def train_on_texts(splits: list[list[tuple[str, float]]], *, seed: int, tokens: str) -> float:
    """Return the test MAE; a token is what the pattern ``tokens`` matches, and known if it occurs twice."""
    torch.manual_seed(seed)
    cut: list[Split] = [[(re.findall(tokens, text), y) for text, y in rows] for rows in splits]
    counts = Counter(word for words, _ in cut[0] for word in words)
    known = {word: n for n, word in enumerate((w for w, count in counts.items() if count > 1), start=2)}
    train, validation, test = (
        [(torch.tensor([known.get(word, 1) for word in words]), y) for words, y in rows] for rows in cut
    )
    targets = torch.tensor([y for _, y in train])
    mean, std = targets.mean(), targets.std()
    model = LSTM(len(known) + 2)
    # Sentences lose words in training; of a formula every character counts.
    word_dropout, epochs = (0.2, 10) if tokens == r"\S+" else (0.0, 30)

    def batches(rows: list[tuple[Tensor, float]], order: list[int]) -> Iterator[tuple[Tensor, Tensor]]:
        for first in range(0, len(order), 32):
            chosen = [rows[number] for number in order[first : first + 32]]
            yield pad_sequence([ids for ids, _ in chosen], True), torch.tensor([y for _, y in chosen])

    def losses() -> Iterator[Tensor]:
        for ids, y in batches(train, torch.randperm(len(train)).tolist()):
            ids = torch.where((torch.rand(ids.shape) < word_dropout) & (ids > 0), 1, ids)
            yield F.mse_loss(model(ids), (y - mean) / std)

    def measure(rows: list[tuple[Tensor, float]]) -> float:
        errors = [model(ids) * std + mean - y for ids, y in batches(rows, list(range(len(rows))))]
        return torch.cat(errors).abs().mean().item()

    fit(model, 3e-3, 1e-2, epochs, losses, -(-len(train) // 32), lambda: -measure(validation), clip=1.0)
    with torch.inference_mode():
        return measure(test)


# Images: a ResNet with three stages of two blocks, flips and shifts.


class Block(nn.Module):
    """Two convolutions and the way around them."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        """Take channels and stride."""
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, out, 3, stride, 1, bias=False),
            *(nn.BatchNorm2d(out), nn.ReLU(), nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)),
        )
        self.around = nn.Sequential()
        if stride != 1 or channels != out:
            self.around.append(nn.Conv2d(channels, out, 1, stride, bias=False)).append(nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        """Add both ways."""
        return F.relu(self.body(x) + self.around(x))


def read_posters(path: Path, size: int) -> tuple[dict[str, tuple[Tensor, Tensor]], int]:
    """Images, standardised by those of training, and labels of each split; and the number of labels."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = sorted({name for row in rows if row["split"] == "train" for name in row["labels"].split("|")})
    splits = {}
    for split in ("train", "val", "test"):
        chosen = [row for row in rows if row["split"] == split]
        images = [Image.open(path.parent / row["file"]).convert("RGB") for row in chosen]
        pixels = np.stack([np.asarray(ImageOps.fit(image, (size, size))) for image in images])
        labels = [[float(name in row["labels"].split("|")) for name in names] for row in chosen]
        splits[split] = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255, torch.tensor(labels)
    train = splits["train"][0]
    mean, std = train.mean((0, 2, 3), keepdim=True), train.std((0, 2, 3), keepdim=True)
    return {split: ((x - mean) / std, y) for split, (x, y) in splits.items()}, len(names)


def train_on_posters(path: Path, *, seed: int) -> float:
    """Return the test mAP."""
    torch.manual_seed(seed)
    size, width = 32, 32
    splits, labels = read_posters(path, size)
    shape = [(width, 1), (width, 1), (2 * width, 2), (2 * width, 1), (4 * width, 2), (4 * width, 1)]
    layers: list[nn.Module] = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    channels = width
    for out, stride in shape:
        layers.append(Block(channels, out, stride))
        channels = out
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, labels)]
    model = nn.Sequential(*layers)
    x, y = splits["train"]
    num_batches = len(x) // 64

    def augment(images: Tensor) -> Tensor:
        flipped = (torch.rand(len(images)) < 0.5).view(-1, 1, 1, 1)
        images = F.pad(torch.where(flipped, images.flip(3), images), (size // 8,) * 4, mode="reflect")
        down, right = torch.randint(0, 2 * (size // 8) + 1, (2,)).tolist()
        return images[:, :, down : down + size, right : right + size]

    def losses() -> Iterator[Tensor]:
        order = torch.randperm(len(x))
        for numbers in torch.split(order, 64)[:num_batches]:
            yield F.binary_cross_entropy_with_logits(model(augment(x[numbers])), y[numbers])

    def measure(split: str) -> float:
        images, target = splits[split]
        logits = torch.cat([model(batch) for batch in torch.split(images, 200)])
        present = target.any(dim=0)
        # Of probabilities, as the project: those that are equal in 32 bits are equal.
        return float(average_precision_score(target[:, present], logits[:, present].sigmoid()))

    fit(model, 1e-3, 0.05, 20, losses, num_batches, lambda: measure("val"))
    with torch.inference_mode():
        return measure("test")
