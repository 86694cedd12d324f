"""What a model says of a pair of nodes: of these two alone, and in which order."""

import pytest
import torch
from torch.testing import assert_close

from package.model import build_model

undirected = pytest.mark.parametrize("info", ["small", "categories"], indirect=True)
DECODERS = ["dot", "mlp"]


@pytest.fixture(params=DECODERS)
def model(request, settings, info, num_outputs):
    """With either decoder, with weights that have moved from where they begin."""
    if hasattr(settings.model, "decoder"):  # a model of your own may have one way only
        settings.model.decoder = request.param
    model = build_model(settings.model, info, num_outputs).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
        for module in model.modules():
            if isinstance(module, torch.nn.EmbeddingBag | torch.nn.Embedding):
                module.weight[0] = 0.0
    return model


def score(model, inputs, pairs):
    x, edge_index, _, *more = inputs
    return model(x, edge_index, torch.tensor(pairs).T, *more)


def test_a_pair_gives_the_same_beside_others_and_alone(model, make_batch):
    """Norms, sums or sorting over the pairs of a batch would mix them."""
    inputs, _ = make_batch(5)
    pairs = [(0, 3), (4, 1), (2, 5), (0, 3), (3, 0), (1, 1)]
    together = score(model, inputs, pairs)
    alone = torch.cat([score(model, inputs, [pair]) for pair in pairs])
    assert_close(together, alone, atol=1e-5, rtol=1e-4)


@undirected
def test_the_order_of_a_pair_means_nothing(model, make_batch):
    """An undirected graph has one edge between two nodes, and so one score."""
    inputs, _ = make_batch(5)
    pairs = [(0, 3), (4, 1), (2, 5), (0, 7)]
    turned = [(end, start) for start, end in pairs]
    assert_close(score(model, inputs, pairs), score(model, inputs, turned), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("info", ["directed"], indirect=True)
def test_the_order_of_a_pair_is_the_direction_of_an_edge(model, make_batch):
    """A score that is the same both ways cannot tell who follows whom."""
    inputs, _ = make_batch(5)
    there, back = score(model, inputs, [(0, 3), (4, 1)]), score(model, inputs, [(3, 0), (1, 4)])
    assert (there - back).abs().min() > 1e-5


def test_both_nodes_of_a_pair_matter(model, make_batch):
    inputs, _ = make_batch(5)
    first, other_end, other_start = score(model, inputs, [(0, 3), (0, 8), (9, 3)])
    assert (first - other_end).abs().min() > 1e-6, "the second node says nothing"
    assert (first - other_start).abs().min() > 1e-6, "the first node says nothing"


def test_pairs_are_found_whatever_the_nodes_are_numbered(model, make_batch):
    x, edge_index, pairs, *more = make_batch(4)[0]
    order = torch.randperm(len(x))
    number = order.argsort()  # the new number of each node
    # jinja: if encodings
    more = [more[0][order], *more[1:]]
    # jinja: endif
    found = model(x[order], number[edge_index], number[pairs], *more)
    expected = model(x, edge_index, pairs, *(make_batch(4)[0][3:]))
    assert_close(found, expected, atol=1e-5, rtol=1e-4)


@undirected
def test_a_pair_is_no_message(model, make_batch):
    """That it is asked for says nothing of it: others beside it change neither of its nodes."""
    inputs, _ = make_batch(5)
    alone = score(model, inputs, [(0, 3)])
    assert_close(score(model, inputs, [(0, 3), (0, 4), (3, 5)])[:1], alone, atol=1e-5, rtol=1e-4)
