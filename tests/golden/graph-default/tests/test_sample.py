"""The sample: the graph in every split, each known node in one; and what is learned of it.

Delete it with the sample.
"""

import torch

from graph_default.data import load_data
from graph_default.engine.checkpoint import load_checkpoint
from graph_default.engine.state import load_model
from graph_default.targets import is_known
from graph_default.train import evaluate, train


def test_every_split_has_the_same_graph_and_targets_of_its_own(sample):
    batches = [next(iter(loader)) for loader in (sample.train, sample.validation, sample.test)]
    (x, edge_index, *_), _ = batches[0]
    for (same_x, same_edges, *_), _ in batches:
        assert torch.equal(same_x, x)
        assert torch.equal(same_edges, edge_index)
    known = torch.stack([is_known(target) for _, target in batches])
    targets = torch.cat([target[own] for (_, target), own in zip(batches, known, strict=True)])
    assert (x.shape, edge_index.shape) == ((34, 1), (2, 156)), "78 friendships, each both ways"
    assert known.sum(dim=1).tolist() == [8, 8, 18]
    assert targets.bincount().tolist() == [17, 17]
    assert known.sum(dim=0).tolist() == [1] * len(x), "a node is in two splits, or in none"


def test_edges_lead_both_ways_and_never_to_the_node_itself(sample):
    edges = {*map(tuple, sample.graph.edges.T.tolist())}
    assert edges == {(end, start) for start, end in edges}
    assert all(start != end for start, end in edges)


def test_every_member_is_a_category_of_its_own(sample):
    (x, *_), _ = next(iter(sample.train))
    assert x.dtype == torch.int64
    assert sorted(x.flatten().tolist()) == list(range(1, 35)), "0 stands for what is unknown"
    assert (sample.info["num_features"], sample.info["num_categories"]) == (0, 35)


def test_a_training_finds_what_is_to_be_found(settings, tmp_path):
    """With the recipe as it stands."""
    settings.run.folder = tmp_path
    checkpoint = load_checkpoint(train(settings) / "best.pt")
    model, objective = load_model(settings, checkpoint)
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    metrics = evaluate(model, objective, data.test)
    assert metrics["accuracy"] >= 0.7, "a guess is right for half of the members"
