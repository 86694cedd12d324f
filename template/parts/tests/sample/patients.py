"""The patients: each one's number in one split, the graph in all; and what is learned of it.

Delete it with the sample.
"""

import torch
from sklearn.datasets import load_diabetes

from package.data import load_data
from package.engine.checkpoint import load_checkpoint
from package.engine.state import load_model
from package.targets import is_known
from package.train import evaluate, train


def only(loader):
    (batch,) = loader
    return batch


def test_every_split_has_the_same_graph_and_numbers_of_its_own(sample):
    batches = [only(loader) for loader in (sample.train, sample.validation, sample.test)]
    (x, edge_index), _ = batches[0]
    assert x.shape == (442, 9 + 2), "nine numbers, and the sex, which is one of two codes"
    for (same_x, same_edges), target in batches:
        assert torch.equal(same_x, x)
        assert torch.equal(same_edges, edge_index)
        assert (target.dtype, target.shape) == (torch.float32, (442, 1))
    known = torch.stack([is_known(target) for _, target in batches])
    assert known.sum(dim=0).tolist() == [1] * 442, "a patient is in two splits, or in none"
    whole = torch.stack([target.nan_to_num() for _, target in batches]).sum(dim=0)
    assert whole.flatten().tolist() == load_diabetes().target.tolist()


def test_edges_lead_to_the_nearest_both_ways_and_never_to_the_node_itself(sample):
    (_, edge_index), _ = only(sample.train)
    edges = {tuple(edge) for edge in edge_index.T.tolist()}
    assert edges == {(end, start) for start, end in edges}
    assert all(start != end for start, end in edges)
    assert edge_index[0].bincount(minlength=442).min() >= 5


def test_a_training_finds_what_is_to_be_found(settings, tmp_path):
    """With the recipe as it stands; who guesses the mean explains nothing."""
    settings.run.folder = tmp_path
    checkpoint = load_checkpoint(train(settings) / "best.pt")
    model, objective = load_model(settings, checkpoint)
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    assert evaluate(model, objective, data.test)["r2"] > 0.2
