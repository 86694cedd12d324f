"""What the network computes, with matrices. What you change on purpose, change here too."""

import pytest
import torch
from inputs import make_features
from torch.testing import assert_close

# A path of four nodes, and a fifth alone.
EDGES = torch.tensor([[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]])


@pytest.mark.parametrize("info", ["small", "edges"], indirect=True)
def test_layers_are_those_of_the_paper(model, make_nodes, info):
    """Kipf and Welling 2017, equation 2: neighbours and the node itself, weighted by degrees."""
    inputs, edge_attr = make_nodes(5, 0), make_features(info, 6, 0)
    weights = edge_attr[0].flatten() if edge_attr else torch.tensor(1.0)
    adjacency = torch.eye(5).index_put((EDGES[1], EDGES[0]), weights)
    weight = adjacency.sum(dim=1).rsqrt()
    mean = weight[:, None] * adjacency * weight
    x = inputs
    for layer in model.layers:
        x = (mean @ x @ layer.lin.weight.T + layer.bias).clamp(min=0)
    # jinja: if form == "graphs"
    x = x.mean(dim=0, keepdim=True) @ model.head.weight.T + model.head.bias
    assert_close(model(inputs, EDGES, torch.zeros(5).long(), torch.tensor([5]), *edge_attr), x)
    # jinja: else
    # The loop applies a ReLU after the last layer as well, so the outputs get one too.
    assert_close(model(inputs, EDGES, *edge_attr).clamp(min=0), x)
    # jinja: endif
