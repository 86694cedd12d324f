"""Features of edges: how they are read, who hears of them, and that they stay with their edge."""

# ruff: noqa: F811 -- fixtures have the names of their imports

import inputs
import pytest
import torch
from test_own_data import NUM_GRAPHS, examples_of, load, write  # noqa: F401
from torch import Generator
from torch.testing import assert_close

from package.augment import Augment
from package.data import collate, describe, read_inputs, separate
from package.engine.edges import EdgeTable
from package.engine.labels import DataError
from package.sources import Graphs

# A path of four nodes and one of three, and a node alone.
EDGES = torch.tensor([[0, 1, 1, 2, 2, 3, 4, 5, 5, 6], [1, 0, 2, 1, 3, 2, 5, 4, 6, 5]])
GRAPHS = (torch.tensor([0, 0, 0, 0, 1, 1, 1, 2]), torch.tensor([4, 3, 1]))
# jinja: if encodings
GRAPHS += (torch.full((8, 64), 0.1),)  # the same walks for all nodes
# jinja: endif
WITH_FEATURES = pytest.mark.parametrize("info", {"edges"} & {*inputs.FORMS}, indirect=True)
NUM_EDGES = 24  # of own data, where the edge from node 1 to node 2 is the first
LENGTHS = "\n".join(str(1 + row // 2 % 5) for row in range(NUM_EDGES))
# jinja: if edges == "weight"
NUM_FEATURES = 1
OF_TRAINING, OF_OTHERS = [[1], [3]], [[5], [2]]


def test_more_than_a_column_of_numbers_is_not_used_and_it_is_said(load, write, capsys):
    write(edge_attributes=LENGTHS, edge_labels="k\n" * NUM_EDGES)
    load()
    notes = capsys.readouterr().err.splitlines()
    assert "gcn does not use edge label 1 but one column of numbers, as weights: ch" in notes[0]
    assert notes[1].endswith(": edge attribute 1 is how much an edge weighs in the means")
    write(edge_attributes="1, 2\n" * NUM_EDGES)
    assert {len(example) for example in examples_of(load())} == {3}


def test_a_negative_weight_is_explained(load, write):
    write(edge_attributes=LENGTHS.replace("4", "-4"))
    with pytest.raises(DataError, match=r"_A\.txt:7: the weight -4 of an edge is negative: give"):
        load()


# jinja: else
NUM_FEATURES = 3
OF_TRAINING = [[-1, 0, 1], [1, 1, 0]]  # length, x and y
OF_OTHERS = [[3, 0, 0], [0, 1, 0]]


# jinja: endif
def test_what_is_known_of_features_is_that_of_the_training_graphs():
    """Scale and categories of others would let a model know what it is tested with."""
    rows = torch.arange(4)
    numbers = {"length": torch.tensor([1.0, 3.0, 5.0, float("nan")])}
    table = EdgeTable("here", [*"abcd"], rows, rows, numbers, {"kind": [*"yxzx"]})
    edges = torch.tensor([[0, 1, 2, 3], [1, 0, 3, 2]])
    graphs = Graphs([], torch.tensor([2, 2]), edges, {}, torch.ones(4, 1), table)
    (*_, first), (*_, second) = separate(graphs, describe(graphs, train=[0]))
    assert first.tolist() == OF_TRAINING
    assert second.tolist() == OF_OTHERS


@pytest.fixture
def edge_attr(info, seed):
    (features,) = inputs.make_features(info, EDGES.size(1), seed)
    return features


def test_features_are_read_for_each_edge_and_come_with_it(load, write):
    """From edges in any order; a batch has them in that of its edges."""
    steps = range(1, NUM_EDGES // 2 + 1)
    write()
    plain = examples_of(load())
    words = "\n".join("ab"[row // 2 % 2] for row in range(NUM_EDGES))
    write(edge_attributes="\n".join(f"{n}\n{n}" for n in steps), edge_labels=words)
    examples = examples_of(load())
    for example, (_, edges, *_) in zip(examples, plain, strict=True):
        _, edge_index, *_, features, _ = example
        assert torch.equal(edge_index, edges)
        assert features.shape == (edges.size(1), NUM_FEATURES)
        there, back = ((edges[0] < edges[1]) == way for way in (True, False))
        assert_close(features[there], features[back][: sum(there)], atol=0, rtol=0)
    inputs, _ = collate(examples)
    assert torch.equal(inputs[-1], torch.cat([features for *_, features, _ in examples]))


def test_an_edge_that_is_listed_twice_must_have_the_same_features(load, write, tmp_path):
    write()
    edges = (tmp_path / "TOY_A.txt").read_text() + "\n1, 2\n2, 2\n"
    write(A=edges, edge_attributes=f"{LENGTHS}\n1\n9")
    assert sum(e.size(1) for _, e, *_ in examples_of(load())) == NUM_EDGES
    write(A=edges, edge_attributes=f"{LENGTHS}\n3\n9")
    with pytest.raises(DataError, match=r"A\.txt:25 has the edge of .*A\.txt:1 with other feat"):
        load()


def test_prediction_prepares_edges_as_training_does(load, write, tmp_path):
    write(edge_attributes=LENGTHS)
    data = load()
    ((_, (_, edges, *_, features)),) = read_inputs([tmp_path], data.info)
    assert len(features) == edges.size(1)
    write(A="", edge_attributes="")
    ((_, (*_, none)),) = read_inputs([tmp_path], data.info)
    assert none.shape == (0, features.size(1))
    (tmp_path / "TOY_edge_attributes.txt").unlink()
    write()
    with pytest.raises(DataError, match="the model was trained with edge attribute 1: give it the"):
        list(read_inputs([tmp_path], data.info))
    write(edge_attributes=LENGTHS, edge_labels="k\n" * NUM_EDGES)
    with pytest.raises(DataError, match="the model was not trained with edge label 1: give it the"):
        list(read_inputs([tmp_path], data.info))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"edge_labels": "0\n1"}, r"edge_labels\.txt has 2 rows for 24 edges: give each edge one"),
        ({"edge_attributes": "1\nx"}, r"edge_attributes\.txt has 2 rows for 24 edges: give each"),
        ({"edge_attributes": "1\n" * 23 + "x"}, r"edge_attributes\.txt:24 is not 1 numbers bel"),
        ({"edge_labels": "0\n\n" + "0\n" * 22}, r"edge_labels\.txt:2 is not 1 labels: fix it"),
        ({"edge_attributes": "nan\n" * 24}, "no edge of the training has a number in column edge"),
    ],
)
def test_unusable_features_are_explained(load, write, changes, words):
    write(**changes)
    with pytest.raises(DataError, match=words):
        load()


def test_what_is_missing_is_the_mean_and_what_is_the_same_is_found(load, write, capsys):
    write(edge_attributes="\n".join(["nan", *["5"] * 23]))
    data = load()
    assert "numbers missing (1) become the mean" in capsys.readouterr().err
    assert all(features.isfinite().all() for *_, features, _ in examples_of(data))
    write(edge_attributes="5\n" * 24)
    assert "the same for all edges: edge attribute 1" in load().find_constants()


def test_a_number_that_never_varies_is_only_centred(load, write):
    """Divided by a deviation of nearly 0, another one in new data would be enormous."""
    write(edge_attributes="0.1\n" * NUM_EDGES)
    info = load().info
    write(edge_attributes="0.3\n" * NUM_EDGES)
    assert all(features.max() < 1 for *_, features, _ in examples_of(load(info)) if len(features))


@WITH_FEATURES
@pytest.mark.parametrize("changed", range(EDGES.size(1)))
def test_features_matter_to_their_own_graph_only(model, make_nodes, edge_attr, changed):
    x, other = make_nodes(8, 0), edge_attr.clone()
    other[changed] += 1
    difference = model(x, EDGES, *GRAPHS, other) - model(x, EDGES, *GRAPHS, edge_attr)
    heard = difference.abs().amax(dim=1).nonzero().flatten().tolist()
    # Attention to a single neighbour is all of it, whatever its edge says.
    if heard or (EDGES[1] == EDGES[1, changed]).sum() > 1:
        assert heard == [int(GRAPHS[0][EDGES[0, changed]])]


@WITH_FEATURES
def test_numbers_of_nodes_and_order_of_edges_mean_nothing(model, make_nodes, edge_attr):
    x, order = make_nodes(8, 0), torch.tensor([3, 0, 2, 1, 6, 5, 4, 7])
    renumbered = order.argsort()[EDGES].flip(1)
    outputs = model(x[order], renumbered, *GRAPHS, edge_attr.flip(0))
    assert_close(outputs, model(x, EDGES, *GRAPHS, edge_attr), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("share", ["drop_edges", "drop_nodes", "drop_features"])
def test_features_stay_with_their_edge_when_others_are_dropped(no_augmentation, share):
    generator = Generator().manual_seed(0)
    pairs = torch.randint(40, (2, 200), generator=generator)
    edge_index = torch.cat([pairs, pairs.flip(0)], dim=1).unique(dim=1)
    x = torch.arange(1, 41)[:, None]
    product = (x[edge_index[0]] * x[edge_index[1]]).float()
    setattr(no_augmentation, share, 0.5)
    one_graph = [torch.zeros(40).long(), torch.tensor([40])]
    # jinja: if encodings
    one_graph.append(torch.zeros(40, 20))
    # jinja: endif
    given, target = (x, edge_index, *one_graph, product), torch.zeros(1)
    (left, edge_index, *_, features), _ = Augment(no_augmentation, {})(given, target, generator)
    if share != "drop_features":  # these are the numbers of nodes
        assert_close(features[:, 0], left[edge_index].prod(dim=0).flatten().float())
    assert 0 < len(features) <= len(product)
