"""Metrics of language models.

Shapes: B batch, T tokens, K tokens of the vocabulary.
"""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor


class Metrics:
    """Perplexity of a token and bits of a byte, over a whole split: every token counts once."""

    def __init__(self, info: dict[str, Any]) -> None:
        self.token_bytes = np.array(info["token_bytes"])  # a tensor here would be a sum
        # Of each place in a block: the losses of its tokens, the number of these, their bytes.
        self.sums = torch.zeros(3, info["context"], dtype=torch.float64)

    def update(self, log_probabilities: Tensor, target: Tensor) -> None:
        """Adds a batch of ``(B, T, K)`` log-probabilities and int64 ``(B, T)`` tokens."""
        known = target != -100
        tokens = target.where(known, 0)
        losses = -log_probabilities.gather(2, tokens[:, :, None])[:, :, 0].double()  # (B, T)
        sizes = torch.from_numpy(self.token_bytes)[tokens].double()
        each = torch.stack([losses, torch.ones_like(losses), sizes])  # (3, B, T)
        self.sums[:, : target.size(1)] += each.where(known, 0.0).sum(dim=1)

    def compute(self) -> dict[str, float]:
        loss, count, size = self.sums.sum(dim=1).tolist()
        return {
            "perplexity": math.exp(min(700.0, loss / count)) if count else math.nan,
            "bits_per_byte": loss / math.log(2) / size if size else math.nan,
        }

    def compute_each(self) -> dict[str, dict[str, float]]:
        """What tokens cost by how much of the text before them the model sees."""
        found, first = {}, 0
        while first < self.sums.size(1):
            loss, count, _ = self.sums[:, first : 2 * first + 1].sum(dim=1).tolist()
            last = min(2 * first + 1, self.sums.size(1))
            name = f"token {first + 1}" + (f" to {last}" if last > first + 1 else "")
            found[name] = {"loss": loss / count if count else math.nan, "examples": count}
            first = 2 * first + 1
        return found


LOWER_IS_BETTER = ("loss", "perplexity", "bits_per_byte")  # for training.monitor


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return -metrics["loss"]
