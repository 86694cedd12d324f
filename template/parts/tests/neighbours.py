"""Neighbours that are drawn: along real edges, no more than asked for, and all that a node hears.

Nodes are told apart by their features.
"""

# jinja: if output == "pair"
from contextlib import suppress
from dataclasses import replace

import inputs
import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from package.cli import main
from package.data import load_data, read_inputs
from package.model import build_model
from package.objective import Objective, num_outputs

# jinja: else
from dataclasses import replace

import inputs
import pytest
import targets
import torch
from torch import Generator
from torch.testing import assert_close

from package.data import load_data, read_inputs
from package.metrics import Metrics
from package.model import build_model
from package.objective import Objective, num_outputs
from package.targets import is_known
from package.train import evaluate

# jinja: endif
NUM_NODES, BATCH_SIZE = 60, 7  # the last batch is smaller
ALL = 1000  # more neighbours than any node has
FAN_OUTS = [3, 2]
DRAWN = pytest.mark.parametrize("split", ["train", "validation", "test"])


@pytest.fixture
def folder(tmp_path, seed):
    """A graph in which most nodes have more neighbours than are drawn, and one has none."""
    generator = Generator().manual_seed(seed)
    path = tmp_path / "crowd"
    path.mkdir()
    # jinja: if output == "pair"
    nodes = ["id", *map(str, range(NUM_NODES))]
    # jinja: else
    nodes = ["id,label,split"]
    for number in range(NUM_NODES):
        split = ("train", "val", "test")[number % 3]
        nodes.append(f"{number},{targets.make_text(number // 3)},{split}")
    # jinja: endif
    edges = ["source,target,length" if inputs.TAKES_FEATURES else "source,target"]
    for start, end in torch.randint(1, NUM_NODES, (300, 2), generator=generator).tolist():
        length = f",{1 + (start * end) % 7}" if inputs.TAKES_FEATURES else ""
        edges.append(f"{start},{end}{length}")
    features = ["a,b"]
    features += [f"{a},{b}" for a, b in torch.randn(NUM_NODES, 2, generator=generator).tolist()]
    rows = [",".join(cells) for cells in zip(nodes, features, strict=True)]
    (path / "nodes.csv").write_text("\n".join(rows))
    (path / "edges.csv").write_text("\n".join(edges))
    return path


@pytest.fixture
def load(short_settings, folder):
    """``load(neighbours)``: the data of a training that draws so many, or has the whole graph."""

    def run(neighbours, batch_size=BATCH_SIZE, seed=0, **settings):
        own = {"neighbours": neighbours, "batch_size": batch_size, "path": folder, **settings}
        return load_data(replace(short_settings.data, **own), seed)

    return run


@pytest.fixture
def depth(small_settings):
    """How many edges away a node can hear: one more than layers, for degrees may count too."""
    return getattr(small_settings.model, "depth", NUM_NODES) + 1


@pytest.fixture
def build(small_settings):
    """``build(data)``: a model and an objective, with weights that have moved."""

    def run(data):
        model = build_model(small_settings.model, data.info, num_outputs(data.info)).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += 0.1 * torch.randn_like(parameter)
        return model, Objective(small_settings.objective, data.info).eval()

    return run


@pytest.fixture
def number_of(load):
    """The number of a node, by its features."""
    (x, *_), _ = next(iter(load(None).train))
    numbers = {tuple(row): number for number, row in enumerate(x.tolist())}
    assert len(numbers) == NUM_NODES
    return lambda rows: [numbers[tuple(row)] for row in rows.tolist()]


def edges_of(batch, number_of):
    """Edges of a batch, by the numbers of their nodes in the graph."""
    (x, edge_index, *_), _ = batch
    numbers = number_of(x)
    return [(numbers[start], numbers[end]) for start, end in edge_index.T.tolist()]


def read(data, epoch, start=0):
    data.sampler.set_epoch(epoch, start)
    return list(data.train)


def is_same(one, other):
    pairs = [([*a, b], [*c, d]) for (a, b), (c, d) in zip(one, other, strict=True)]
    flat = [(x, y) for left, right in pairs for x, y in zip(left, right, strict=True)]
    return all(x.shape == y.shape and torch.equal(x.nan_to_num(), y.nan_to_num()) for x, y in flat)


@DRAWN
def test_edges_are_real_and_none_is_drawn_twice(load, number_of, split):
    data = load(FAN_OUTS)
    real = {*map(tuple, data.graph.edges.T.tolist())}
    for batch in getattr(data, split):
        edges = edges_of(batch, number_of)
        assert len({*edges}) == len(edges), "an edge counts twice"
        assert {*edges} <= real, "an edge is invented, or turned around"


def test_each_neighbour_is_drawn_as_often_as_others(load):
    """Over many epochs, and independently for different nodes."""
    # jinja: if output == "pair"
    neighbours = load([2]).train.dataset.graph.neighbours["val"]
    # jinja: else
    neighbours = load([2]).train.dataset.graph.neighbours
    # jinja: endif
    nodes = (neighbours.degrees > 2).nonzero().flatten()
    drawn = torch.stack([neighbours.draw(nodes, 2, key) for key in range(2000)])
    counts = drawn.flatten().bincount(minlength=len(neighbours.edges[1]))
    degrees = neighbours.degrees[neighbours.edges[1]]
    expected = (4000 / degrees)[degrees > 2]
    differences = (counts[degrees > 2] - expected).abs()
    assert (differences < 5 * expected.sqrt()).all(), "some are drawn more often than others"
    places = drawn.view(2000, len(nodes), 2) - neighbours.first[nodes].unsqueeze(1)
    alike = (places[:, 1:] == places[:, :-1]).all(dim=2).float().mean(dim=0)
    assert alike.max() < 0.5, "nodes draw alike"


@pytest.mark.skipif(not inputs.TAKES_FEATURES, reason="the model takes no features of edges")
@pytest.mark.parametrize("directed", [False, True])
def test_features_stay_with_their_edge(load, number_of, directed):
    whole, drawn = (load(each, directed=directed) for each in (None, FAN_OUTS))
    whole_inputs, _ = next(iter(whole.test))
    told = dict(zip(edges_of((whole_inputs, None), number_of), whole_inputs[-1], strict=True))
    for batch in drawn.train:
        for edge, features in zip(edges_of(batch, number_of), batch[0][-1], strict=True):
            assert torch.equal(features, told[edge]), "an edge has the features of another"


def test_an_epoch_depends_on_seed_and_number_alone(load):
    """So that a resumed training goes on with the same draws, from within an epoch too."""
    data = load(FAN_OUTS)
    first = read(data, 3)
    read(data, 4)
    torch.rand(5)
    assert is_same(read(data, 3), first)
    assert is_same(read(load(FAN_OUTS), 3, start=2), first[2:])
    assert not is_same(read(load(FAN_OUTS, seed=1), 3), first), "training.seed decides nothing"
    state = torch.get_rng_state()
    read(data, 5)
    assert torch.equal(torch.get_rng_state(), state), "numbers are drawn from the global generator"


def test_training_draws_in_every_epoch_and_evaluation_always_the_same(load, number_of):
    data = load([2], batch_size=ALL)
    edges = []
    for epoch in (1, 2, 7):
        edges.append({edge for batch in read(data, epoch) for edge in edges_of(batch, number_of)})
    for one, other in ((0, 1), (1, 2)):
        assert len(edges[one] & edges[other]) < 0.8 * len(edges[one]), "drawn once for all"
    for split in ("validation", "test"):
        before = list(getattr(data, split))
        read(data, 3)
        assert is_same(getattr(data, split), before), "evaluation changes with the epoch"
        assert is_same(getattr(load([2], batch_size=ALL, seed=1), split), before)


# jinja: if output == "pair"
def pairs_of(batch, number_of):
    """Pairs with an edge, and all pairs, by the numbers of their nodes in the graph."""
    (x, _, pairs, *_), target = batch
    numbers = number_of(x)
    every = [(numbers[start], numbers[end]) for start, end in pairs.T.tolist()]
    return {pair for pair, known in zip(every, target, strict=True) if known}, every


def both_ways(edges):
    return {*edges} | {(end, start) for start, end in edges}


@DRAWN
@pytest.mark.parametrize("directed", [False, True])
@torch.no_grad()
def test_all_neighbours_are_the_whole_graph(load, build, depth, split, directed):
    """To the same outputs: what a step predicts, or a later split, is in none of the messages."""
    whole, drawn = (load(each, directed=directed) for each in (None, [ALL] * depth))
    model, _ = build(whole)
    batches = zip(getattr(drawn, split), getattr(whole, split), strict=True)
    for (found, target), (expected, same) in batches:
        assert torch.equal(target, same)
        assert_close(model(*found), model(*expected), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("batch_size", [1, 5, ALL])
@torch.no_grad()
def test_a_pair_hears_of_its_own_neighbours_whoever_is_in_its_batch(load, build, depth, batch_size):
    """What is drawn for a node depends on itself, so that batches may share the work."""
    expected = load([2] * depth)
    model, _ = build(expected)
    found = load([2] * depth, batch_size=batch_size)
    one, other = (
        torch.cat([model(*batch_inputs) for batch_inputs, _ in data.test])
        for data in (found, expected)
    )
    assert_close(one, other, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("directed", [False, True])
def test_no_message_goes_along_what_is_to_be_predicted(load, number_of, directed):
    """Nor against it, nor along what a later split predicts."""
    data = load(FAN_OUTS, directed=directed)
    test, validation = (
        {pair for batch in loader for pair in pairs_of(batch, number_of)[0]}
        for loader in (data.test, data.validation)
    )
    later = {"train": validation | test, "validation": validation | test, "test": test}
    for split, hidden in later.items():
        for batch in getattr(data, split):
            own, _ = pairs_of(batch, number_of)
            messages = {*edges_of(batch, number_of)}
            assert not messages & both_ways(own), "an edge that is predicted is a message"
            assert not messages & both_ways(hidden), f"{split} is told of a later split"


def test_as_many_are_drawn_as_there_are_but_no_more_than_asked_for(load, number_of):
    """Of the edges that a split may know, and no node is there without a reason."""
    data = load(FAN_OUTS, batch_size=3)
    known = data.graph.edges.T.tolist()
    hidden = both_ways({pair for batch in data.test for pair in pairs_of(batch, number_of)[0]})
    known = [end for start, end in known if (start, end) not in hidden]
    degrees = [known.count(node) for node in range(NUM_NODES)]
    for batch in data.test:
        numbers, edges = number_of(batch[0][0]), edges_of(batch, number_of)
        seeds = {node for pair in pairs_of(batch, number_of)[1] for node in pair}
        near = {start for start, end in edges if end in seeds}
        assert {*numbers} == seeds | near | {start for start, _ in edges}
        for node in numbers:
            count = sum(end == node for _, end in edges)
            fan_out = FAN_OUTS[0 if node in seeds else 1]
            expected = min(degrees[node], fan_out) if node in seeds | near else 0
            assert count == expected, "another number is drawn"


def test_training_draws_of_what_it_may_know(load, number_of):
    """A node with an edge too many is told of no more than asked for, and rarely of fewer."""
    counts = []
    for batch in load([2], batch_size=5).train:
        edges = edges_of(batch, number_of)
        counts += [sum(e == n for _, e in edges) for n in {e for _, e in edges}]
    assert max(counts) == 2
    assert counts.count(2) > 0.7 * len(counts), "what may not be known is drawn, and left out"


@torch.no_grad()
def test_prediction_has_a_row_for_each_pair_in_order(load, build, depth, folder):
    whole, drawn = load(None), load([ALL] * depth)
    model, _ = build(whole)
    ends = torch.randint(NUM_NODES, (40, 2)).tolist()
    rows = [f"{start},{end}" for start, end in ends]
    (folder / "pairs.csv").write_text("\n".join(["source,target", *rows]))
    ((_, expected),) = read_inputs([folder], whole.info)
    names, found = [], []
    for rows, batch_inputs in read_inputs([folder], drawn.info):
        assert len(rows) <= BATCH_SIZE
        names += [[int(row["source"]), int(row["target"])] for row in rows]
        found.append(model(*batch_inputs))
    assert names == ends
    assert_close(torch.cat(found), model(*expected), atol=1e-5, rtol=1e-4)


def test_the_best_new_pairs_are_those_of_all_batches(workplace, folder, capsys):
    def rows_of(*arguments):
        with suppress(SystemExit):
            main([str(argument) for argument in (*arguments, "--training.device=cpu")])
        return [row.split(":", 1)[1].split(",") for row in capsys.readouterr().out.split()[1:]]

    flags = ["--data.neighbours", "3", "3", "--data.batch_size", "17"]
    with suppress(SystemExit):
        main(["train", "--data.path", str(folder), "--epochs=1", "--report=no", *flags])
    capsys.readouterr()
    scores = [float(score) for *_, score in rows_of("predict", "--node", 0, "--best", ALL)]
    assert len(scores) == NUM_NODES - 1, "pairs are lost"
    assert scores == sorted(scores, reverse=True)


# jinja: else
@torch.no_grad()
def outputs_of(model, loader, number_of):
    """What the model gives for each node of a split, by its number."""
    found = {}
    for batch_inputs, target in loader:
        known = is_known(target)
        numbers = number_of(batch_inputs[0][known])
        assert not {*numbers} & {*found}, "a node is in two batches"
        found |= zip(numbers, model(*batch_inputs)[known], strict=True)
    return found


def assert_alike(found, expected):
    assert found.keys() == expected.keys(), "nodes are lost"
    for number, outputs in found.items():
        assert_close(outputs, expected[number], atol=1e-5, rtol=1e-4, msg=f"node {number}")


@DRAWN
def test_all_neighbours_are_the_whole_graph(load, build, depth, number_of, split):
    """To the same outputs, loss and metrics, whatever the size of the last batch."""
    whole, drawn = load(None), load([ALL] * depth)
    model, objective = build(whole)
    loaders = [getattr(each, split) for each in (drawn, whole)]
    assert len(loaders[0]) == 3
    assert_alike(*(outputs_of(model, each, number_of) for each in loaders))
    losses = [evaluate(model, objective, each, Metrics(objective.info)) for each in loaders]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


@pytest.mark.parametrize("batch_size", [1, 5, ALL])
def test_a_node_hears_of_its_own_neighbours_whoever_is_in_its_batch(
    load, build, depth, number_of, batch_size
):
    """What is drawn for it depends on itself, so that processes and batches may share the work."""
    expected = load([2] * depth)
    model, _ = build(expected)
    found = load([2] * depth, batch_size=batch_size)
    each = (outputs_of(model, data.test, number_of) for data in (found, expected))
    assert_alike(*each)


def test_as_many_are_drawn_as_there_are_but_no_more_than_asked_for(load, number_of):
    data = load(FAN_OUTS)
    degrees = data.graph.edges[1].bincount(minlength=NUM_NODES).tolist()
    assert degrees[0] == 0
    for batch in data.train:
        (x, *_), target = batch
        numbers, seeds = number_of(x), number_of(x[is_known(target)])
        drawn = dict.fromkeys(numbers, 0)
        for _, end in edges_of(batch, number_of):
            drawn[end] += 1
        for number, count in drawn.items():
            if number in seeds:
                assert count == min(degrees[number], FAN_OUTS[0])
            else:
                assert count in {0, min(degrees[number], FAN_OUTS[1])}, "another number is drawn"


def test_neighbours_of_neighbours_are_drawn_too(load, number_of):
    """And all nodes of a batch are reached from those that it is for."""
    data = load([1, 2], batch_size=1)
    for batch in data.train:
        (x, *_), target = batch
        (node,) = number_of(x[is_known(target)])
        edges = edges_of(batch, number_of)
        near = {start for start, end in edges if end == node}
        far = {start for start, end in edges if end in near}
        assert {*number_of(x)} == {node} | near | far
        assert len(edges) == sum(end in near | {node} for _, end in edges)


@DRAWN
def test_targets_are_those_of_the_nodes_that_a_batch_is_for(load, number_of, split):
    """They come first; loss and metrics leave out the neighbours, which may be of other splits."""
    whole, drawn = load(None), load(FAN_OUTS)
    ((_, expected),) = getattr(whole, split)
    nodes = []
    for (x, *_), target in getattr(drawn, split):
        count = int(is_known(target).sum())
        assert is_known(target[:count]).all(), "others stand before them"
        assert 0 < count <= BATCH_SIZE
        nodes += (seeds := number_of(x[:count]))
        assert_close(target[:count], expected[seeds], equal_nan=True)
    assert sorted(nodes) == is_known(expected).nonzero().flatten().tolist(), "a node is lost"


def test_nodes_come_in_a_new_order_in_each_epoch(load, number_of):
    data = load(FAN_OUTS)
    orders = []
    for epoch in (1, 2):
        batches = read(data, epoch)
        orders.append([n for (x, *_), t in batches for n in number_of(x[is_known(t)])])
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])


def test_messages_go_with_the_edges_of_a_directed_graph(load, number_of):
    data = load([ALL], directed=True)
    real = {*map(tuple, data.graph.edges.T.tolist())}
    assert not all((end, start) in real for start, end in real)
    for batch in data.train:
        (x, *_), target = batch
        seeds = {*number_of(x[is_known(target)])}
        assert {*edges_of(batch, number_of)} == {edge for edge in real if edge[1] in seeds}


def test_prediction_has_a_row_for_each_node_in_order(load, build, depth, folder):
    whole, drawn = load(None), load([ALL] * depth)
    model, _ = build(whole)
    ((_, expected),) = read_inputs([folder], whole.info)
    names, found = [], []
    for rows, batch_inputs in read_inputs([folder], drawn.info):
        names += [row["name"] for row in rows]
        found.append(model(*batch_inputs)[: len(rows)])
    assert names == [f"{folder}:{number}" for number in range(NUM_NODES)]
    assert_close(torch.cat(found), model(*expected), atol=1e-5, rtol=1e-4)
# jinja: endif
