"""The sample: the graph in every split, each known node in one; and what is learned of it.

Delete it with the sample.
"""

import torch

from package.data import load_data
from package.engine.checkpoint import load_checkpoint
from package.engine.state import load_model
from package.targets import is_known
from package.train import evaluate, train


def test_every_split_has_the_same_graph_and_targets_of_its_own(sample):
    batches = [next(iter(loader)) for loader in (sample.train, sample.validation, sample.test)]
    (x, edge_index, *_), _ = batches[0]
    for (same_x, same_edges, *_), _ in batches:
        assert torch.equal(same_x, x)
        assert torch.equal(same_edges, edge_index)
    known = torch.stack([is_known(target) for _, target in batches])
    targets = torch.cat([target[own] for (_, target), own in zip(batches, known, strict=True)])
    # jinja: if target == "classes"
    assert (x.shape, edge_index.shape) == ((34, 1), (2, 156)), "78 friendships, each both ways"
    assert known.sum(dim=1).tolist() == [8, 8, 18]
    assert targets.bincount().tolist() == [17, 17]
    # jinja: else
    assert x.shape == (442, 9 + 2), "nine numbers, and the sex, which is one of two codes"
    assert edge_index[0].bincount().min() >= 5
    assert (targets.min(), targets.max(), targets.sum()) == (25, 346, 67243)
    # jinja: endif
    assert known.sum(dim=0).tolist() == [1] * len(x), "a node is in two splits, or in none"


def test_edges_lead_both_ways_and_never_to_the_node_itself(sample):
    edges = {*map(tuple, sample.graph.edges.T.tolist())}
    assert edges == {(end, start) for start, end in edges}
    assert all(start != end for start, end in edges)


# jinja: if target == "classes"
def test_every_member_is_a_category_of_its_own(sample):
    (x, *_), _ = next(iter(sample.train))
    assert x.dtype == torch.int64
    assert sorted(x.flatten().tolist()) == list(range(1, 35)), "0 stands for what is unknown"
    assert (sample.info["num_features"], sample.info["num_categories"]) == (0, 35)


# jinja: endif
def test_a_training_finds_what_is_to_be_found(settings, tmp_path):
    """With the recipe as it stands."""
    settings.run.folder = tmp_path
    checkpoint = load_checkpoint(train(settings) / "best.pt")
    model, objective = load_model(settings, checkpoint)
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    metrics = evaluate(model, objective, data.test)
    # jinja: if target == "classes"
    assert metrics["accuracy"] >= 0.7, "a guess is right for half of the members"
    # jinja: else
    assert metrics["r2"] > 0.2, "who guesses the mean explains nothing"
    # jinja: endif
