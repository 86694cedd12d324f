"""The karate club: each member's side in one split, the graph in all; and what is learned of it.

Delete it with the sample.
"""

import torch

from package.data import load_data
from package.engine.checkpoint import load_checkpoint
from package.engine.state import load_model
from package.targets import IGNORED
from package.train import evaluate, train


def only(loader):
    (batch,) = loader
    return batch


def test_every_split_has_the_same_graph_and_targets_of_its_own(sample):
    batches = [only(loader) for loader in (sample.train, sample.validation, sample.test)]
    (x, edge_index), _ = batches[0]
    assert x.shape == (34, 1)
    assert edge_index.shape == (2, 156), "78 friendships, each both ways"
    for (same_x, same_edges), target in batches:
        assert torch.equal(same_x, x)
        assert torch.equal(same_edges, edge_index)
        assert target.dtype == torch.int64
    counted = torch.stack([target != IGNORED for _, target in batches])
    assert counted.sum(dim=1).tolist() == [8, 8, 18]
    assert counted.sum(dim=0).tolist() == [1] * 34, "a member is in two splits, or in none"
    for _, target in batches:
        assert set(target.tolist()) == {IGNORED, 0, 1}


def test_edges_lead_both_ways_and_never_to_the_node_itself(sample):
    (_, edge_index), _ = only(sample.train)
    edges = {tuple(edge) for edge in edge_index.T.tolist()}
    assert edges == {(end, start) for start, end in edges}
    assert all(start != end for start, end in edges)


def test_every_member_is_a_category_of_its_own(sample):
    (x, _), _ = only(sample.train)
    assert x.dtype == torch.int64
    assert sorted(x.flatten().tolist()) == list(range(1, 35)), "0 stands for what is unknown"
    assert (sample.info["num_features"], sample.info["num_categories"]) == (0, 35)


def test_eight_known_sides_tell_most_of_the_others(settings, tmp_path):
    """With the recipe as it stands; a guess is right for half of them."""
    settings.run.folder = tmp_path
    checkpoint = load_checkpoint(train(settings) / "best.pt")
    model, objective = load_model(settings, checkpoint)
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    assert evaluate(model, objective, data.test)["accuracy"] >= 0.7
