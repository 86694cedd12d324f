"""Who hears of whom: all nodes of the graph by attention, neighbours by their edges as well."""

import inputs
import pytest
import targets
import torch
from torch import nn
from torch.testing import assert_close

from package.engine.features import encode_walks

NUM_NODES = 6
# Two edges into node 3, one of them both ways, a node that is alone, and a loop.
EDGES = torch.tensor([[0, 1, 2, 3, 3, 4], [1, 2, 3, 2, 4, 4]])
NO_EDGES = torch.empty(2, 0, dtype=torch.int64)


@pytest.fixture(params=["small", "categories"])
def info(request):
    """Of edges with features, test_edges.py says what these say of others."""
    return {**inputs.describe(request.param), **targets.INFO}


def graph_of(x, edge_index):
    return x, edge_index, encode_walks(edge_index, len(x))


@pytest.mark.parametrize("changed", range(NUM_NODES))
def test_all_nodes_hear_of_a_node(model, make_nodes, changed):
    """Attention goes where no edge leads, from the node that is alone as well."""
    before, after = make_nodes(NUM_NODES, 0), make_nodes(NUM_NODES, 0)
    others = (make_nodes(NUM_NODES, seed)[changed] for seed in range(1, 100))
    # Categories may be drawn again, or be the same in another order.
    after[changed] = next(x for x in others if not x.sort()[0].equal(before[changed].sort()[0]))
    difference = model(*graph_of(after, EDGES)) - model(*graph_of(before, EDGES))
    heard = difference.abs().amax(dim=1).nonzero().flatten().tolist()
    assert heard == [*range(NUM_NODES)], f"only nodes {heard} hear of node {changed}"


def test_a_message_goes_from_the_first_row_of_edges_to_the_second(model, make_nodes):
    """A single edge among many nodes: who hears of it by attention alone hears little."""
    x, edge = make_nodes(60, 0), torch.tensor([[4], [7]])
    difference = model(*graph_of(x, edge)) - model(*graph_of(x, NO_EDGES))
    loudest = int(difference.square().sum(dim=1).argmax())
    assert loudest == 7, f"an edge from node 4 to 7 matters to {loudest}: are its ends swapped?"


def test_numbers_of_nodes_and_order_of_edges_mean_nothing(model, make_nodes):
    x, order = make_nodes(NUM_NODES, 0), torch.tensor([3, 0, 5, 1, 4, 2])
    renumbered = order.argsort()[EDGES].flip(1)
    found, expected = model(*graph_of(x[order], renumbered)), model(*graph_of(x, EDGES))[order]
    assert_close(found, expected, atol=1e-5, rtol=1e-4)


def test_it_matters_which_nodes_the_edges_connect(model, make_nodes):
    """Else the model is one of a set of nodes that walks have told apart."""
    x, edge_index, walks = graph_of(make_nodes(NUM_NODES, 0), EDGES)
    difference = model(x, edge_index[:, 1:], walks) - model(x, edge_index, walks)
    assert difference.abs().max() > 1e-4


def test_it_matters_where_the_walks_say_a_node_is(model, make_nodes):
    """Else the model is told nothing by them."""
    with torch.no_grad():
        for parameter in model.parameters():  # the weight of the walks may begin at nothing
            parameter += 0.1 * torch.randn_like(parameter)
    x, edge_index, walks = graph_of(make_nodes(NUM_NODES, 0), EDGES)
    difference = (model(x, edge_index, walks.flip(0)) - model(x, edge_index, walks)).abs()
    assert difference.amax(dim=1).min() > 1e-6


def test_copies_of_a_graph_beside_it_change_nothing(model, make_nodes):
    """Attention is a mean over all nodes: of each as often, it is the same; a sum would grow."""
    x = make_nodes(NUM_NODES, 0)
    twice = torch.cat([EDGES, EDGES + NUM_NODES], dim=1)
    expected = model(*graph_of(x, EDGES))
    found = model(*graph_of(torch.cat([x, x]), twice))
    assert_close(found, torch.cat([expected, expected]), atol=1e-5, rtol=1e-4)


def test_a_graph_without_edges_is_taken(model, make_nodes):
    assert model(*graph_of(make_nodes(NUM_NODES, 0), NO_EDGES)).isfinite().all()


@pytest.mark.parametrize("info", ["categories"], indirect=True)
def test_a_category_is_a_name_and_no_number(model, make_nodes, info):
    """Embedded: with rows and ids renumbered alike, the outputs are the same."""
    x = make_nodes(NUM_NODES, 0)
    expected = model(*graph_of(x, EDGES))
    order = torch.cat([torch.zeros(1).long(), 1 + torch.randperm(info["num_categories"] - 1)])
    layers = [m for m in model.modules() if isinstance(m, nn.Embedding | nn.EmbeddingBag)]
    for weight in (layer.weight for layer in layers):
        assert not weight[0].any(), "category 0 stands for what is unknown"
        assert 0.01 < weight[1:].std() < 2, "far from the scale of features"
        with torch.no_grad():
            weight.copy_(weight[order])
    assert layers, "categories are read as numbers"
    again = model(*graph_of(order.argsort()[x], EDGES))
    assert_close(again, expected, atol=1e-5, rtol=1e-4)
