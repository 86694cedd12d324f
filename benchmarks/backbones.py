"""Fine-tuning a backbone beside training from scratch, with 200 labels.

    python benchmarks/backbones.py IMAGES     a zip file or folder with train/CLASS/*.jpg and test/CLASS/*.jpg

A small vision transformer and a small residual network of timm learn half of the classes, with a plain loop,
and are saved as timm does. A project that is made with all defaults then learns the other half from a few
labels, seed by seed: from the folder, and from the same architecture with random weights (`FOLDER=random`).
Each seed draws other images.
"""

import argparse
import os
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from statistics import mean, stdev
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/beside_cpu"))
import numpy as np  # noqa: E402
import sitecustomize  # noqa: E402, F401
import timm  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from PIL import Image  # noqa: E402
from timm.models import save_for_hf  # noqa: E402

SIDE = 32
BACKBONES: dict[str, tuple[str, dict[str, Any], float]] = {  # name in timm, its arguments, peak rate
    "ViT": (
        "vit_tiny_patch16_224",
        {"patch_size": 4, "embed_dim": 96, "depth": 4, "num_heads": 4, "img_size": SIDE},
        1e-3,
    ),
    "ResNet": ("resnet18", {"layers": (1, 1, 1, 1), "channels": (32, 64, 128, 256)}, 2e-3),
}
# What a training from scratch wants otherwise: one rate for all layers, and a larger one.
SCRATCH = ("--finetuning.layer_decay", "1.0", "--model.head_scale", "1.0", "--optim.lr", "0.001")


def main() -> None:
    """Pretrain, save, fine-tune and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("images", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--labels", type=int, default=200, help="for training; half as many for validation")
    parser.add_argument("--pretraining", type=int, default=2000, help="images of each class")
    parser.add_argument("--epochs", type=int, default=10, help="of the pretraining")
    parser.add_argument("--tested", type=int, default=200, help="test images of each class")
    parser.add_argument("--keep", type=Path, help="folder for the backbones, to be used again")
    parser.add_argument("--flags", nargs=argparse.REMAINDER, default=[], help="more, for fine-tuning")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{os.cpu_count()} cores, 1 thread, torch {torch.__version__}, timm {timm.__version__}", flush=True)
    with TemporaryDirectory() as scratch:
        files = find_files(options.images, Path(scratch))
        classes = sorted(files["train"])
        known, new = classes[: len(classes) // 2], classes[len(classes) // 2 :]
        keep = options.keep or Path(scratch, "backbones")
        for name in BACKBONES:
            if not (keep / name / "config.json").exists():
                pretrain(name, keep / name, files, known, options)
        project = Path(scratch, "demo")
        command = [sys.executable, "-m", "scaffold", "new", str(project), "--architecture", "timm"]
        run([*command, "--defaults", "--no-git"], ROOT)
        for name in BACKBONES:
            folder = (keep / name).resolve()
            found: dict[str, list[float]] = {"fine-tuned": [], "from scratch": []}
            for seed in range(options.seeds):
                data = draw_labels(Path(scratch, f"labels-{name}-{seed}"), files, new, seed, options)
                common = ["--data.path", str(data), "--training.seed", str(seed)]
                arms = {
                    "fine-tuned": [str(folder), *options.flags],
                    "from scratch": [f"{folder}=random", *SCRATCH],
                }
                for arm, (init, *flags) in arms.items():
                    found[arm].append(measure(project, ["--init", init, *common, *flags]))
            report(name, found)


def find_files(images: Path, scratch: Path) -> dict[str, dict[str, list[Path]]]:
    """Return the files of each class of each split."""
    if images.suffix == ".zip":
        with zipfile.ZipFile(images) as archive:
            archive.extractall(scratch / "images")
        images = scratch / "images"
    return {
        split: {folder.name: sorted(folder.iterdir()) for folder in sorted((images / split).iterdir())}
        for split in ("train", "test")
    }


def pretrain(name: str, folder: Path, files: Any, known: list[str], options: Any) -> None:
    """Train a model of timm on these classes with AdamW and a cosine, and save it."""
    architecture, arguments, lr = BACKBONES[name]
    torch.manual_seed(0)
    model = timm.create_model(architecture, num_classes=len(known), **arguments)
    paths = [
        (path, number)
        for number, each in enumerate(known)
        for path in files["train"][each][: options.pretraining]
    ]
    pixels = torch.stack([torch.from_numpy(np.array(Image.open(path).convert("RGB"))) for path, _ in paths])
    images, labels = pixels.permute(0, 3, 1, 2), torch.tensor([number for _, number in paths])
    mean_of, std_of = (torch.tensor(model.pretrained_cfg[key])[:, None, None] for key in ("mean", "std"))
    steps = options.epochs * (len(images) // 64)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=steps, pct_start=0.1)
    start = time.monotonic()
    for epoch in range(options.epochs):
        hits = 0
        for indices in torch.randperm(len(images)).split(64):
            if len(indices) < 64:
                continue
            x = F.pad(images[indices].float() / 255, (4, 4, 4, 4), mode="reflect")
            top, left = torch.randint(9, (2,)).tolist()
            x = x[:, :, top : top + SIDE, left : left + SIDE]
            x = torch.where(torch.rand(64, 1, 1, 1) < 0.5, x.flip(3), x)
            logits = model((x - mean_of) / std_of)
            optimizer.zero_grad()
            F.cross_entropy(logits, labels[indices]).backward()
            optimizer.step()
            schedule.step()
            hits += int((logits.argmax(1) == labels[indices]).sum())
        seconds = time.monotonic() - start
        print(
            f"{name} pretraining: epoch {epoch + 1}, accuracy {hits / len(images):.3f}, {seconds:.0f} s",
            flush=True,
        )
    model.pretrained_cfg |= {"input_size": (3, SIDE, SIDE)}
    save_for_hf(model, folder, model_args=arguments)


def draw_labels(folder: Path, files: Any, classes: list[str], seed: int, options: Any) -> Path:
    """Put links to some images of each class into a folder, as a project reads it."""
    drawn = random.Random(seed)
    each = options.labels // len(classes)
    for name in classes:
        training = drawn.sample(files["train"][name], each + each // 2)
        splits = {
            "train": training[:each],
            "val": training[each:],
            "test": files["test"][name][: options.tested],
        }
        for split, chosen in splits.items():
            (folder / split / name).mkdir(parents=True)
            for path in chosen:
                (folder / split / name / path.name).symlink_to(path.resolve())
    return folder


def measure(project: Path, flags: list[str]) -> float:
    """Train with these flags and return the test accuracy in percent."""
    run([sys.executable, "-m", "demo", "train", *flags, "--report", "no"], project)
    printed = run([sys.executable, "-m", "demo", "evaluate"], project)
    line = next(line for line in printed.splitlines() if line.startswith("test accuracy "))
    return 100 * float(line.split()[-1])


def run(command: list[str], folder: Path) -> str:
    """Run a command and return what it prints."""
    path = [str(ROOT), str(ROOT / "tests/beside_cpu")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout


def report(name: str, found: dict[str, list[float]]) -> None:
    """Print what each arm reached, and by how much fine-tuning is ahead."""
    for arm, scores in found.items():
        print(f"{name} {arm}: test {with_error(scores)} {scores}", flush=True)
    gains = [a - b for a, b in zip(found["fine-tuned"], found["from scratch"], strict=True)]
    print(f"{name} difference: {with_error(gains)}", flush=True)


def with_error(values: list[float]) -> str:
    """Give the mean and its standard error."""
    error = stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return f"{mean(values):.1f} ± {error:.1f}"


if __name__ == "__main__":
    main()
