"""Fine-tuning a BERT beside training from scratch, with 200 labels: texts, and words in sentences.

    python benchmarks/backbones_of_texts.py SST2 WNUT17    folders with train, dev and test files

A small BERT of Hugging Face transformers learns half of the training texts with a plain loop and is saved as
transformers does: words left out of both data sets' texts, and the classes of SST-2. For words in sentences
it learns the tags of that half as well, and is another backbone. Projects that are made with all defaults but
the rate then learn 200 texts of the other half, seed by seed: from the folder, and from the same architecture
with random weights (`FOLDER=random`). Each seed draws other texts, and each arm chooses its rate by the
validation split.
"""

import argparse
import csv
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
import torch.nn.functional as F
from backbones import ROOT, report, run
from tokenizers import BertWordPieceTokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast

Sentence = list[tuple[str, str]]  # words with their tags
TASKS = ["classification", "token_classification"]
RATES = ("1e-4", "3e-4", "1e-3")  # the default is for backbones a hundred times larger
# What a training from scratch wants otherwise: one rate for all layers.
SCRATCH = ("--finetuning.layer_decay", "1.0")


def main() -> None:
    """Pretrain, save, fine-tune and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path)
    parser.add_argument("words", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--labels", type=int, default=200, help="for training; half as many for validation")
    parser.add_argument("--epochs", type=int, default=30, help="of the pretraining")
    parser.add_argument("--keep", type=Path, help="folder for the backbone, to be used again")
    parser.add_argument("--tasks", nargs="+", default=TASKS, choices=TASKS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{os.cpu_count()} cores, 1 thread, torch {torch.__version__}", flush=True)
    texts = {split: read_texts(options.texts / f"{split}.tsv") for split in ("train", "dev", "test")}
    words = {split: read_words(options.words / f"{split}.conll") for split in ("train", "dev", "test")}
    with TemporaryDirectory() as scratch:
        backbone = (options.keep or Path(scratch, "backbone")).resolve()
        if not (backbone / "config.json").exists():
            known = half(words["train"], 0)
            pretrain(backbone, half(texts["train"], 0), known, options.epochs)
        tagger = backbone.with_name(f"{backbone.name}_of_tags")
        if "token_classification" in options.tasks and not (tagger / "config.json").exists():
            teach_tags(backbone, tagger, half(words["train"], 0), options.epochs)
        of_task = dict(zip(TASKS, ((texts, write_texts), (words, write_words)), strict=True))
        for task in options.tasks:
            data, write = of_task[task]
            project = Path(scratch, task)
            command = [sys.executable, "-m", "scaffold", "new", str(project), "--domain", "nlp"]
            run([*command, "--task", task, "--architecture", "huggingface", "--defaults", "--no-git"], ROOT)
            found: dict[str, list[float]] = {"fine-tuned": [], "from scratch": []}
            weights = tagger if task == "token_classification" else backbone
            for seed in range(options.seeds):
                folder = Path(scratch, f"{task}-{seed}")
                folder.mkdir()
                drawn = random.Random(seed).sample(half(data["train"], 1), options.labels * 3 // 2)
                write(folder, "train", drawn[: options.labels])
                write(folder, "val", drawn[options.labels :])
                write(folder, "test", data["test"])
                common = ["--data.path", str(folder), "--training.seed", str(seed)]
                arms = {"fine-tuned": [str(weights)], "from scratch": [f"{weights}=random", *SCRATCH]}
                for arm, (init, *flags) in arms.items():
                    found[arm].append(measure(project, ["--init", init, *common, *flags]))
                    print(f"{task} {arm}, seed {seed}: {found[arm][-1]:.1f}", flush=True)
            report(task, found)


def read_texts(path: Path) -> list[tuple[str, str]]:
    """Return the texts and labels of a file without a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row[0], row[1]) for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def read_words(path: Path) -> list[Sentence]:
    """Return the sentences of a CoNLL file: the first and the last column."""
    sentences = path.read_text(encoding="utf-8").strip().split("\n\n")
    rows = [[line.split() for line in each.splitlines() if line.strip()] for each in sentences]
    return [[(row[0], row[-1]) for row in each] for each in rows if each]


def half(samples: list[Any], which: int) -> list[Any]:
    """Return every other sample."""
    return samples[which::2]


def write_texts(folder: Path, split: str, samples: list[tuple[str, str]]) -> None:
    """Write a TSV file as a project reads it."""
    lines = [f"{text}\t{label}\n" for text, label in [("text", "label"), *samples]]
    (folder / f"{split}.tsv").write_text("".join(lines), encoding="utf-8")


def write_words(folder: Path, split: str, samples: list[Sentence]) -> None:
    """Write a CoNLL file."""
    blocks = ["".join(f"{word}\t{tag}\n" for word, tag in sentence) for sentence in samples]
    (folder / f"{split}.conll").write_text("\n".join(blocks), encoding="utf-8")


def pretrain(folder: Path, texts: list[tuple[str, str]], words: list[Sentence], epochs: int) -> None:
    """Train a BERT to find masked tokens, and the classes of the texts, and save it with its tokens."""
    plain = [text for text, _ in texts] + [" ".join(word for word, _ in each) for each in words]
    trained = BertWordPieceTokenizer(lowercase=False)
    trained.train_from_iterator(plain, vocab_size=8000, show_progress=False)
    folder.mkdir(parents=True, exist_ok=True)
    trained.save_model(str(folder))
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"), do_lower_case=False)
    torch.manual_seed(0)
    sizes = {"hidden_size": 128, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 512}
    model = BertForMaskedLM(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=256, **sizes))
    classify = nn.Linear(128, 2)
    labels = torch.tensor([int(label) for _, label in texts] + [-100] * len(words))

    def find_loss(indices: list[int]) -> Tensor:
        given = [plain[i] for i in indices]
        batch = tokenizer(given, padding=True, truncation=True, max_length=128, return_tensors="pt")
        real = batch["attention_mask"].bool()
        hidden = (torch.rand(real.shape) < 0.15) & real
        token_ids = torch.where(hidden, tokenizer.mask_token_id, batch["input_ids"])
        x = model.bert(token_ids, attention_mask=batch["attention_mask"]).last_hidden_state
        loss = F.cross_entropy(model.cls(x[hidden]), batch["input_ids"][hidden])
        if (labels[indices] >= 0).any():
            pooled = (x * real[..., None]).sum(1) / real.sum(1, keepdim=True)
            loss = loss + F.cross_entropy(classify(pooled), labels[indices])
        return loss

    fit([*model.parameters(), *classify.parameters()], len(plain), epochs, find_loss)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def teach_tags(backbone: Path, folder: Path, words: list[Sentence], epochs: int) -> None:
    """Train a BERT to tag words, each by its first token, and save it without the head."""
    torch.manual_seed(0)
    tokenizer = BertTokenizerFast.from_pretrained(backbone)
    model = BertForMaskedLM.from_pretrained(backbone)
    tags = sorted({tag for sentence in words for _, tag in sentence})
    head = nn.Linear(model.config.hidden_size, len(tags))

    def find_loss(indices: list[int]) -> Tensor:
        chosen = [words[i] for i in indices]
        split = [[word for word, _ in sentence] for sentence in chosen]
        options = {"padding": True, "truncation": True, "max_length": 128, "return_tensors": "pt"}
        batch = tokenizer(split, is_split_into_words=True, **options)
        target = torch.full_like(batch["input_ids"], -100)
        for row, sentence in enumerate(chosen):
            of_token = batch.word_ids(row)
            for place, word in enumerate(of_token):
                if word is not None and of_token[place - 1] != word:
                    target[row, place] = tags.index(sentence[word][1])
        return F.cross_entropy(head(model.bert(**batch).last_hidden_state).transpose(1, 2), target)

    fit([*model.parameters(), *head.parameters()], len(words), epochs, find_loss)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def fit(
    parameters: list[nn.Parameter], count: int, epochs: int, find_loss: Callable[[list[int]], Tensor]
) -> None:
    """Train with AdamW and one cycle of the rate, on batches of 32 of so many samples."""
    optimizer = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    steps = epochs * -(-count // 32)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, total_steps=steps, pct_start=0.1)
    start = time.monotonic()
    for epoch in range(epochs):
        total = 0.0
        for indices in torch.randperm(count).split(32):
            loss = find_loss(indices.tolist())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(indices)
        print(f"epoch {epoch + 1}: {total / count:.3f}, {time.monotonic() - start:.0f} s", flush=True)


def measure(project: Path, flags: list[str]) -> float:
    """Train at each rate, and return the test score in percent of the rate that validates best."""
    module, scores = [sys.executable, "-m", project.name], {}
    for lr in RATES:
        named = ["--optim.lr", lr, "--run.name", f"rate{lr}"]
        run([*module, "train", *flags, "--report", "no", *named], project)
        newest = max(project.glob(f"runs/*-rate{lr}"))
        best = json.loads((newest / "summary.json").read_text())["best"]
        scores[newest] = best.get("entity_f1", best["accuracy"])
    chosen = max(scores, key=lambda each: scores[each])
    printed = run([*module, "evaluate", "--checkpoint", str(chosen)], project)
    found = dict(line.rsplit(maxsplit=1) for line in printed.splitlines() if line.startswith("test "))
    return 100 * float(found.get("test entity_f1", found["test accuracy"]))


if __name__ == "__main__":
    main()
