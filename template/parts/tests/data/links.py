"""Pairs of one graph: what is to be predicted is not among the messages, in any split or epoch."""

from collections import Counter
from dataclasses import replace

import pytest
import torch

from package.data import load_data

EPOCHS = (1, 2, 5)


def edges_of(pairs):
    return [tuple(pair) for pair in pairs.T.tolist()]


def both_ways(edges):
    return {*edges} | {(end, start) for start, end in edges}


def read(loader):
    """Messages, pairs with an edge and other pairs of each batch."""
    batches = []
    for (_, edge_index, pairs, *_), target in loader:
        assert target.dtype == torch.float32
        assert len(target) == pairs.size(1), "labels are not as many as pairs"
        edges, others = edges_of(pairs[:, target == 1]), edges_of(pairs[:, target == 0])
        assert len(edges) + len(others) == len(target), "a target is neither 0 nor 1"
        batches.append((edges_of(edge_index), edges, others))
    return batches


def read_epoch(data, epoch):
    data.sampler.set_epoch(epoch)
    return read(data.train)


def edges_in(batches):
    """All pairs with an edge."""
    return [pair for _, edges, _ in batches for pair in edges]


def others_in(batches):
    """All pairs without."""
    return [pair for *_, others in batches for pair in others]


@pytest.fixture(params=[False, True], ids=["undirected", "directed"])
def data(request, short_settings):
    """The few examples as a training gets them; directed, some edges have one back."""
    # jinja: if not encodings
    short_settings.data.neighbours = None  # so that nodes keep their numbers
    # jinja: endif
    if request.param:
        path = short_settings.data.path
        table = path / "edges.csv"
        rows = table.read_text().splitlines()
        back = [",".join([*row.split(",")[1::-1], *row.split(",")[2:]]) for row in rows[1::3]]
        folder = short_settings.run.folder.parent / "directed"
        folder.mkdir()
        (folder / "nodes.csv").write_text((path / "nodes.csv").read_text())
        (folder / "edges.csv").write_text("\n".join([*rows, *back]))
        short_settings.data = replace(short_settings.data, path=folder, directed=True)
    return load_data(short_settings.data, seed=0)


def test_no_message_goes_along_what_is_to_be_predicted(data):
    """Nor against it: an edge that is sent along need not be learned, and is not there in use."""
    for loader in (data.validation, data.test):
        for messages, edges, _ in read(loader):
            assert not both_ways(edges) & {*messages}
    for epoch in EPOCHS:
        for messages, edges, _ in read_epoch(data, epoch):
            assert not both_ways(edges) & {*messages}, f"in training, epoch {epoch}"


def test_no_message_goes_along_what_a_later_split_predicts(data):
    validation, test = (both_ways(edges_in(read(each))) for each in (data.validation, data.test))
    for messages, *_ in read_epoch(data, 1):
        assert not (validation | test) & {*messages}, "training is sent edges that are held out"
    for messages, *_ in read(data.validation):
        assert not test & {*messages}, "validation is sent edges of test"


def test_all_edges_that_may_be_known_carry_messages(data):
    """Those of training in validation, those of validation as well in test, the rest in a step."""
    everything = {*edges_of(data.graph.edges)}
    validation, test = (both_ways(edges_in(read(each))) for each in (data.validation, data.test))
    for messages, *_ in read(data.test):
        assert {*messages} == everything - test
    known = everything - test - validation
    for messages, *_ in read(data.validation):
        assert {*messages} == known
    for messages, edges, _ in read_epoch(data, 1):
        assert {*messages} == known - both_ways(edges)
        assert len(messages) > len(known) / 2, "hardly any edge is left for messages"


def test_every_edge_is_predicted_in_exactly_one_split(data):
    found = Counter[tuple[int, int]]()
    for batches in (read_epoch(data, 1), read(data.validation), read(data.test)):
        edges = edges_in(batches)
        found.update(edges if data.info["directed"] else map(tuple, map(sorted, edges)))
    assert {*found.values()} == {1}, "an edge is in two splits, or twice in an epoch"
    reached = {*found} if data.info["directed"] else both_ways(found)
    assert reached == {*edges_of(data.graph.edges)}, "an edge is in no split"
    assert data.info["directed"] or not {(b, a) for a, b in found} & {*found}


def test_both_directions_are_in_the_same_split(data):
    splits = (read_epoch(data, 1), read(data.validation), read(data.test))
    train, validation, test = map(edges_in, splits)
    for one, other in ((train, validation), (train, test), (validation, test)):
        assert not both_ways(one) & {*other}


def test_other_pairs_have_no_edge_of_any_split(data):
    """Nor a loop, and none is there twice: it would be called what it is not."""
    edges = {*edges_of(data.graph.edges)}
    for epoch in EPOCHS:
        for batches in (read_epoch(data, epoch), read(data.validation), read(data.test)):
            others = others_in(batches)
            assert not edges & {*others}, "an edge is called none"
            assert all(source != target for source, target in others)
            each = others if data.info["directed"] else [*map(tuple, map(sorted, others))]
            assert len({*each}) == len(each), "a pair is drawn twice"


def test_there_are_as_many_other_pairs_as_edges(data):
    for batches in (read_epoch(data, 1), read(data.validation), read(data.test)):
        assert len(edges_in(batches)) == len(others_in(batches)) > 0


def test_training_draws_other_pairs_in_every_epoch_and_evaluation_keeps_its_own(data):
    drawn = [{*others_in(read_epoch(data, epoch))} for epoch in EPOCHS]
    for one, other in ((0, 1), (1, 2)):
        assert len(drawn[one] & drawn[other]) < len(drawn[one]) / 2, "pairs are drawn once for all"
    for name in ("validation", "test"):
        before = read(getattr(data, name))
        read_epoch(data, 7)
        assert read(getattr(data, name)) == before, f"the pairs of {name} change"


def test_pairs_of_evaluation_are_never_drawn_in_training(data):
    """Else a model may know them from there, as it cannot know the edges beside them."""
    fixed = [pair for each in (data.validation, data.test) for pair in others_in(read(each))]
    assert len({*fixed}) == len(fixed), "a pair is in two splits"
    for epoch in EPOCHS:
        assert not {*fixed} & {*others_in(read_epoch(data, epoch))}


def test_an_epoch_depends_on_seed_and_number_alone(data, short_settings):
    """So that a resumed training goes on with the same pairs, from the middle of an epoch too."""
    first = read_epoch(data, 3)
    read_epoch(data, 4)
    torch.rand(5)
    assert read_epoch(data, 3) == first
    again = load_data(short_settings.data, seed=0)
    again.sampler.set_epoch(3, start=2)
    assert read(again.train) == first[2:]
    others = load_data(short_settings.data, seed=1)
    found, held_out = read_epoch(others, 3), read(others.validation)
    assert found != first, "training.seed decides nothing"
    assert {*others_in(found)} != {*others_in(first)}, "other pairs do not depend on the seed"
    assert held_out == read(data.validation), "splits depend on training.seed"
    state = torch.get_rng_state()
    read_epoch(data, 5)
    assert torch.equal(torch.get_rng_state(), state), "numbers are drawn from the global generator"


def test_an_epoch_is_in_a_new_order(data):
    assert read_epoch(data, 1)[0][1] != read_epoch(data, 2)[0][1]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_evaluation_scores_every_pair_whatever_the_batch_size(data, short_settings, size):
    settings = replace(short_settings.data, batch_size=size)
    other = load_data(settings, seed=0)
    for name in ("validation", "test"):
        one, another = (read(getattr(each, name)) for each in (data, other))
        for part in (edges_in, others_in):
            assert part(one) == part(another), "pairs are lost, or others"
        assert len(another) == -(-len([*edges_in(one), *others_in(one)]) // size)


def test_a_step_predicts_no_more_than_its_share(data, short_settings):
    """The rest carries messages: if all were predicted at once, there were none."""
    sizes = [len(edges) for _, edges, _ in read_epoch(data, 1)]
    assert max(sizes) <= short_settings.data.batch_size
    whole = load_data(replace(short_settings.data, batch_size=1000), seed=0)
    large = [len(edges) for _, edges, _ in read_epoch(whole, 1)]
    assert max(large) <= short_settings.data.supervised * sum(large) + 1
    assert sum(large) == sum(sizes)
