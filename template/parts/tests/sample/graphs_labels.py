"""The atlas: every graph in one split, with its own labels, and what is learned of it.

Delete it with the sample.
"""

import networkx as nx
import pytest
import torch

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


def test_every_graph_is_in_one_split_and_every_label_in_each(atlas):
    """A rare label may be missing from a split that is drawn without regard to the labels."""
    splits = [atlas.train.dataset, atlas.validation.dataset, atlas.test.dataset]
    places = {label.place for split in splits for label in split.labels}
    assert len(places) == sum(map(len, splits)) == 1249
    targets = [torch.stack([target for *_, target in split]) for split in splits]
    of_all = torch.cat(targets).mean(dim=0)
    for target in targets:
        assert target.mean(dim=0).tolist() == pytest.approx(of_all.tolist(), abs=0.07)


def test_labels_and_edges_belong_to_their_graph(atlas):
    for x, edge_index, target in atlas.test.dataset:
        graph = to_networkx(x, edge_index)
        expected = {
            "bipartite": nx.is_bipartite(graph),
            "chordal": nx.is_chordal(graph),
            "connected": nx.is_connected(graph),
            "planar": nx.check_planarity(graph)[0],
        }
        assert atlas.info["labels"] == [*expected]
        assert target.tolist() == [float(holds) for holds in expected.values()]
        assert len(edge_index.T) == 2 * graph.number_of_edges(), "edges go one way"


def test_a_short_training_finds_more_than_a_guess(settings, tmp_path):
    """Who knows how often each label is there has a mean average precision of 0.54."""
    settings.training.epochs, settings.run.folder = 5, tmp_path
    checkpoint = load_checkpoint(train(settings) / "best.pt")
    model, objective = load_model(settings, checkpoint)
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    assert evaluate(model, objective, data.test)["map"] > 0.6
