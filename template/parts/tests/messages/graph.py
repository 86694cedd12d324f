"""Who hears of whom: only neighbours, along the edges, whatever the nodes are numbered."""

import inputs
import pytest
import targets
import torch
from torch import nn
from torch.testing import assert_close

NUM_NODES = 6
# Two edges into node 3, one of them both ways, a node that is alone, and a loop.
EDGES = torch.tensor([[0, 1, 2, 3, 3, 4], [1, 2, 3, 2, 4, 4]])


@pytest.fixture(params=["small", "categories"])
def info(request):
    """Of edges with features, test_edges.py says what these say of others."""
    return {**inputs.describe(request.param), **targets.INFO}


def nodes_within(depth, source):
    """The nodes that ``source`` can reach in so many steps along the edges."""
    reached = {source}
    for _ in range(depth):
        reached |= {int(end) for start, end in EDGES.T if int(start) in reached}
    return reached


@pytest.mark.parametrize("changed", range(NUM_NODES))
def test_a_node_is_heard_of_along_the_edges_and_no_further(model, make_nodes, settings, changed):
    """Edges go from the first row to the second; swapped, or counted wrongly, others would hear."""
    before, after = make_nodes(NUM_NODES, 0), make_nodes(NUM_NODES, 0)
    others = (make_nodes(NUM_NODES, seed)[changed] for seed in range(1, 100))
    # Categories may be drawn again, or be the same in another order.
    after[changed] = next(x for x in others if not x.sort()[0].equal(before[changed].sort()[0]))
    difference = (model(after, EDGES) - model(before, EDGES)).abs().amax(dim=1)
    heard = set(difference.nonzero().flatten().tolist())
    # Where no setting says how far it goes, any number of steps will do.
    depth = getattr(settings.model, "depth", None)
    steps = [depth] if depth else range(1, NUM_NODES)
    message = f"nodes {heard} hear of node {changed}: are the ends of edges swapped?"
    assert heard in [nodes_within(number, changed) for number in steps], message


def test_numbers_of_nodes_and_order_of_edges_mean_nothing(model, make_nodes):
    x, order = make_nodes(NUM_NODES, 0), torch.tensor([3, 0, 5, 1, 4, 2])
    renumbered = order.argsort()[EDGES].flip(1)
    assert_close(model(x[order], renumbered), model(x, EDGES)[order], atol=1e-5, rtol=1e-4)


def test_graphs_side_by_side_do_not_mix(model, make_batch):
    (x, edge_index), _ = make_batch(5)
    together, first = model(x, edge_index), 0
    for index in range(5):
        (x, edge_index), _ = make_batch(1, first=index)
        rows = slice(first, first + len(x))
        message = f"graph {index} gives other outputs beside other graphs than alone"
        assert_close(together[rows], model(x, edge_index), atol=1e-5, rtol=1e-4, msg=message)
        first += len(x)


def test_a_graph_without_edges_is_a_set_of_nodes(model, make_nodes):
    x, no_edges = make_nodes(NUM_NODES, 0), torch.empty(2, 0, dtype=torch.int64)
    together = model(x, no_edges)
    alone = torch.cat([model(x[[node]], no_edges) for node in range(NUM_NODES)])
    assert together.isfinite().all()
    assert_close(together, alone, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("info", ["categories"], indirect=True)
def test_a_category_is_a_name_and_no_number(model, make_nodes, info):
    """Embedded: with rows and ids renumbered alike, the outputs are the same."""
    x = make_nodes(NUM_NODES, 0)
    expected = model(x, EDGES)
    order = torch.cat([torch.zeros(1).long(), 1 + torch.randperm(info["num_categories"] - 1)])
    layers = [m for m in model.modules() if isinstance(m, nn.Embedding | nn.EmbeddingBag)]
    for weight in (layer.weight for layer in layers):
        assert not weight[0].any(), "category 0 stands for what is unknown"
        assert 0.01 < weight[1:].std() < 2, "far from the scale of features"
        with torch.no_grad():
            weight.copy_(weight[order])
    assert layers, "categories are read as numbers"
    assert_close(model(order.argsort()[x], EDGES), expected, atol=1e-5, rtol=1e-4)
