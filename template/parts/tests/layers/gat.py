"""What the network computes, with matrices. What you change on purpose, change here too."""

import pytest
import torch
import torch.nn.functional as F
from inputs import make_features
from torch.testing import assert_close

# A path of four nodes, and a fifth alone.
EDGES = torch.tensor([[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]])


@pytest.mark.parametrize("info", ["small", "edges"], indirect=True)
def test_layers_are_those_of_the_paper(model, make_nodes, info):
    """Veličković et al. 2018, equation 3: a node attends to its neighbours and to itself.

    What features of edges add to the scores is a linear map of them, 0 from a node to itself.
    """
    inputs, edge_attr = make_nodes(5, 0), make_features(info, 6, 0)
    connected = torch.eye(5).index_put((EDGES[1], EDGES[0]), torch.tensor(1.0)).bool()
    x = inputs
    for layer in model.layers:
        heads = (x @ layer.lin.weight.T).unflatten(1, (layer.heads, -1))  # (V, H, D)
        scores = (heads * layer.att_src).sum(dim=2) + (heads * layer.att_dst).sum(dim=2)[:, None]
        for features in edge_attr:
            added = (features @ layer.lin_edge.weight.T).unflatten(1, (layer.heads, -1))
            scores[EDGES[1], EDGES[0]] += (added * layer.att_edge).sum(dim=2)
        scores = F.leaky_relu(scores, 0.2).masked_fill(~connected[:, :, None], float("-inf"))
        attention = scores.softmax(dim=1)  # (target, source, H)
        x = torch.einsum("tsh,shd->thd", attention, heads).flatten(1) + layer.bias
        x = F.elu(x)
    # jinja: if form == "graphs"
    x = x.mean(dim=0, keepdim=True) @ model.head.weight.T + model.head.bias
    one_graph = (torch.zeros(5).long(), torch.tensor([5]))
    assert_close(model(inputs, EDGES, *one_graph, *edge_attr), x)
    # jinja: else
    # The loop applies an ELU after the last layer as well, so the outputs get one too.
    assert_close(F.elu(model(inputs, EDGES, *edge_attr)), x)
    # jinja: endif
