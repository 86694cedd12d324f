"""A language model beside a plain loop: `python benchmarks/lm.py [--data FILE] [--seeds N] [--steps N]`.

nanoGPT's recipe for a CPU on tiny shakespeare: characters, 4 layers, 4 heads, 128 wide, context 64, batches
of 12, 2,000 steps, no dropout. Its README reports a validation loss of 1.88. Here a generated project trains
with these sizes, given by flags, and so does a loop as small as can be, which draws blocks at random. Both
are measured on the whole validation text, the last tenth of the file, in blocks that follow each other.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ROOT = Path(__file__).parents[1]
CONTEXT, BATCH, WIDTH, DEPTH, HEADS = 64, 12, 128, 4, 4
EPOCHS = 8  # after each of which the project evaluates
LR, FLOOR, WARMUP, DECAY, BETAS = 1e-3, 0.1, 0.05, 0.1, (0.9, 0.99)


class Layer(nn.Module):
    """Attention to what came before, then an MLP, each behind a norm."""

    def __init__(self) -> None:
        """Build the layers."""
        super().__init__()
        self.norms = nn.ModuleList([nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)])
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH, bias=False), nn.Linear(WIDTH, WIDTH, bias=False)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH, bias=False), nn.Linear(4 * WIDTH, WIDTH, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, T, D) to (B, T, D)."""
        rows, length, _ = x.shape
        q, k, v = self.qkv(self.norms[0](x)).view(rows, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(seen.transpose(1, 2).reshape(rows, length, WIDTH))
        return x + self.down(F.gelu(self.up(self.norms[1](x))))


class Reference(nn.Module):
    """The same architecture, written as plainly as can be."""

    def __init__(self, tokens: int) -> None:
        """Build the layers, with small weights."""
        super().__init__()
        self.tokens, self.places = nn.Embedding(tokens, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.layers = nn.Sequential(*(Layer() for _ in range(DEPTH)))
        self.norm = nn.LayerNorm(WIDTH)
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                shrunk = name.endswith(("out.weight", "down.weight"))
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * DEPTH) if shrunk else 0.02)

    def forward(self, ids: Tensor) -> Tensor:
        """Map (B, T) ids to (B, T, K) logits."""
        x = self.tokens(ids) + self.places.weight[: ids.size(1)]
        return self.norm(self.layers(x)) @ self.tokens.weight.T


def rate(step: int, steps: int) -> float:
    """Return the rate of a step: up in a line, down in half a cosine."""
    warmup = int(WARMUP * steps)
    if step < warmup:
        return LR * (step + 1) / (warmup + 1)
    part = (step - warmup) / max(1, steps - warmup)
    return LR * (FLOOR + (1 - FLOOR) * (1 + math.cos(math.pi * part)) / 2)


def train_reference(train: str, validation: str, steps: int, seed: int) -> float:
    """Return the validation loss of the plain loop."""
    torch.manual_seed(seed)
    letters = sorted({*train, *validation})
    number = {letter: n for n, letter in enumerate(letters)}
    text, held_out = (torch.tensor([number[c] for c in part]) for part in (train, validation))
    model = Reference(len(letters))
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=LR, betas=BETAS)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate(step, steps)
        starts = torch.randint(len(text) - CONTEXT, (BATCH,)).tolist()
        ids = torch.stack([text[start : start + CONTEXT + 1] for start in starts])
        loss = F.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    total = 0.0
    with torch.no_grad():
        for start in range(0, len(held_out) - 1, CONTEXT):
            ids = held_out[start : start + CONTEXT + 1][None]
            total += F.cross_entropy(model(ids[:, :-1])[0], ids[0, 1:], reduction="sum").item()
    return total / (len(held_out) - 1)


def train_project(project: Path, data: Path, steps: int, seed: int) -> float:
    """Return the validation loss of the generated project, by its own `evaluate`."""
    flags: dict[str, object] = {
        "data.path": data,
        "data.vocabulary_size": 0,
        "data.context": CONTEXT,
        "data.batch_size": BATCH,
        "data.batches": steps // EPOCHS,
        "training.epochs": EPOCHS,
        "training.seed": seed,
        "model.width": WIDTH,
        "model.depth": DEPTH,
        "model.num_heads": HEADS,
        "model.dropout": 0.0,
        "optim.lr": LR,
        "optim.weight_decay": DECAY,
        "schedule.warmup": WARMUP,
        "schedule.floor": FLOOR,
        "training.device": "cpu",
    }
    given = [word for key, value in flags.items() for word in (f"--{key}", str(value))]
    given += ["--optim.betas", *map(str, BETAS), "--report", "no"]
    run = [sys.executable, "-m", project.name]
    subprocess.run([*run, "train", *given], cwd=project, check=True, stdout=subprocess.DEVNULL)
    evaluate = [*run, "evaluate", "--split", "validation"]
    subprocess.run(evaluate, cwd=project, check=True, stdout=subprocess.DEVNULL)
    (result,) = sorted(project.glob("runs/*/best-validation.json"))[-1:]
    return float(json.loads(result.read_text())["metrics"]["loss"])


def main() -> None:
    """Train both with each seed, one after the other."""
    parser = argparse.ArgumentParser(description="Train a GPT on tiny shakespeare, beside a plain loop.")
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data/lm/tinyshakespeare.txt")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2000)
    options = parser.parse_args()
    if not options.data.is_file():
        sys.exit(f"the text is not at {options.data}: name it with --data")
    text = options.data.read_text()
    train, validation = text[: int(0.9 * len(text))], text[int(0.9 * len(text)) :]
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    with TemporaryDirectory() as folder:
        data, project = Path(folder, "data"), Path(folder, "bard")
        data.mkdir()
        for name, part in {"train": train, "val": validation, "test": validation}.items():
            (data / f"{name}.txt").write_text(part)
        new = [sys.executable, "-m", "scaffold", "new", str(project), "--task", "language_modelling"]
        subprocess.run([*new, "--defaults", "--no-git", "--quiet"], cwd=ROOT, check=True)
        found: dict[str, list[float]] = {"project": [], "plain loop": []}
        for seed in range(options.seeds):
            for name in found:
                start = time.monotonic()
                if name == "project":
                    loss = train_project(project, data, options.steps, seed)
                else:
                    loss = train_reference(train, validation, options.steps, seed)
                found[name].append(loss)
                print(f"seed {seed}  {name}: {loss:.4f} nats, {time.monotonic() - start:.0f} s", flush=True)
    for name, losses in found.items():
        print(f"{name}: {statistics.mean(losses):.4f} nats a character, {len(losses)} seeds")


if __name__ == "__main__":
    main()
