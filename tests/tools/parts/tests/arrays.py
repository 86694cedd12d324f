"""Arrays of large graphs: they say what tables would, and what is wrong is told with its place."""

from dataclasses import replace

import numpy as np
import pytest
import targets
import torch
from torch.testing import assert_close

from package.data import load_data, read_inputs
from package.engine import arrays
from package.engine.labels import DataError

NUM_NODES = 12


@pytest.fixture
def write(tmp_path):
    """``write(edges=...)``: a folder with a ring of nodes, and this in place of what is right."""
    folder = tmp_path / "large"
    folder.mkdir()
    splits = ("train", "val", "test")
    rows = [f"{n},{targets.make_text(n // 3)},{splits[n % 3]}" for n in range(NUM_NODES)]
    (folder / "nodes.csv").write_text("\n".join(["id,label,split", *rows]))
    numbers = np.arange(NUM_NODES)
    features = np.random.default_rng(0).standard_normal((NUM_NODES, 2)).astype(np.float32)
    right = {"features": features, "edges": np.stack([numbers, (numbers + 1) % NUM_NODES])}

    def save(**given):
        for name, array in (right | given).items():
            np.save(folder / f"{name}.npy", array)
        return folder

    return save


@pytest.fixture
def load(short_settings, write):
    def run(**given):
        return load_data(replace(short_settings.data, path=write(**given)), seed=0)

    return run


def test_arrays_are_read_as_tables_are(load, write, short_settings, tmp_path):
    data, folder = load(), tmp_path / "tables"
    folder.mkdir()
    large = write()
    features, edges = np.load(large / "features.npy"), np.load(large / "edges.npy")
    nodes = (large / "nodes.csv").read_text().splitlines()
    rows = [f"{n},{a!r},{b!r}" for n, (a, b) in zip(nodes[1:], features.tolist(), strict=True)]
    (folder / "nodes.csv").write_text("\n".join([f"{nodes[0]},a,b", *rows]))
    ends = [f"{start},{end}" for start, end in edges.T.tolist()]
    (folder / "edges.csv").write_text("\n".join(["source,target", *ends]))
    expected = load_data(replace(short_settings.data, path=folder), seed=0)
    for one, other in zip(data.validation, expected.validation, strict=True):
        order = [edges_of(inputs) for inputs in (one[0][1], other[0][1])]
        assert order[0] == order[1]
        assert_close(one[0][0], other[0][0])
        assert_close(one[1], other[1], equal_nan=True)
    assert sum(len(rows) for rows, _ in read_inputs([large], data.info)) == NUM_NODES


def edges_of(edge_index):
    return sorted(map(tuple, edge_index.T.tolist()))


def test_edges_count_once_and_loops_are_left_out(tmp_path, capsys):
    np.save(tmp_path / "edges.npy", np.array([[0, 0, 1, 2, 0], [1, 1, 0, 2, 2]]))
    found = arrays.read_edges(tmp_path / "edges.npy", 3, directed=False)
    assert edges_of(found) == [(0, 1), (0, 2), (1, 0), (2, 0)]
    assert (found[1].diff() >= 0).all(), "edges into a node do not stand together"
    assert edges_of(arrays.read_edges(tmp_path / "edges.npy", 3, directed=True)) == [
        (0, 1),
        (0, 2),
        (1, 0),
    ]
    assert (
        "1 edges from a node to itself and 1 edges that stand there twice"
        in capsys.readouterr().err
    )


def test_scales_are_those_of_the_training_nodes_in_parts(monkeypatch):
    monkeypatch.setattr(arrays, "ROWS", 3)
    array = np.random.default_rng(0).standard_normal((10, 3)).astype(np.float16)
    array[:, 1] = 7
    nodes = [0, 2, 3, 7, 9]
    (mean, _, _), (std, one, _) = zip(*arrays.measure(array, nodes), strict=True)
    chosen = torch.from_numpy(array[nodes]).double()
    assert_close(
        torch.tensor([mean, std]).double(),
        torch.tensor([chosen[:, 0].mean(), chosen[:, 0].std(correction=0)]),
    )
    assert one == 1.0
    assert arrays.find_constants(array) == [1]


RING = np.stack([np.arange(NUM_NODES)] * 2)
WRONG = {
    "shape": (
        {"features": np.zeros((3, 2), np.float32)},
        r"features.npy is 3 x 2: it needs a row .* 12 nodes",
    ),
    "dtype": (
        {"features": np.zeros((NUM_NODES, 2), np.int64)},
        r"features.npy holds int64: save it as float32",
    ),
    "nan": (
        {"features": np.full((NUM_NODES, 2), np.nan, np.float32)},
        r"features.npy, row 0, column 0: nan is no",
    ),
    "far": ({"edges": RING + 1}, r"edges.npy, row 0, column 11: nodes.csv has no row 12"),
    "negative": ({"edges": RING - 1}, r"edges.npy, row 0, column 0: nodes.csv has no row -1"),
    "turned": (
        {"edges": RING.T},
        r"edges.npy is 12 x 2: it needs a row of sources and a row of targets",
    ),
    "floats": ({"edges": RING / 2}, r"edges.npy holds float64: save integers"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_with_its_place(load, name):
    given, words = WRONG[name]
    with pytest.raises(DataError, match=words):
        load(**given)


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00"])
def test_a_damaged_file_is_explained(load, write, short_settings, content):
    folder = write()
    (folder / "features.npy").write_bytes(content)
    with pytest.raises(DataError, match=r"features.npy is (empty|no array)"):
        load_data(replace(short_settings.data, path=folder), seed=0)


def test_two_kinds_of_edges_are_refused(write, short_settings):
    folder = write()
    (folder / "edges.csv").write_text("source,target\n0,1\n")
    with pytest.raises(DataError, match=r"has edges.csv and edges.npy: remove one"):
        load_data(replace(short_settings.data, path=folder), seed=0)


def test_other_arrays_than_those_of_the_training_are_refused(load, write):
    info = load().info
    with pytest.raises(DataError, match=r"trained with the feature 'features.npy 2'"):
        list(read_inputs([write(features=np.zeros((NUM_NODES, 3), np.float32))], info))
