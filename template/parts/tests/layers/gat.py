"""What the network computes, with matrices. What you change on purpose, change here too."""

import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

pytestmark = pytest.mark.parametrize("info", ["small"], indirect=True)

# A path of four nodes, and a fifth alone.
EDGES = torch.tensor([[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]])


def test_layers_are_those_of_the_paper(model, make_nodes):
    """Veličković et al. 2018, equation 3: a node attends to its neighbours and to itself."""
    inputs = make_nodes(5, 0)
    connected = torch.eye(5).index_put((EDGES[1], EDGES[0]), torch.tensor(1.0)).bool()
    x = inputs
    for layer in model.layers:
        heads = (x @ layer.lin.weight.T).unflatten(1, (layer.heads, -1))  # (V, H, D)
        scores = (heads * layer.att_src).sum(dim=2) + (heads * layer.att_dst).sum(dim=2)[:, None]
        scores = F.leaky_relu(scores, 0.2).masked_fill(~connected[:, :, None], float("-inf"))
        attention = scores.softmax(dim=1)  # (target, source, H)
        x = torch.einsum("tsh,shd->thd", attention, heads).flatten(1) + layer.bias
        x = F.elu(x)
    # jinja: if form == "graphs"
    x = x.mean(dim=0, keepdim=True) @ model.head.weight.T + model.head.bias
    assert_close(model(inputs, EDGES, torch.zeros(5).long(), torch.tensor([5])), x)
    # jinja: else
    # The loop applies an ELU after the last layer as well, so the outputs get one too.
    assert_close(F.elu(model(inputs, EDGES)), x)
    # jinja: endif
