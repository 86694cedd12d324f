"""Metrics of tagged words.

Shapes: B batch, T tokens, K tags, W words, N entities.
"""

from typing import Any

import torch
from torch import Tensor


class Metrics:
    """F1 of the entities of a whole split, right if their kind, first and last word are.

    They are those of the CoNLL tasks: B- begins one, and so does I- that goes on with none of its
    kind. Tags that are no entities have the mean F1 of the tags. Accuracy is that of words.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        tags = info["tags"]
        self.has_entities = any(tag.startswith("B-") for tag in tags)
        pairs = [tag.split("-", 1) if self.has_entities else ["B", tag] for tag in tags]
        kinds = dict.fromkeys(pair[1] for pair in pairs if len(pair) == 2)
        self.kinds = tuple(kinds)
        # Of each tag whether it begins, and the number of its kind, -1 for O.
        self.begins = tuple(pair[0] == "B" for pair in pairs)
        numbers = {kind: number for number, kind in enumerate(kinds)}
        self.kind_of = tuple(numbers[pair[1]] if len(pair) == 2 else -1 for pair in pairs)
        self.counts = torch.zeros(3, len(kinds), dtype=torch.int64)  # right, predicted, true
        self.words = torch.zeros(2, dtype=torch.int64)  # right, all

    def update(self, probabilities: Tensor, target: Tensor) -> None:
        """Adds a batch of ``(B, T, K)`` probabilities and int64 ``(B, T)`` tags."""
        known = target != -100
        rows, _ = known.nonzero(as_tuple=True)  # (W,), texts of the words
        predicted, true = probabilities.argmax(dim=2)[known], target[known]  # (W,)
        self.words += torch.stack([(predicted == true).sum(), known.sum()])
        found, expected = (self.find_entities(tags, rows) for tags in (predicted, true))
        right = found[torch.isin(self.number(found, len(rows)), self.number(expected, len(rows)))]
        for place, entities in enumerate((right, found, expected)):
            self.counts[place] += entities[:, 0].bincount(minlength=len(self.kinds))

    def find_entities(self, tags: Tensor, rows: Tensor) -> Tensor:
        """Kind, first and last word ``(N, 3)`` of each, from tags and texts ``(W,)`` of words."""
        kind, begins = torch.tensor(self.kind_of)[tags], torch.tensor(self.begins)[tags]
        follows = (kind[1:] == kind[:-1]) & (rows[1:] == rows[:-1])
        first = (kind >= 0) & (begins | ~torch.nn.functional.pad(follows, (1, 0)))
        goes_on = torch.nn.functional.pad(follows & ~first[1:], (0, 1))
        last = (kind >= 0) & ~goes_on
        return torch.cat([kind[first][:, None], first.nonzero(), last.nonzero()], dim=1)

    def number(self, entities: Tensor, num_words: int) -> Tensor:
        """A number of its own for each entity ``(N,)``."""
        kind, first, last = entities.T
        return (kind * num_words + first) * num_words + last

    def compute(self) -> dict[str, float]:
        right, predicted, true = self.counts.double()
        hits, words = self.words.double()
        accuracy = (hits / words).item()
        if not self.has_entities:
            counted = predicted + true > 0  # a tag that is neither there nor predicted has no F1
            scores = 2 * right[counted] / (predicted + true)[counted]
            return {"accuracy": accuracy, "macro_f1": scores.mean().item()}
        right, predicted, true = self.counts.sum(dim=1).double()
        least = min(1.0, (predicted + true).item())  # where there are any, to find none is 0
        return {
            "entity_f1": (2 * right / (predicted + true)).item(),
            "precision": (right / predicted.clamp(min=least)).item(),
            "recall": (right / true.clamp(min=least)).item(),
            "accuracy": accuracy,
        }

    def compute_each(self) -> dict[str, dict[str, float]]:
        """What each kind of entity, or tag, is measured by; NaN where nothing is to divide by."""
        right, predicted, true = self.counts.double()
        columns = (right / predicted, right / true, 2 * right / (predicted + true), true)
        names = ("precision", "recall", "f1", "examples")
        each = (dict(zip(names, row, strict=True)) for row in torch.stack(columns, dim=1).tolist())
        return dict(zip(self.kinds, each, strict=True))


LOWER_IS_BETTER = ("loss",)  # of these names, and those that begin so, for training.monitor


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return metrics.get("entity_f1", metrics["accuracy"])
