"""What is dropped from a graph, what stays, and that both directions of an edge go together."""

from dataclasses import replace

import pytest
import torch
from torch import Generator

from graph_default.augment import Augment

NUM_NODES = 40


@pytest.fixture
def graph(make_nodes):
    """An undirected graph with some loops, as inputs and a target: node i has the target i."""
    generator = Generator().manual_seed(0)
    pairs = torch.randint(NUM_NODES, (2, 300), generator=generator)
    edge_index = torch.cat([pairs, pairs.flip(0)], dim=1).unique(dim=1)
    inputs, target = (make_nodes(NUM_NODES, 0), edge_index), torch.arange(NUM_NODES)
    return inputs, target


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
    (x, edge_index, *_), target = apply()
    assert torch.equal(x, graph[0][0])
    assert torch.equal(edge_index, graph[0][1])
    assert torch.equal(target, graph[1])


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_edges_go_in_both_directions_together(apply, graph, share):
    """A directed rest of an undirected graph is another kind of graph."""
    pairs = {tuple(sorted(edge)) for edge in edges_of(graph[0][1])}
    left = []
    for seed in range(20):
        (x, edge_index, *others), target = apply(seed, drop_edges=share)
        edges = edges_of(edge_index)
        assert len(edges) == edge_index.size(1), "an edge, or a loop, is there twice"
        assert edges == {(end, start) for start, end in edges}
        assert edges <= edges_of(graph[0][1])
        assert torch.equal(x, graph[0][0])
        assert all(map(torch.equal, others, graph[0][2:])), "not only edges are changed"
        assert torch.equal(target, graph[1])
        left.append(len({tuple(sorted(edge)) for edge in edges}) / len(pairs))
    assert sum(left) / len(left) == pytest.approx(1 - share, abs=0.03)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_nodes_go_with_all_that_is_theirs(info, graph, no_augmentation, share):
    (_, edge_index, *rest), target = graph
    x = torch.arange(NUM_NODES)[:, None]  # tells which node it is
    augment = Augment(replace(no_augmentation, drop_nodes=share), info)
    left = []
    for seed in range(20):
        generator = Generator().manual_seed(seed)
        inputs, targets = augment((x, edge_index, *rest), target, generator)
        kept, few_edges = inputs[0][:, 0], inputs[1]
        assert torch.equal(targets, target[kept])
        nodes = set(kept.tolist())
        assert edges_of(kept[few_edges]) == {e for e in edges_of(edge_index) if set(e) <= nodes}
        left.append(len(nodes) / NUM_NODES)
    assert sum(left) / len(left) == pytest.approx(1 - share, abs=0.08)


def test_the_smallest_graph_is_augmented_too(info, graph, no_augmentation):
    """Of one node, without edges."""
    (x, _, *rest), target = graph
    inputs = (x[:1], torch.empty(2, 0, dtype=torch.int64), *(tensor[:1] for tensor in rest))
    shares = {"drop_edges": 0.5, "drop_nodes": 0.99, "drop_features": 0.5}
    augment = Augment(replace(no_augmentation, **shares), info)
    sizes = {len(augment(inputs, target[:1], Generator().manual_seed(s))[0][0]) for s in range(20)}
    assert sizes <= {0, 1}, "nodes that are left"


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
