"""Who hears of whom: nodes along the edges, graphs of no other graph, whatever is numbered how."""

import inputs
import pytest
import targets
import torch
from torch import nn
from torch.testing import assert_close

# jinja: if encodings
from package.engine.features import encode_walks

# jinja: endif
# A path of four nodes, and a fifth alone.
EDGES = torch.tensor([[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]])


def graphs_of(x, edge_index, *sizes):
    """Graphs of these sizes, side by side, as a model takes them."""
    sizes = torch.tensor(sizes or [len(x)])
    given = (x, edge_index, torch.repeat_interleave(sizes), sizes)
    # jinja: if encodings
    given = (*given, encode_walks(edge_index, len(x)))
    # jinja: endif
    return given


@pytest.fixture(params=["small", "categories"])
def info(request):
    """Of edges with features, test_edges.py says what these say of others."""
    return {**inputs.describe(request.param), **targets.INFO}


def test_a_graph_alone_gives_the_same_as_in_a_batch(model, make_batch):
    """Else it depends on its neighbours: pooled together, or normalised over the batch."""
    inputs, _ = make_batch(5)
    together = model(*inputs)
    for index in range(5):
        (alone,) = model(*make_batch(1, first=index)[0])
        message = f"graph {index} of the batch differs from the same graph alone"
        assert_close(together[index], alone, atol=1e-5, rtol=1e-4, msg=message)


@pytest.mark.parametrize("index", range(5))
def test_an_output_depends_on_its_own_graph_only(model, make_batch, make_nodes, index):
    """Changed nodes of one graph change the output of that graph, and no other."""
    (x, *rest), _ = make_batch(5)
    others = (make_nodes(len(x), seed) for seed in range(99, 200))
    # Categories may be drawn again, or be the same in another order.
    other = next(y for y in others if (y.sort(dim=1)[0] != x.sort(dim=1)[0]).any(dim=1).all())
    changed = x.where((rest[1] != index).unsqueeze(1), other)
    difference = (model(changed, *rest) - model(x, *rest)).abs()
    assert difference.amax(dim=1).nonzero().flatten().tolist() == [index]


def test_numbers_of_nodes_and_order_of_edges_mean_nothing(model, make_nodes):
    x, order = make_nodes(5, 0), torch.tensor([3, 0, 4, 1, 2])
    renumbered = order.argsort()[EDGES].flip(1)
    outputs = model(*graphs_of(x[order], renumbered))
    assert_close(outputs, model(*graphs_of(x, EDGES)), atol=1e-5, rtol=1e-4)


def test_it_matters_which_nodes_the_edges_connect(model, make_nodes):
    """Else the model is one of a set of nodes."""
    x, other = make_nodes(5, 0), EDGES.clone()
    other[other == 3] = 4
    difference = model(*graphs_of(x, other)) - model(*graphs_of(x, EDGES))
    assert difference.abs().max() > 1e-4


@pytest.mark.parametrize("empty", [0, 1, 2])
def test_a_graph_without_nodes_keeps_its_row(model, make_nodes, empty):
    """Pooling that counts graphs by their nodes forgets the last ones, or shifts the others."""
    x, edges = make_nodes(4, 0), torch.tensor([[0, 1, 2, 3], [1, 0, 3, 2]])
    sizes = [0 if number == empty else 2 for number in range(3)]
    outputs = model(*graphs_of(x, edges, *sizes))
    assert outputs.isfinite().all()
    expected = model(*graphs_of(x, edges, 2, 2))
    rows = [row for row in range(3) if row != empty]
    assert_close(outputs[rows], expected, atol=1e-5, rtol=1e-4)


# jinja: if encodings
def test_a_node_hears_of_all_nodes_of_its_graph(model, make_nodes):
    """Attention goes where no edge leads: one node that is alone changes what its graph gives."""
    x, no_edges = make_nodes(5, 0), torch.empty(2, 0, dtype=torch.int64)
    alone = model(*graphs_of(x, no_edges, 1, 1, 1, 1, 1))
    together = model(*graphs_of(x, no_edges, 5))
    # Without attention the mean over the nodes would be a graph of one node each, in the mean.
    assert (together[0] - alone.mean(dim=0)).abs().max() > 1e-4


def test_how_large_the_other_graphs_are_changes_nothing(model, make_nodes):
    """Smaller ones are padded to the largest: what is there must not be looked at, or counted."""
    x = make_nodes(40, 0)
    no_edges = torch.empty(2, 0, dtype=torch.int64)
    expected = model(*graphs_of(x[:3], no_edges, 1, 2))
    outputs = model(*graphs_of(x, no_edges, 1, 2, 37))
    assert_close(outputs[:2], expected, atol=1e-5, rtol=1e-4)


def test_it_matters_where_the_walks_say_a_node_is(model, make_nodes):
    """Else the model is told nothing by them."""
    with torch.no_grad():
        for parameter in model.parameters():  # the weight of the walks may begin at nothing
            parameter += 0.1 * torch.randn_like(parameter)
    *inputs, walks = graphs_of(make_nodes(5, 0), EDGES)
    difference = model(*inputs, walks.flip(0)) - model(*inputs, walks)
    assert difference.abs().max() > 1e-5


# jinja: endif
def test_a_graph_without_edges_is_taken(model, make_nodes):
    no_edges = torch.empty(2, 0, dtype=torch.int64)
    assert model(*graphs_of(make_nodes(5, 0), no_edges)).isfinite().all()


@pytest.mark.parametrize("info", ["categories"], indirect=True)
def test_a_category_is_a_name_and_no_number(model, make_nodes, info):
    """Embedded: with rows and ids renumbered alike, the outputs are the same."""
    x = make_nodes(5, 0)
    expected = model(*graphs_of(x, EDGES))
    order = torch.cat([torch.zeros(1).long(), 1 + torch.randperm(info["num_categories"] - 1)])
    layers = [m for m in model.modules() if isinstance(m, nn.Embedding | nn.EmbeddingBag)]
    for weight in (layer.weight for layer in layers):
        assert not weight[0].any(), "category 0 stands for what is unknown"
        assert 0.01 < weight[1:].std() < 2, "far from the scale of features"
        with torch.no_grad():
            weight.copy_(weight[order])
    assert layers, "categories are read as numbers"
    again = model(*graphs_of(order.argsort()[x], EDGES))
    assert_close(again, expected, atol=1e-5, rtol=1e-4)
