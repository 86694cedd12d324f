"""The atlas: every graph in one split, with its own number, and what is learned of it.

Delete it with the sample.
"""

from collections import Counter

import networkx as nx
import pytest

from package.data import load_data
from package.engine.checkpoint import load_checkpoint
from package.engine.state import load_model
from package.train import evaluate, train


@pytest.fixture
def atlas(settings):
    settings.data.path, settings.data.batch_size = None, 30
    return load_data(settings.data, seed=0)


def to_networkx(x, edge_index):
    graph = nx.Graph(edge_index.T.tolist())
    graph.add_nodes_from(range(len(x)))
    return graph


def test_every_graph_is_in_exactly_one_split_with_its_own_number(atlas):
    splits = [atlas.train.dataset, atlas.validation.dataset, atlas.test.dataset]
    degrees = Counter()
    for split in splits:
        for x, edge_index, target in split:
            graph = to_networkx(x, edge_index)
            degrees[tuple(sorted(dict(graph.degree).values()))] += 1
            assert target.tolist() == pytest.approx([nx.global_efficiency(graph)], rel=1e-5)
    expected = Counter(
        tuple(sorted(dict(graph.degree).values()))
        for graph in nx.graph_atlas_g()
        if len(graph) >= 3
    )
    assert degrees == expected, "a graph is in two splits, or in none"


def test_a_short_training_finds_more_than_nodes_and_edges_tell(settings, tmp_path):
    """Who guesses the mean is off by 0.10; a forest that knows both numbers, by 0.034."""
    settings.training.epochs, settings.run.folder = 10, tmp_path
    checkpoint = load_checkpoint(train(settings) / "best.pt")
    model, objective = load_model(settings, checkpoint)
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    assert evaluate(model, objective, data.test)["mae"] < 0.06
