"""Plain implementations of segmentation and of tagging, for `beside.py`; no code is shared with projects.

As in `references.py`, whose loop they use: a usual network, AdamW under one cycle, the epoch that is best on
the validation examples.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from references import fit
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

# Images: a U-Net with three levels below the first, flips.


def twice(channels: int, out: int) -> nn.Sequential:
    """Two convolutions, each with batch norm."""
    return nn.Sequential(
        *(nn.Conv2d(channels, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU()),
        *(nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU()),
    )


class UNet(nn.Module):
    """Images ``(B, 3, H, W)`` to logits ``(B, K, H, W)``."""

    def __init__(self, classes: int, width: int = 16, depth: int = 3) -> None:
        """Take the number of classes."""
        super().__init__()
        widths = [width * 2**level for level in range(depth + 1)]
        self.first = twice(3, width)
        self.down = nn.ModuleList(twice(w, 2 * w) for w in widths[:-1])
        self.grow = nn.ModuleList(nn.ConvTranspose2d(2 * w, w, 2, 2) for w in reversed(widths[:-1]))
        self.up = nn.ModuleList(twice(2 * w, w) for w in reversed(widths[:-1]))
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Pad to what can be halved, and cut again."""
        height, width = x.shape[2:]
        unit = 2 ** len(self.down)
        levels = [self.first(F.pad(x, (0, -width % unit, 0, -height % unit), mode="replicate"))]
        for convs in self.down:
            levels.append(convs(F.max_pool2d(levels[-1], 2)))
        x = levels.pop()
        for grow, convs in zip(self.grow, self.up, strict=True):
            x = convs(torch.cat([levels.pop(), grow(x)], dim=1))
        logits: Tensor = self.head(x)[:, :, :height, :width]
        return logits


def read_masks(folder: Path, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Images in [0, 1] and masks of one split, scaled."""
    images, masks = [], []
    for file in sorted((folder / "images").iterdir()):
        mask = Image.open(folder / "masks" / f"{file.stem}.png")
        images.append(np.asarray(ImageOps.fit(Image.open(file).convert("RGB"), size[::-1])))
        masks.append(np.asarray(ImageOps.fit(mask, size[::-1], Image.Resampling.NEAREST)))
    pixels = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 255
    return pixels, torch.from_numpy(np.stack(masks)).long()


def train_on_streets(folder: Path, size: tuple[int, int], void: int, epochs: int, *, seed: int) -> float:
    """Return the test mean IoU."""
    torch.manual_seed(seed)
    splits = {split: read_masks(folder / split, size) for split in ("train", "val", "test")}
    x, y = splits["train"]
    mean, std = x.mean((0, 2, 3), keepdim=True), x.std((0, 2, 3), keepdim=True)
    x = (x - mean) / std
    classes = int(y[y != void].max()) + 1
    model = UNet(classes)
    num_batches = len(x) // 16

    def losses() -> Iterator[Tensor]:
        for numbers in torch.split(torch.randperm(len(x)), 16)[:num_batches]:
            images, masks = x[numbers], y[numbers]
            flipped = torch.rand(len(images)) < 0.5
            images = torch.where(flipped[:, None, None, None], images.flip(3), images)
            masks = torch.where(flipped[:, None, None], masks.flip(2), masks)
            yield F.cross_entropy(model(images), masks, ignore_index=void)

    def measure(split: str) -> float:
        images, masks = splits[split]
        confusion = torch.zeros(classes, classes)
        for image, mask in zip(torch.split((images - mean) / std, 16), torch.split(masks, 16), strict=True):
            known = mask != void
            pairs = mask[known] * classes + model(image).argmax(dim=1)[known]
            confusion += pairs.bincount(minlength=classes**2).view(classes, classes)
        union = confusion.sum(0) + confusion.sum(1) - confusion.diag()
        return (confusion.diag() / union)[union > 0].mean().item()

    fit(model, 3e-3, 0.01, epochs, losses, num_batches, lambda: measure("val"))
    with torch.inference_mode():
        return measure("test")


# Words: an LSTM both ways over words and what a convolution makes of their letters (Ma and Hovy 2016).

LETTERS = 20  # of a word


class Tagger(nn.Module):
    """Ids of words ``(B, T)``, 0 where a text has ended, and of letters ``(B, T, L)`` to ``(B, T, K)``."""

    def __init__(self, words: int, characters: int, tags: int, width: int = 100, filters: int = 50) -> None:
        """Take the number of words, of characters and of tags."""
        super().__init__()
        self.embed = nn.Embedding(words, width, padding_idx=0)
        self.spell = nn.Embedding(characters, 30, padding_idx=0)
        self.conv = nn.Conv1d(30, filters, 3, padding=1)
        self.lstm = nn.LSTM(width + filters, 100, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(200, tags)

    def forward(self, ids: Tensor, characters: Tensor) -> Tensor:
        """Read both ways."""
        spelled = self.drop(self.spell(characters)).flatten(0, 1).transpose(1, 2)
        spelling = self.conv(spelled).amax(dim=2).view(*ids.shape, -1)
        x = self.drop(torch.cat([self.embed(ids), spelling], dim=2))
        lengths = (ids > 0).sum(dim=1)
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        logits: Tensor = self.head(self.drop(states))
        return logits


def read_words(file: Path) -> list[tuple[list[str], list[str]]]:
    """Sentences as words and their tags."""
    texts = re.split(r"\n\s*\n", file.read_text().strip())  # a tab may stand between two texts
    blocks = [[line.split("\t") for line in text.splitlines()] for text in texts]
    return [([row[0] for row in block], [row[-1] for row in block]) for block in blocks]


def entities(tags: list[str]) -> set[tuple[str, int, int]]:
    """Kind, first and last word; a kind that changes, or an I- after O, begins a new one."""
    found, first = set(), 0
    for number, tag in enumerate(tags):
        if number == 0 or tag[0] != "I" or tag[2:] != tags[number - 1][2:]:
            first = number
        ends = number + 1 == len(tags) or tags[number + 1][0] != "I" or tags[number + 1][2:] != tag[2:]
        if tag != "O" and ends:
            found.add((tag[2:], first, number))
    return found


def train_on_words(folder: Path, epochs: int, *, seed: int) -> float:
    """Return the test F1 of entities."""
    torch.manual_seed(seed)
    splits = {split: read_words(folder / f"{split}.conll") for split in ("train", "dev", "test")}
    train = splits["train"]
    counts = Counter(word.lower() for words, _ in train for word in words)
    known = {word: n for n, word in enumerate((w for w, count in counts.items() if count > 1), start=2)}
    letters = {c: n for n, c in enumerate(sorted({c for words, _ in train for c in "".join(words)}), start=2)}
    names = sorted({tag for _, tags in train for tag in tags})
    model = Tagger(len(known) + 2, len(letters) + 2, len(names))

    def spell(word: str) -> Tensor:
        spelled = torch.tensor([letters.get(c, 1) for c in word[:LETTERS]])
        return F.pad(spelled, (0, LETTERS - len(spelled)))

    spelling = {word: spell(word) for split in splits.values() for words, _ in split for word in words}

    def encode(texts: list[list[str]]) -> tuple[Tensor, Tensor]:
        ids = [torch.tensor([known.get(word.lower(), 1) for word in words]) for words in texts]
        characters = [torch.stack([spelling[word] for word in words]) for words in texts]
        return pad_sequence(ids, True), pad_sequence(characters, True)

    def losses() -> Iterator[Tensor]:
        for numbers in torch.split(torch.randperm(len(train)), 16):
            chosen = [train[number] for number in numbers.tolist()]
            ids, characters = encode([words for words, _ in chosen])
            numbered = [torch.tensor([names.index(tag) for tag in tags]) for _, tags in chosen]
            target = pad_sequence(numbered, True, -100)
            ids_seen = torch.where((torch.rand(ids.shape) < 0.1) & (ids > 0), 1, ids)
            yield F.cross_entropy(model(ids_seen, characters).transpose(1, 2), target)

    def measure(split: str) -> float:
        right = predicted = true = 0
        for words, tags in splits[split]:
            guess = [names[number] for number in model(*encode([words]))[0].argmax(dim=1).tolist()]
            found, wanted = entities(guess), entities(tags)
            right += len(found & wanted)
            predicted += len(found)
            true += len(wanted)
        return 2 * right / max(1, predicted + true)

    fit(model, 3e-3, 1e-2, epochs, losses, -(-len(train) // 16), lambda: measure("dev"), clip=5.0)
    with torch.inference_mode():
        return measure("test")
