"""What the network computes, with matrices. What you change on purpose, change here too."""

import pytest
import torch
from inputs import make_features
from torch.testing import assert_close

# A path of four nodes, and a fifth alone.
EDGES = torch.tensor([[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]])


@pytest.mark.parametrize("info", ["small"], indirect=True)
def test_layers_are_those_of_the_paper(model, make_nodes, info):
    """Xu et al. 2019, equations 4.1 and 4.2: sums over neighbours, and a readout of every layer."""
    inputs = make_nodes(5, 0)
    adjacency = torch.eye(5).index_put((EDGES[1], EDGES[0]), torch.tensor(1.0))
    x, features = inputs, []
    for layer in model.layers:
        x = layer.nn(adjacency @ x)
        features.append(x)
    read = torch.cat(features, dim=1)
    # jinja: if form == "graphs"
    read = read.sum(dim=0, keepdim=True) / info["mean_num_nodes"]
    graph = [torch.zeros(5).long(), torch.tensor([5])]
    # jinja: else
    graph = []
    # jinja: endif
    # jinja: if form == "graphs" and target == "numbers"
    hidden, _, _, last = model.head
    read = (read @ hidden.weight.T + hidden.bias).relu()
    # jinja: else
    *_, last = model.modules()
    # jinja: endif
    expected = read @ last.weight.T + last.bias
    outputs = model(inputs, EDGES, *graph)
    assert_close(outputs, expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("info", ["edges"], indirect=True)
def test_features_of_edges_are_added_to_the_neighbour_before_a_relu(model, make_nodes, info):
    """Hu et al. 2020, Strategies for Pre-training Graph Neural Networks, appendix A."""
    x, (edge_attr,) = model.encode(make_nodes(5, 0)), make_features(info, 6, 0)
    layer = model.layers[0]
    messages = (x[EDGES[0]] + edge_attr @ layer.lin.weight.T + layer.lin.bias).relu()
    expected = layer.nn(x.index_add(0, EDGES[1], messages))
    assert_close(layer(x, EDGES, edge_attr), expected, atol=1e-4, rtol=1e-4)
