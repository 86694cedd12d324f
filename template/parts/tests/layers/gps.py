"""What the network computes, with matrices. What you change on purpose, change here too."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from package.engine.features import encode_walks

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)

# A path of four nodes, and a fifth alone.
EDGES = torch.tensor([[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]])


@pytest.fixture
def model(model):
    """Its walks begin at nothing."""
    nn.init.normal_(model.encode_walks[1].weight)
    return model


def attend(layer, x):
    """Each node to all, by queries, keys and values of each head."""
    query, key, value = F.linear(x, layer.query_key_value.weight, layer.query_key_value.bias).split(
        x.size(1), dim=1
    )
    size = x.size(1) // layer.num_heads
    heads = []
    for part in range(layer.num_heads):
        own = slice(part * size, (part + 1) * size)
        scores = query[:, own] @ key[:, own].T / size**0.5
        heads.append(scores.softmax(dim=1) @ value[:, own])
    return torch.cat(heads, dim=1) @ layer.projection.weight.T + layer.projection.bias


def test_layers_are_those_of_the_paper(model, make_nodes):
    """Rampášek et al. 2022, section 3.1, with one norm for messages and attention: then an MLP."""
    inputs, walks = make_nodes(5, 0), encode_walks(EDGES, 5)
    adjacency = torch.eye(5).index_put((EDGES[1], EDGES[0]), torch.tensor(1.0))
    norm, linear = model.encode_walks
    steps = walks[:, : model.walk_steps] - norm.running_mean
    x = model.encode(inputs) + linear(steps / (norm.running_var + norm.eps).sqrt())
    for layer in model.layers:
        x = x + layer.messages.nn(adjacency @ x) + attend(layer.attention, x)
        x = F.layer_norm(x, x.shape[1:], layer.norms[0].weight, layer.norms[0].bias)
        x = x + layer.mlp(x)
        x = F.layer_norm(x, x.shape[1:], layer.norms[1].weight, layer.norms[1].bias)
    # jinja: if form == "graphs"
    x = x.mean(dim=0, keepdim=True)
    outputs = model(inputs, EDGES, torch.zeros(5).long(), torch.tensor([5]), walks)
    # jinja: else
    outputs = model(inputs, EDGES, walks)
    # jinja: endif
    assert_close(outputs, x @ model.head.weight.T + model.head.bias, atol=1e-4, rtol=1e-4)


def test_as_many_steps_of_the_walk_are_read_as_the_settings_say(model, make_batch, settings):
    # jinja: if output == "pair"
    (x, edge_index, _, walks), _ = make_batch(5)
    inputs = (x, edge_index)
    # jinja: else
    *inputs, walks = make_batch(5)[0]
    # jinja: endif
    steps = settings.model.walk_steps
    expected = model(*inputs, walks)
    later, last = walks.clone(), walks.clone()
    later[:, steps:] += 1
    last[:, steps - 1] += 1
    assert_close(model(*inputs, later), expected)
    assert (model(*inputs, last) - expected).abs().max() > 1e-4
