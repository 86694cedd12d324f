"""A pretrained backbone of Hugging Face transformers (Wolf et al. 2020), with a head of its own.

Shapes: B batch, T tokens, D features, K outputs.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from .engine.backbone import build_backbone
from .engine.ranges import FractionAboveZero, FractionBelowOne


@dataclass
class ModelSettings:
    dropout: FractionBelowOne
    """Fraction of what each layer gives, and of the features before the head, that is dropped."""
    head_scale: FractionAboveZero
    """First weights of the head, as a fraction of BERT's."""


class Backbone(nn.Module):
    # jinja: if output == "token"
    """Token ids ``(B, T)``, int64, and their bool mask ``(B, T)`` to logits ``(B, T, K)``."""

    # jinja: else
    """Token ids ``(B, T)``, int64, and their bool mask ``(B, T)`` to logits ``(B, K)``."""

    # jinja: endif
    def __init__(self, settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> None:
        super().__init__()
        self.pad_id = info["pad_id"]
        self.backbone = build_backbone(info, settings.dropout)
        self.dropout = nn.Dropout(settings.dropout)
        self.head = nn.Linear(self.backbone.config.hidden_size, num_outputs)
        nn.init.normal_(self.head.weight, std=0.02 * settings.head_scale)
        nn.init.zeros_(self.head.bias)

    def train(self, mode: bool = True) -> "Backbone":
        """Frozen parts stay in eval mode: nothing is left out of what does not learn."""
        super().train(mode)
        for module in self.modules():
            parameters = list(module.parameters())
            if parameters and not any(parameter.requires_grad for parameter in parameters):
                module.eval()
        return self

    def forward(self, token_ids: Tensor, mask: Tensor) -> Tensor:
        token_ids = token_ids.masked_fill(~mask, self.pad_id)  # by which some count positions
        x = self.backbone(token_ids, attention_mask=mask).last_hidden_state  # (B, T, D)
        # jinja: if output == "sample"
        # The mean (Reimers and Gurevych 2019): not every backbone has learned a token for all.
        real = mask[:, :, None]  # (B, T, 1)
        x = (x * real).sum(dim=1) / real.sum(dim=1)  # (B, D)
        # jinja: endif
        return self.head(self.dropout(x))


def build_model(settings: ModelSettings, info: dict[str, Any], num_outputs: int) -> Backbone:
    """The backbone that ``info`` describes; its weights are read later."""
    return Backbone(settings, info, num_outputs)
