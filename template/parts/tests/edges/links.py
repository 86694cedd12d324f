"""Features of edges: they stay with their edge, whichever of them a step takes out."""

# ruff: noqa: F811 -- fixtures have the names of their imports

import pytest
import torch
from test_own_data import load, write  # noqa: F401
from torch.testing import assert_close

from package.augment import Augment
from package.data import read_inputs

ROWS = [(number, (number + step) % 12) for number in range(12) for step in (1, 2)]
TABLE = "\n".join(
    ["source,target,length", *(f"n{one},n{other},{one * other % 7}" for one, other in ROWS)]
)


def find(inputs):
    """Features by the ends of the edge."""
    _, edge_index, *_, features = inputs
    assert len(features) == edge_index.size(1)
    return dict(zip(map(tuple, edge_index.T.tolist()), features, strict=True))


@pytest.fixture
def data(load, write):
    """Nodes that only edges name, in the order in which they do."""
    write(nodes=None, edges=TABLE)
    return load(batch_size=3)


@pytest.fixture
def every_edge(data, tmp_path):
    (tmp_path / "pairs.csv").write_text("source,target\nn0,n5\n")
    ((_, inputs),) = read_inputs([tmp_path], data.info)
    return find(inputs)


def test_features_are_those_of_the_row_in_both_directions(data, every_edge):
    names = data.graph.names
    known = {number: features for pair, features in every_edge.items() for number in [pair]}
    assert len(known) == 2 * len(ROWS)
    scale = {}
    for one, other in ROWS:
        pair = (names.index(f"n{one}"), names.index(f"n{other}"))
        assert_close(known[pair], known[pair[::-1]], atol=0, rtol=0)
        scale.setdefault(one * other % 7, []).append(known[pair])
    for same in scale.values():
        assert_close(torch.stack(same), same[0].expand(len(same), -1), msg="of another row")
    assert len({float(same[0][0]) for same in scale.values()}) == len(scale)


def test_features_stay_with_their_edge_when_others_are_taken_out(data, every_edge):
    for epoch in (1, 2):
        data.sampler.set_epoch(epoch)
        for loader in (data.train, data.validation, data.test):
            for inputs, _ in loader:
                for pair, features in find(inputs).items():
                    assert_close(features, every_edge[pair])


def test_features_stay_with_their_edge_when_others_are_dropped(data, every_edge, no_augmentation):
    no_augmentation.drop_edges = 0.5
    inputs, target = next(iter(data.validation))
    augment = Augment(no_augmentation, data.info)
    inputs, _ = augment(inputs, target, torch.Generator().manual_seed(0))
    found = find(inputs)
    assert 0 < len(found) < len(every_edge)
    for pair, features in found.items():
        assert_close(features, every_edge[pair])


def test_the_split_of_an_edge_is_no_feature_of_it(load, write, capsys):
    rows = TABLE.splitlines()
    splits = ["split", *(("train", "train", "val", "test")[n % 4] for n in range(len(ROWS)))]
    write(nodes=None, edges="\n".join(map(",".join, zip(rows, splits, strict=True))))
    assert load().info["edge_columns"] == ["edges.length"]
