"""The sample: what it is made of, and what is learned of it. Delete it with the sample."""

import torch

from package.data import load_data
from package.engine.checkpoint import load_checkpoint
from package.engine.state import load_model
from package.train import evaluate, train


def test_the_sample_has_the_edges_of_the_novel(sample):
    assert (len(sample.graph.names), sample.graph.edges.size(1)) == (77, 2 * 254)
    names = sample.graph.names
    edges = {(names[one], names[other]) for one, other in sample.graph.edges.T.tolist()}
    assert edges == {(end, start) for start, end in edges}
    assert ("Valjean", "Javert") in edges


def test_every_character_is_a_category_of_its_own(sample):
    (x, *_), _ = next(iter(sample.train))
    assert x.dtype == torch.int64
    assert sorted(x.flatten().tolist()) == list(range(1, 78)), "0 stands for what is unknown"


def test_a_training_finds_what_is_to_be_found(settings, tmp_path):
    """With the recipe as it stands."""
    settings.run.folder = tmp_path
    checkpoint = load_checkpoint(train(settings) / "best.pt")
    model, objective = load_model(settings, checkpoint)
    data = load_data(settings.data, settings.training.seed, checkpoint["info"])
    assert evaluate(model, objective, data.test)["auroc"] >= 0.65, "a guess is right for a half"
