"""Graphs: a batch of separate parts, each graph in one split, none lost in evaluation."""

import math
from collections import Counter
from dataclasses import replace

import inputs
import pytest
import targets
import torch

from package.data import describe, encode, load_data
from package.engine.sampling import EpochSampler
from package.sources import Graphs
from package.targets import group_labels
from package.tools.examples import describe_examples


def read(loader):
    """All labels of a split, in the order of its loader."""
    return torch.cat([target for _, target in loader])


def test_a_batch_is_one_graph_of_separate_parts(data):
    (x, edge_index, graph, sizes, *_), target = next(iter(data.validation))
    assert graph.bincount(minlength=len(sizes)).tolist() == sizes.tolist()
    assert len(x) == len(graph) == sizes.sum()
    assert len(target) == len(sizes)
    assert torch.equal(graph[edge_index[0]], graph[edge_index[1]]), "an edge connects two graphs"


def test_categories_are_those_of_the_training_graphs():
    """One that training has not seen has no weights of its own that could have learned anything."""
    words, numbers = {"atom": [*"ccno"]}, torch.empty(4, 0)
    edges = torch.empty(2, 0, dtype=torch.int64)
    graphs = Graphs([], torch.tensor([1, 1, 2]), edges, words, numbers)
    info = describe(graphs, train=[0, 2])
    assert info["vocabulary"] == {"atom": ["c", "n", "o"]}
    info = describe(graphs, train=[0, 1])
    assert info["vocabulary"] == {"atom": ["c"]}
    assert encode(graphs, info).tolist() == [[1], [1], [0], [0]]


def test_evaluation_loses_no_graph(data):
    for loader in (data.validation, data.test):
        assert len(read(loader)) == len(loader.dataset)
        assert len(loader.dataset) % 7, "choose sizes with a smaller last batch"


def test_training_order_is_shuffled_by_seed_and_epoch_alone(data, short_settings):
    def order(data, epoch):
        torch.rand(epoch)  # what was drawn elsewhere must not matter
        data.sampler.set_epoch(epoch)
        sizes = {len(target) for _, target in data.train}
        assert sizes == {7}, "a last batch that is not full reaches batch norm"
        return read(data.train).tolist()

    first, second = order(data, 1), order(data, 2)
    assert first != second, "every epoch has the same order"
    assert order(load_data(short_settings.data, seed=0), 1) == first
    assert order(load_data(short_settings.data, seed=1), 1) != first


def test_the_split_seed_alone_decides_what_is_held_out(data, short_settings):
    """By the seed of the training, one seed would train with the test graphs of another."""
    same = load_data(short_settings.data, seed=1)
    other = load_data(replace(short_settings.data, split_seed=1), seed=0)
    for split in ("validation", "test"):
        labels = read(getattr(data, split)).tolist()
        assert read(getattr(same, split)).tolist() == labels
        assert read(getattr(other, split)).tolist() != labels


def test_an_epoch_has_every_graph_once(short_settings):
    """Drawn with replacement, a third of them would be missing, and others come twice."""
    short_settings.data.batch_size = 2000
    data = load_data(short_settings.data, seed=0)
    ((_, _, _, sizes, *_), target) = next(iter(data.train))
    pairs = zip(sizes.tolist(), target.tolist(), strict=True)
    found = Counter((size, str(one)) for size, one in pairs)
    if type(data.sampler) is EpochSampler:  # one of your own may draw some more often
        assert found == Counter((len(x), str(one.tolist())) for x, *_, one in data.train.dataset)


@pytest.mark.parametrize("held_out", [0.1, 0.3])
def test_as_many_are_held_out_as_asked_for(short_settings, held_out):
    short_settings.data.held_out = held_out
    data = load_data(short_settings.data, seed=0)
    assert len(data.test.dataset) == math.ceil(held_out * 48)
    assert len(data.validation.dataset) == math.ceil(held_out * (48 - len(data.test.dataset)))


def test_every_group_of_labels_has_its_share_of_what_is_held_out(short_settings, tmp_path):
    """Stratified by the groups of other graphs, a split has rare labels or not by chance."""
    texts = [targets.make_text(number) for number in range(240)]
    short_settings.data.path = inputs.write_examples(tmp_path, texts, seed=0)
    for seed in range(10):
        data = load_data(replace(short_settings.data, split_seed=seed), seed=0)
        splits = [split.dataset.labels for split in (data.validation, data.test, data.train)]
        groups = group_labels([label for labels in splits for label in labels])
        first, second = len(splits[0]), len(splits[0] + splits[1])
        for own in (groups[:first], groups[first:second]):
            for group, count in Counter(groups).items():
                expected = count * len(own) / len(groups)
                assert abs(own.count(group) - expected) <= 1, f"{group!r} with seed {seed}"


def test_folds_share_the_data_out_and_leave_the_test_data_alone(short_settings):
    """Else one model is tested on what another was trained with."""

    def read(fold):
        short_settings.data.fold = fold
        splits = describe_examples(load_data(short_settings.data, seed=0))
        return {split: [example.name for example in examples] for split, examples in splits}

    whole, first, second = read(None), read((1, 2)), read((2, 2))
    assert first["test"] == second["test"] == whole["test"]
    both = sorted(whole["train"] + whole["validation"])
    assert sorted(first["validation"] + second["validation"]) == both
    assert sorted(first["validation"] + first["train"]) == both
