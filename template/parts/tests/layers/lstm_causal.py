"""What the network computes, by other means. What you change on purpose, change here too."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from package.model import build_model
from package.optim import build_optimizer

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)


def test_layers_are_those_of_torch(settings, info, num_outputs, make_batch):
    model = build_model(replace(settings.model, num_layers=2), info, num_outputs).eval()
    width = model.layers[0].hidden_size
    reference = nn.LSTM(width, width, num_layers=2, batch_first=True)
    with torch.no_grad():
        for number, layer in enumerate(model.layers):
            for name, parameter in layer.named_parameters():
                getattr(reference, name.replace("l0", f"l{number}")).copy_(parameter)
    (token_ids,), _ = make_batch(5)
    x, _ = reference(model.embedding(token_ids))
    assert_close(model(token_ids), x @ model.embedding.weight.T + model.head.bias)


def test_the_head_is_the_embedding(model, num_outputs):
    assert model.head.weight is model.embedding.weight
    assert len(model.head.weight) == num_outputs
    names = [name for name, _ in model.named_parameters()]
    assert ("head.weight" in names) + ("embedding.weight" in names) == 1, "it is counted twice"


def test_tied_weights_are_in_one_group_once(settings, model):
    """As those of a head they decay; an embedding of its own would not."""
    groups = build_optimizer(settings.optim, model).param_groups
    holding = [g for g in groups for p in g["params"] if p is model.embedding.weight]
    assert len(holding) == 1
    assert holding[0]["weight_decay"] == getattr(settings.optim, "weight_decay", 0.0)


def test_the_embedding_begins_small(model):
    """It is the head too: rows of standard normal numbers would cost far more than a guess."""
    assert model.embedding.weight.abs().max() <= 0.1
