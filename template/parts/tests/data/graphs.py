"""The atlas: every graph in one split, shuffled in training, none lost in evaluation."""

import math
from collections import Counter

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


def read(loader):
    """All labels of a split, in the order of its loader."""
    return torch.cat([target for _, target in loader])


def to_networkx(x, edge_index):
    graph = nx.Graph(edge_index.T.tolist())
    graph.add_nodes_from(range(len(x)))
    return graph


def test_classes_have_the_same_order_in_every_process(short_settings):
    info = load_data(short_settings.data, seed=0).info
    assert info["classes"] == ["class 0", "class 1", "class 2"]


def test_every_graph_is_in_exactly_one_split_and_every_class_in_each(atlas):
    splits = [atlas.train.dataset, atlas.validation.dataset, atlas.test.dataset]
    found = [to_networkx(x, edges) for split in splits for x, edges, _ in split]
    assert len(found) == 1249
    degrees = Counter(tuple(sorted(dict(graph.degree).values())) for graph in found)
    atlas_graphs = [graph for graph in nx.graph_atlas_g() if len(graph) >= 3]
    expected = Counter(tuple(sorted(dict(graph.degree).values())) for graph in atlas_graphs)
    assert degrees == expected, "a graph is in two splits, or in none"
    for split in splits:
        shares = torch.tensor([label for _, _, label in split]).bincount() / len(split)
        assert shares == pytest.approx([0.465, 0.535], abs=0.01)


def test_labels_and_edges_belong_to_their_graph(atlas):
    for x, edge_index, label in atlas.test.dataset:
        graph = to_networkx(x, edge_index)
        name = "fragile" if set(nx.articulation_points(graph)) else "robust"
        assert atlas.info["classes"][label] == name
        degrees = [0] * len(x)
        for node in edge_index[0].tolist():
            degrees[node] += 1
        assert degrees == [graph.degree[node] for node in range(len(x))], "edges go one way"


def test_a_batch_is_one_graph_of_separate_parts(atlas):
    (x, edge_index, graph, sizes), target = next(iter(atlas.validation))
    assert graph.bincount(minlength=len(sizes)).tolist() == sizes.tolist()
    assert len(x) == len(graph) == sizes.sum()
    assert len(target) == len(sizes)
    assert torch.equal(graph[edge_index[0]], graph[edge_index[1]]), "an edge connects two graphs"


def test_evaluation_loses_no_graph(atlas):
    for loader in (atlas.validation, atlas.test):
        assert len(read(loader)) == len(loader.dataset)
        assert len(loader.dataset) % loader.batch_size, (
            "choose sizes that leave a smaller last batch"
        )


def test_training_order_is_shuffled_by_seed_and_epoch_alone(atlas, settings):
    def order(data, epoch):
        torch.rand(epoch)  # what was drawn elsewhere must not matter
        data.sampler.set_epoch(epoch)
        return read(data.train).tolist()

    first, second = order(atlas, 1), order(atlas, 2)
    assert first != second, "every epoch has the same order"
    assert order(load_data(settings.data, seed=0), 1) == first
    assert order(load_data(settings.data, seed=1), 1) != first


def test_a_short_training_finds_more_than_nodes_and_edges_tell(settings, tmp_path):
    """Who knows only those is right for 75 of 100; who knows the shares of the classes, for 53."""
    settings.training.epochs, settings.run.folder = 5, tmp_path
    checkpoint = load_checkpoint(train(settings) / "best.pt")
    model, objective = load_model(settings, checkpoint)
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    assert evaluate(model, objective, data.test)["accuracy"] > 0.8


@pytest.mark.parametrize(("batch_size", "batches"), [(900, [900]), (4000, [901]), (901, [901])])
def test_no_batch_is_of_one_graph_and_none_is_empty(settings, batch_size, batches):
    """Batch norm fails on one node; data smaller than a batch must still be trained on."""
    settings.data.path, settings.data.held_out = None, 0.15
    settings.data.batch_size = batch_size
    assert [len(target) for _, target in load_data(settings.data, seed=0).train] == batches


def test_the_seed_decides_what_is_held_out(atlas, settings):
    """Else evaluation may meet what the model was trained with, or all seeds have one split."""
    same, other = (load_data(settings.data, seed=seed) for seed in (0, 1))
    for split in ("validation", "test"):
        labels = read(getattr(atlas, split)).tolist()
        assert read(getattr(same, split)).tolist() == labels
        assert read(getattr(other, split)).tolist() != labels


@pytest.mark.parametrize("held_out", [0.1, 0.3])
def test_as_many_are_held_out_as_asked_for(settings, held_out):
    settings.data.path, settings.data.held_out = None, held_out
    data = load_data(settings.data, seed=0)
    assert len(data.test.dataset) == math.ceil(held_out * 1249)
    assert len(data.validation.dataset) == math.ceil(held_out * (1249 - len(data.test.dataset)))


def test_an_epoch_has_every_graph_once(settings):
    """Drawn with replacement, a third of them would be missing, and others come twice."""
    settings.data.path, settings.data.batch_size = None, 2000
    data = load_data(settings.data, seed=0)
    ((_, _, _, sizes), target) = next(iter(data.train))
    found = Counter(zip(sizes.tolist(), target.tolist(), strict=True))
    assert found == Counter((len(x), label) for x, _, label in data.train.dataset)
