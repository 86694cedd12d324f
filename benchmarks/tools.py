"""What `show data` and the report cost with large data, in seconds of one processor and MiB of memory.

Run it in the folder of a generated project of the form, on data that `make` writes:

    python benchmarks/tools.py make graph /tmp/big 200000
    cd myproj && python ../benchmarks/tools.py show myproj --data.path /tmp/big
    cd myproj && python ../benchmarks/tools.py report myproj --data.path /tmp/big

Of a corpus, `make` writes so many MB for training and as many for a test; any command can be measured:

    python benchmarks/tools.py make corpus /tmp/big 1000
    cd myproj && python ../benchmarks/tools.py train myproj --data.path /tmp/big --data.batches 40
    cd myproj && python ../benchmarks/tools.py evaluate myproj
"""

import csv
import importlib
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np


def make(kind: str, folder: Path, number: int) -> None:
    """Images of 32x32 in folders, texts of 10 to 39 words in a table, or nodes with ten edges each."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    if kind == "images":
        from PIL import Image

        for image in range(number):
            own = folder / f"class {image % 10}"
            own.mkdir(exist_ok=True)
            Image.fromarray(rng.integers(0, 255, (32, 32, 3), dtype=np.uint8)).save(own / f"{image}.bmp")
    elif kind == "texts":
        words = np.minimum(rng.zipf(1.3, size=(number, 40)), 20_000).astype(str)
        rows = [[" ".join(row[: 10 + n % 30]), f"class {n % 10}"] for n, row in enumerate(words)]
        write(folder / "texts.csv", ["text", "label"], rows)
    elif kind == "corpus":
        words = [f"word{n}".translate(str.maketrans("0123456789", "etaoinshrd")) for n in range(5_000)]
        for name, size in {"train": number, "val": 1, "test": number}.items():
            with (folder / f"{name}.txt").open("w") as stream:
                while stream.tell() < size * 10**6:
                    chosen = np.minimum(rng.zipf(1.3, size=10_000), len(words)) - 1
                    stream.write(" ".join(words[n] for n in chosen.tolist()) + "\n")
    else:
        features = rng.normal(size=(number, 16)).round(3).tolist()
        nodes = [[node, f"class {node % 10}", *own] for node, own in enumerate(features)]
        write(folder / "nodes.csv", ["id", "label", *(f"f{n}" for n in range(16))], nodes)
        edges = rng.integers(0, number, (10 * number, 2)).tolist()
        write(folder / "edges.csv", ["source", "target"], edges)


def write(file: Path, header: list[str], rows: list[list[Any]]) -> None:
    """Write a table of CSV."""
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def measure(what: str, package: str, flags: list[str]) -> None:
    """Print the cost of reading the data, and of what is done with them."""
    sys.path.insert(0, ".")
    cli, data, config = (importlib.import_module(f"{package}.{m}") for m in ("cli", "data", "engine.config"))
    cli.app.config = (config.read_config(Path("configs/default.yaml")),)
    _, bound, _ = cli.app.parse_args(["train", "--training.device", "cpu", "--training.epochs", "1", *flags])
    settings = bound.arguments["settings"]
    tell("the libraries", 0.0)
    start = time.process_time()
    if what == "show":
        loaded = data.load_data(settings.data, 0)
        tell("reading", start)
        start = time.process_time()
        list(importlib.import_module(f"{package}.tools.summary").summarize(loaded))
    else:
        path = importlib.import_module(f"{package}.train").train(settings) / "best.pt"
        tell("a training of one epoch", start)
        report = importlib.import_module(f"{package}.tools.report")
        start = time.process_time()
        report.write_report(path, settings)
    tell(f"{what}{', reading included' if what == 'report' else ''}", start)


def measure_command(command: str, package: str, flags: list[str]) -> None:
    """Print the cost of a whole command, libraries included."""
    sys.path.insert(0, ".")
    try:
        importlib.import_module(f"{package}.cli").main([command, *flags])
    finally:  # it exits
        tell(command, 0.0)


def tell(what: str, start: float) -> None:
    """Print the time of this process since `start`, and the most memory that it has had."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what}: {time.process_time() - start:.1f} s, at most {most} MiB", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1] in ("show", "report"):
        measure(sys.argv[1], sys.argv[2], sys.argv[3:])
    else:
        measure_command(sys.argv[1], sys.argv[2], sys.argv[3:])
