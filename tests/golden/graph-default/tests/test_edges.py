"""Features of edges: how they are read, who hears of them, and that they stay with their edge."""

# ruff: noqa: F811 -- fixtures have the names of their imports

import inputs
import pytest
import torch
from test_own_data import NODES, load, only, write  # noqa: F401
from torch import Generator
from torch.testing import assert_close

from graph_default.augment import Augment
from graph_default.data import read_inputs
from graph_default.engine.labels import DataError

# Two edges into node 3, one of them both ways, and a node that is alone.
EDGES = torch.tensor([[0, 1, 2, 3, 3], [1, 2, 3, 2, 4]])
NUM_NODES = 6
WITH_FEATURES = pytest.mark.parametrize("info", {"edges"} & {*inputs.FORMS}, indirect=True)
TABLE = "source,target,length,kind\na,b,1,x\nb,c,4,y\nd,e,1,x\ne,f,,\n"
WORDS = TABLE.replace("1,", "one,").replace("4,", "four,")
ROWS = {"ab": [1.0], "bc": [4.0], "de": [1.0], "ef": [2.0]}  # what is missing has the mean


def test_more_than_a_column_of_numbers_is_not_used_and_it_is_said(load, write, capsys):
    write(edges=TABLE)
    load()
    notes = capsys.readouterr().err.splitlines()
    assert "1 empty cells in column edges.length count as the mean of all edges" in notes[0]
    assert "gcn does not use edges.kind but one column of numbers, as weights: choose" in notes[2]
    assert notes[3].endswith("edges.csv: edges.length is how much an edge weighs in the means")
    for table in (WORDS, TABLE.replace("x", "2").replace("y", "3"), "source,target,length\n"):
        write(edges=table)
        assert len(only(load().train)[0]) == 2, "several columns, or words, make a weight"


def test_a_negative_weight_is_explained(load, write):
    write(edges=TABLE.replace("4", "-4"))
    with pytest.raises(DataError, match=r"edges\.csv:3: the weight -4 of an edge is negative: g"):
        load()


def find(inputs):
    """Features by the ends of the edge."""
    _, edge_index, *_, features = inputs
    names = ["abcdef"[start] + "abcdef"[end] for start, end in edge_index.T.tolist()]
    assert len({*names}) == len(names) == len(features)
    return dict(zip(names, features, strict=True))


def test_features_are_those_of_the_row_in_both_directions(load, write):
    """Whatever the rows are sorted by, and whichever node they name first."""
    first, *rows = TABLE.splitlines()
    turned = [",".join([*row.split(",")[1::-1], *row.split(",")[2:]]) for row in rows]
    for table in (TABLE, "\n".join([first, *rows[::-1]]), "\n".join([first, *turned])):
        write(edges=table + "\na,a,9,z\n")
        found = find(only(load().train)[0])
        assert len(found) == 8
        for name, expected in ROWS.items():
            assert_close(found[name], torch.tensor(expected, dtype=torch.float32))
            assert_close(found[name[::-1]], found[name], atol=0, rtol=0)


def test_an_edge_that_is_listed_twice_must_have_the_same_features(load, write):
    write(edges=f"{TABLE}b,a,1,x\n")
    assert len(find(only(load().train)[0])) == 8
    write(edges=f"{TABLE}b,a,7,x\n")
    with pytest.raises(DataError, match=r"csv:6 has the edge of .*csv:2 with other features: keep"):
        load()
    found = find(only(load(directed=True).train)[0])
    assert len(found) == 5
    assert found["ab"][0] < found["ba"][0]


def test_prediction_prepares_edges_as_training_does(load, write, tmp_path):
    write(edges=TABLE)
    data = load()
    expected = find(only(data.train)[0])
    write(edges="source,target,length,kind\nc,b,4,y\n")
    ((_, inputs),) = read_inputs([tmp_path], data.info)
    assert_close(find(inputs)["cb"], expected["cb"])
    write(edges="source,target\n")
    ((_, inputs),) = read_inputs([tmp_path], data.info)
    assert inputs[-1].shape == (0, expected["cb"].numel())
    for table, words in (
        ("source,target,kind\nb,c,x\n", r"trained with edges\.length: give it the columns that"),
        ("source,target,kind,length,age\nb,c,x,1,1\n", r"was not trained with edges\.age: give it"),
    ):
        write(edges=table)
        with pytest.raises(DataError, match=words):
            list(read_inputs([tmp_path], data.info))


def test_what_is_the_same_for_all_edges_is_found(load, write):
    write(edges="source,target,length\na,b,3\nb,c,3\nd,d,1\n")
    data = load()
    assert "the same for all edges: edges.length" in data.find_constants()
    assert only(data.train)[0][-1].isfinite().all()


def test_a_number_that_never_varies_is_only_centred(load, write, tmp_path):
    """Divided by a deviation of nearly 0, another one in new data would be enormous."""
    write(edges="source,target,length\na,b,0.1\nb,c,0.1\nc,d,0.1\n")
    info = load().info
    write(edges="source,target,length\na,b,0.3\n")
    ((_, (*_, features)),) = read_inputs([tmp_path], info)
    assert features.max() < 1


@pytest.fixture
def edge_attr(info, seed):
    (features,) = inputs.make_features(info, EDGES.size(1), seed)
    return features


@pytest.fixture
def run(model):
    """``run(x, edge_index, edge_attr)``: outputs."""
    return model


def nodes_within(depth, source):
    reached = {source}
    for _ in range(depth):
        reached |= {int(end) for start, end in EDGES.T if int(start) in reached}
    return reached


@WITH_FEATURES
@pytest.mark.parametrize("changed", range(EDGES.size(1)))
def test_features_matter_from_the_end_of_their_edge_on(
    run, make_nodes, edge_attr, settings, changed
):
    """Ignored, or those of another edge, they would say nothing, or to others."""
    x, other = make_nodes(NUM_NODES, 0), edge_attr.clone()
    other[changed] += 1
    difference = (run(x, EDGES, other) - run(x, EDGES, edge_attr)).abs().amax(dim=1)
    heard = set(difference.nonzero().flatten().tolist())
    target, depth = int(EDGES[1, changed]), getattr(settings.model, "depth", NUM_NODES)
    message = f"nodes {heard} hear of the edge to {target}"
    # Attention to a single neighbour is all of it, whatever its edge says.
    assert target in heard or (EDGES[1] == target).sum() == 1, message
    # Where weights are divided by those of both ends, they are heard of a step further.
    assert heard <= nodes_within(depth, target), message


@WITH_FEATURES
def test_numbers_of_nodes_and_order_of_edges_mean_nothing(run, make_nodes, edge_attr):
    x, order = make_nodes(NUM_NODES, 0), torch.tensor([3, 0, 5, 1, 4, 2])
    renumbered = order.argsort()[EDGES].flip(1)
    outputs = run(x[order], renumbered, edge_attr.flip(0))
    assert_close(outputs, run(x, EDGES, edge_attr)[order], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("share", ["drop_edges", "drop_nodes", "drop_features"])
def test_features_stay_with_their_edge_when_others_are_dropped(no_augmentation, share):
    generator = Generator().manual_seed(0)
    pairs = torch.randint(40, (2, 200), generator=generator)
    edge_index = torch.cat([pairs, pairs.flip(0)], dim=1).unique(dim=1)
    x, target = torch.arange(1, 41)[:, None], torch.arange(1, 41)
    product = (x[edge_index[0]] * x[edge_index[1]]).float()
    setattr(no_augmentation, share, 0.5)
    given = (x, edge_index, product)
    (_, edge_index, *_, features), kept = Augment(no_augmentation, {})(given, target, generator)
    assert_close(features[:, 0], kept[edge_index].prod(dim=0).float())
    assert 0 < len(features) <= len(product)
