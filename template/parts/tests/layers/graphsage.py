"""What the network computes, with matrices. What you change on purpose, change here too."""

import pytest
import torch
from torch.testing import assert_close

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)

# A path of four nodes, and a fifth alone.
EDGES = torch.tensor([[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]])


def test_layers_are_those_of_the_paper(model, make_nodes):
    """Hamilton et al. 2017, algorithm 1: one weight for the node, one for its neighbours' mean."""
    inputs = make_nodes(5, 0)
    adjacency = torch.zeros(5, 5).index_put((EDGES[1], EDGES[0]), torch.tensor(1.0))
    mean = adjacency / adjacency.sum(dim=1, keepdim=True).clamp(min=1)
    x = inputs
    for layer in model.layers:
        x = mean @ x @ layer.lin_l.weight.T + layer.lin_l.bias + x @ layer.lin_r.weight.T
        x = x.clamp(min=0)
    # jinja: if form == "graphs"
    x = x.mean(dim=0, keepdim=True) @ model.head.weight.T + model.head.bias
    assert_close(model(inputs, EDGES, torch.zeros(5).long(), torch.tensor([5])), x)
    # jinja: else
    # The loop applies a ReLU after the last layer as well, so the outputs get one too.
    assert_close(model(inputs, EDGES).clamp(min=0), x)
    # jinja: endif
