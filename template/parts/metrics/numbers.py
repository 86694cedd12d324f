"""What predicted numbers are measured by.

Shapes: B batch, K columns.
"""

from typing import Any

import torch
from torch import Tensor


class Metrics:
    """MAE, RMSE and R² of a whole split; what is unknown is left out.

    One column has them in its own unit. Of several they are means over the columns, in standard
    deviations of the training, for their units may differ; ``mae_<column>`` is in that of a column.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        names = ("target_columns", "target_mean", "target_std")
        self.scale = tuple(info[name] for name in names)
        # Count, absolute and squared errors, targets and their squares, in standard deviations.
        self.sums = torch.zeros(5, len(info["target_columns"]), dtype=torch.float64)

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Adds a batch of predicted and true numbers ``(B, K)``, NaN where those are unknown."""
        _, mean, std = self.scale
        known, std = target.isfinite(), torch.tensor(std, dtype=torch.float64)
        scaled = (target.double() - torch.tensor(mean, dtype=torch.float64)) / std
        error = (prediction.double() - target.double()) / std
        terms = torch.stack([known.double(), error.abs(), error**2, scaled, scaled**2])
        self.sums += terms.where(known, 0).sum(dim=1)

    def compute(self) -> dict[str, float]:
        columns, _, std = self.scale
        count, absolute, squared, total, total_squared = self.sums  # (K,)
        mae, rmse = absolute / count, (squared / count).sqrt()
        spread = total_squared - total**2 / count
        r2, varies = 1 - squared / spread, spread > 1e-12 * total_squared
        unit = std[0] if len(columns) == 1 else 1.0
        found = {
            "mae": (unit * mae[count > 0].mean()).item(),
            "rmse": (unit * rmse[count > 0].mean()).item(),
            "r2": r2[varies].mean().item(),  # where all are the same there is nothing to explain
        }
        if len(columns) > 1:
            in_units = (mae * torch.tensor(std)).tolist()
            found |= {f"mae_{name}": value for name, value in zip(columns, in_units, strict=True)}
        return found

    def compute_each(self) -> dict[str, dict[str, float]]:
        """Errors of each column, in its unit, and in how many examples its number is known."""
        columns, _, std = self.scale
        count, absolute, squared, *_ = self.sums  # (K,)
        errors = torch.stack([absolute / count, (squared / count).sqrt()]) * torch.tensor(std)
        rows = torch.cat([errors, count[None]]).T.tolist()
        each = (dict(zip(("mae", "rmse", "examples"), row, strict=True)) for row in rows)
        return dict(zip(columns, each, strict=True))


LOWER_IS_BETTER = ("loss", "mae", "rmse")  # and those whose names begin so


def score(metrics: dict[str, float]) -> float:
    """What decides which checkpoint is the best one; higher is better."""
    return -metrics["mae"]
