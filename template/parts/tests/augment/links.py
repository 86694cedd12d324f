"""What is dropped of messages, what stays, and that both directions of an edge go together."""

from dataclasses import replace

import pytest
import torch
from torch import Generator

from package.augment import Augment

NUM_NODES = 40


@pytest.fixture
def graph(make_nodes):
    """An undirected graph with some loops and pairs of its nodes, as inputs, and a target."""
    generator = Generator().manual_seed(0)
    edges = torch.randint(NUM_NODES, (2, 300), generator=generator)
    edge_index = torch.cat([edges, edges.flip(0)], dim=1).unique(dim=1)
    pairs = torch.randint(NUM_NODES, (2, 25), generator=generator)
    # jinja: if encodings
    inputs = (make_nodes(NUM_NODES, 0), edge_index, pairs, torch.rand(NUM_NODES, 20))
    # jinja: else
    inputs = (make_nodes(NUM_NODES, 0), edge_index, pairs)
    # jinja: endif
    return inputs, torch.arange(25.0)


@pytest.fixture
def apply(graph, info, no_augmentation):
    """``apply(seed, **shares)``: augments the graph with only those shares dropped."""

    def apply(seed=0, **shares):
        augment = Augment(replace(no_augmentation, **shares), info)
        return augment(*graph, Generator().manual_seed(seed))

    return apply


def edges_of(edge_index):
    return {tuple(edge) for edge in edge_index.T.tolist()}


def test_all_off_changes_nothing(apply, graph):
    inputs, target = apply()
    assert all(map(torch.equal, inputs, graph[0]))
    assert torch.equal(target, graph[1])


@pytest.mark.parametrize("seed", range(3))
def test_what_is_to_be_predicted_stays(apply, graph, seed):
    """Pairs, and the nodes that they number: others would be asked for, with the same target."""
    (x, _, pairs, *rest), target = apply(seed, drop_edges=0.9, drop_features=0.5)
    assert torch.equal(pairs, graph[0][2])
    assert torch.equal(target, graph[1])
    assert len(x) == NUM_NODES
    assert all(map(torch.equal, rest, graph[0][3:]))


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_edges_go_in_both_directions_together(apply, graph, share):
    """A directed rest of an undirected graph is another kind of graph."""
    pairs = {tuple(sorted(edge)) for edge in edges_of(graph[0][1])}
    left = []
    for seed in range(20):
        (x, edge_index, *_), _ = apply(seed, drop_edges=share)
        edges = edges_of(edge_index)
        assert len(edges) == edge_index.size(1), "an edge, or a loop, is there twice"
        assert edges == {(end, start) for start, end in edges}
        assert edges <= edges_of(graph[0][1])
        assert torch.equal(x, graph[0][0])
        left.append(len({tuple(sorted(edge)) for edge in edges}) / len(pairs))
    assert sum(left) / len(left) == pytest.approx(1 - share, abs=0.03)


def test_the_smallest_graph_is_augmented_too(info, graph, no_augmentation):
    """Of one node, without edges or pairs."""
    (x, edge_index, pairs, *rest), target = graph
    inputs = (x[:1], edge_index[:, :0], pairs[:, :0], *(tensor[:1] for tensor in rest))
    augment = Augment(replace(no_augmentation, drop_edges=0.5, drop_features=0.5), info)
    sizes = {len(augment(inputs, target[:0], Generator().manual_seed(s))[0][0]) for s in range(20)}
    assert sizes == {1}


def test_features_become_zero_each_for_itself(apply, graph):
    """0 is also the id of an unknown category, which has no embedding."""
    x, edge_index, *_ = graph[0]
    (few, same_edges, *_), _ = apply(drop_features=0.3)
    assert few.dtype == x.dtype
    assert ((few == x) | (few == 0)).all()
    assert (few == 0).double().mean().item() == pytest.approx(0.3, abs=0.13)
    assert len((few == 0).unique(dim=0)) > 3, "nodes share one draw"
    assert torch.equal(same_edges, edge_index)


def test_every_pair_of_nodes_has_its_own_draw(apply, graph):
    """Numbered by a sum, or by one end alone, unrelated edges would always go together."""
    pairs = {tuple(sorted(edge)) for edge in edges_of(graph[0][1])}
    left = [edges_of(apply(seed, drop_edges=0.5)[0][1]) for seed in range(50)]
    fates = {tuple(pair in edges for edges in left) for pair in pairs}
    assert len(fates) == len(pairs)
