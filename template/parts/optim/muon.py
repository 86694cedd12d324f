"""Muon (Jordan et al. 2024) for the matrices of hidden layers, AdamW for all else."""

from dataclasses import dataclass
from typing import Annotated, Any

import torch
from cyclopts import Parameter, validators
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from .decay import parameter_groups
from .engine.ranges import FractionBelowOne, NonNegative, Positive


@dataclass
class OptimSettings:
    lr: Annotated[Positive, Parameter(alias="--lr")]
    """Peak learning rate."""
    weight_decay: NonNegative
    """Fraction of lr by which a decayed weight shrinks in each step."""
    momentum: FractionBelowOne
    """Decay of the running mean of the gradients of matrices."""
    betas: Annotated[tuple[float, float], Parameter(validator=validators.Number(gte=0, lt=1))]
    """Decay of the running means of gradient and squared gradient of all else."""

    def __post_init__(self) -> None:
        if self.betas[0] > self.betas[1]:
            raise ValueError(f"optim.betas is {self.betas}: the first must not exceed the second")


class Muon(Optimizer):
    """Muon for the first group of parameters, AdamW for the others."""

    def __init__(self, groups: list[dict[str, Any]], settings: OptimSettings) -> None:
        self.adamw = AdamW(groups[1:], lr=settings.lr, betas=settings.betas)
        matrices = {**groups[0], "momentum": settings.momentum}
        super().__init__([matrices, *self.adamw.param_groups], {"lr": settings.lr})
        self.adamw.state = self.state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self.adamw.param_groups, self.adamw.state = self.param_groups[1:], self.state

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        with torch.enable_grad():
            loss = closure() if closure else None
        # jinja: if pretrained
        # Finetuning divides groups by rate: those of matrices are told by their momentum.
        for group in self.param_groups:
            for weight in group["params"] if "momentum" in group else ():
                if weight.grad is not None:
                    self.step_matrix(weight, weight.grad, group)
        self.adamw.param_groups = [each for each in self.param_groups if "momentum" not in each]
        # jinja: else
        matrices = self.param_groups[0]
        for weight in matrices["params"]:
            if weight.grad is not None:
                self.step_matrix(weight, weight.grad, matrices)
        # jinja: endif
        self.adamw.step()
        return loss

    def step_matrix(self, weight: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        state, momentum = self.state[weight], group["momentum"]
        if not state:
            state["mean"] = torch.zeros_like(weight)
        mean = state["mean"].lerp_(gradient, 1 - momentum)
        update = orthogonalize(gradient.lerp(mean, momentum))  # Nesterov
        # As long as a step of AdamW, so that rate and decay are the same (Liu et al. 2025).
        matrix = weight.flatten(1)
        rate = group["lr"] * 0.2 * max(matrix.shape) ** 0.5
        weight.mul_(1 - group["lr"] * group["weight_decay"]).sub_(update, alpha=rate)


def orthogonalize(update: Tensor) -> Tensor:
    """Its matrix with all singular values near 1, in five steps of Newton and Schulz."""
    matrix = update.flatten(1)
    is_tall = matrix.size(0) > matrix.size(1)
    wide = matrix.T if is_tall else matrix
    if wide.device.type != "cpu":  # not every CPU has fast bfloat16
        wide = wide.bfloat16()
    wide = wide / wide.norm().clamp(min=1e-7)
    for _ in range(5):
        gram = wide @ wide.T
        wide = 3.4445 * wide + (2.0315 * gram @ gram - 4.7750 * gram) @ wide
    matrix = wide.T if is_tall else wide
    return matrix.to(update.dtype).view_as(update)


def build_optimizer(settings: OptimSettings, model: nn.Module) -> Muon:
    """Muon for the decayed matrices between what reads the input and the head, which comes last.

    The head may be of several matrices (an output each row), or be the embedding again; what reads
    the input is a first convolution, or an embedding, which does not decay unless it is the head. A
    first linear layer is for Muon.
    """
    decayed, others = parameter_groups(model, settings.weight_decay)
    embeddings = {m.weight for m in model.modules() if isinstance(m, nn.Embedding)}
    weights = [weight for weight in decayed["params"] if weight not in embeddings]
    has_own_head, first = len(weights) == len(decayed["params"]), next(model.parameters())
    last = len(weights)
    while has_own_head and last and len(weights[last - 1]) == len(weights[-1]):
        last -= 1
    hidden = [
        weight
        for weight in weights[:last]
        if min(weight.flatten(1).shape) > 1 and (weight.ndim == 2 or weight is not first)
    ]
    rest = [weight for weight in decayed["params"] if weight not in {*hidden}]
    return Muon([{**decayed, "params": hidden}, {**decayed, "params": rest}, others], settings)
