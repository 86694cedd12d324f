"""Graphs of one's own: how tables and Planetoid files are read, and which faults are explained."""

import io
import pickle
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
import torch
from torch.testing import assert_close

from graph_default.data import load_data, read_inputs
from graph_default.engine.labels import DataError
from graph_default.model import build_model
from graph_default.objective import num_outputs
from graph_default.targets import is_known


def labels_of(data, loader):
    """The label of each node as files have it; None where it is not known."""
    ((_, target),) = loader
    return [data.info["classes"][number] if number >= 0 else None for number in target.tolist()]


X, Y = "x", "y"
UNLIKE = r"csv:5 has the label 'z', which the model is not trained"
SAME = r"csv:2 and on: all training labels are 'x'"
NODES = f"""\
id,label,split,age,height
a,{X},train,30,1.5
b,{Y},train,50,1.5
c,{X},train,40,1.5
d,{Y},val,90,2.5
e,{X},test,10,0.5
f,,,20,1.0
"""
EDGES = "source,target\na,b\nb,c\nc,b\nd,d\n"


@pytest.fixture
def load(settings, tmp_path):
    """``load(**settings)`` reads what was written in the folder of the test, or elsewhere."""
    own = replace(settings.data, path=tmp_path)
    return lambda seed=0, info=None, **changes: load_data(replace(own, **changes), seed, info)


@pytest.fixture
def write(tmp_path):
    """``write(nodes, edges)`` writes the two tables."""

    def write(nodes=NODES, edges=EDGES, folder=tmp_path):
        (folder / "nodes.csv").write_bytes(nodes if isinstance(nodes, bytes) else nodes.encode())
        (folder / "edges.csv").write_bytes(edges if isinstance(edges, bytes) else edges.encode())

    return write


def only(loader):
    (batch,) = loader
    return batch


# Another format: write a graph in it as below, and try what is tried of the formats that are here.
def test_tables_are_read(load, write):
    write()
    data = load()
    (x, edge_index, *_), _ = only(data.train)
    assert labels_of(data, data.train) == [X, Y, X, None, None, None]
    assert labels_of(data, data.validation) == [None, None, None, Y, None, None]
    assert labels_of(data, data.test) == [None, None, None, None, X, None]
    assert sorted(edge_index.T.tolist()) == [[0, 1], [1, 0], [1, 2], [2, 1]], "no loops, none twice"
    assert x.dtype == torch.float32
    deviation = (200 / 3) ** 0.5  # of the ages in training, where all have the same height
    assert_close(x[:, 0], (torch.tensor([30, 50, 40, 90, 10, 20.0]) - 40) / deviation)
    assert_close(x[:, 1], torch.tensor([0, 0, 0, 1, -1, -0.5]))


def test_columns_may_stand_in_another_order_in_prediction(load, write, tmp_path):
    write()
    data = load()
    ((_, (x, *_)),) = read_inputs([tmp_path], data.info)
    rows = [line.split(",") for line in NODES.splitlines()]
    write("\n".join(",".join([*row[:-2], row[-1], row[-2]]) for row in rows))
    ((_, (again, *_)),) = read_inputs([tmp_path], data.info)
    assert torch.equal(again, x), "features are told apart by their place, not by their name"


def test_edges_of_a_directed_graph_keep_their_direction(load, write, tmp_path):
    write()
    data = load(directed=True)
    (_, edge_index, *_), _ = only(data.train)
    assert sorted(edge_index.T.tolist()) == [[0, 1], [1, 2], [2, 1]]
    ((_, (_, again, *_)),) = read_inputs([tmp_path], data.info)
    assert torch.equal(again, edge_index), "prediction reads other edges than training"


def test_a_missing_number_is_the_mean_of_the_training_nodes(load, write, tmp_path, capsys):
    write(NODES.replace("train,50", "train,"))
    data = load()
    (x, *_), _ = only(data.train)
    assert_close(x[:3, 0], torch.tensor([-1.0, 0.0, 1.0]))
    assert x.isfinite().all()
    note = "nodes.csv: 1 empty cells in column age count as the mean of the training nodes\n"
    assert note in capsys.readouterr().err
    ((_, (again, *_)),) = read_inputs([tmp_path], data.info)
    assert torch.equal(again, x)
    write("id,age,height\nz,,1.5\n", "source,target\n")
    ((_, (alone, *_)),) = read_inputs([tmp_path], data.info)
    assert alone[0, 0] == 0, "a column that is empty is taken for one of words"
    write("id,age,height\nz,old,1.5\n", "source,target\n")
    with pytest.raises(DataError, match="column age holds words: the model was trained with num"):
        list(read_inputs([tmp_path], data.info))


def test_what_is_not_used_is_said_once(load, write, capsys):
    write(edges="source,target\na,b\na,b\nd,d\n")
    load()
    load()
    notes = capsys.readouterr().err.splitlines()
    assert len(notes) == 1, notes
    assert "1 edges from a node to itself and 1 edges that stand there twice are left" in notes[0]
    write(edges="source,target\n")
    load()
    assert "edges.csv has no edges: the model sees each node by itself" in capsys.readouterr().err


def test_words_are_categories(load, write):
    words = ["town", "oslo", "rome", "oslo", "", "bern", "rome"]
    lines = [
        f"{line.rsplit(',', 2)[0]},{word}" for line, word in zip(NODES.split(), words, strict=True)
    ]
    write("\n".join(lines))
    data = load()
    (x, *_), _ = only(data.train)
    assert x.dtype == torch.int64
    assert x.tolist() == [[2], [3], [2], [0], [1], [3]], "an empty cell is unknown, which is 0"
    assert (data.info["num_features"], data.info["num_categories"]) == (0, 4)


def test_numbers_that_are_codes_can_be_categories(load, write):
    write()
    data = load(categorical=["age", "height"])
    (x, *_), _ = only(data.train)
    assert x.dtype == torch.int64
    assert x.shape == (6, 2)
    assert not set(x[:, 0].tolist()) & set(x[:, 1].tolist()), "columns share an embedding"


def test_categories_beside_numbers_are_one_hot(load, write):
    write()
    data = load(categorical=["age"])
    (x, *_), _ = only(data.train)
    assert x.dtype == torch.float32
    assert (data.info["num_features"], data.info["num_categories"]) == (1 + 6, 0)
    assert_close(x[:, 1:].sum(dim=1), torch.ones(6))
    assert len(x[:, 1:].unique(dim=0)) == 6


def test_without_features_each_node_is_a_category(load, write):
    write("\n".join(line.rsplit(",", 2)[0] for line in NODES.split()))
    data = load()
    (x, *_), _ = only(data.train)
    assert x.flatten().tolist() == [1, 2, 3, 4, 5, 6]


def test_splits_are_drawn_where_none_are_named(load, write):
    rows = [f"{node},{(X, Y)[node % 2]}" for node in range(40)]
    write("\n".join(["id,label", *rows, "40,"]), "source,target\n")
    known = []
    for data in (load(), load(seed=1), load(split_seed=1)):
        splits = (data.train, data.validation, data.test)
        known.append(torch.stack([is_known(only(loader)[1]) for loader in splits]))
        for loader in splits:
            found = dict(enumerate(labels_of(data, loader)))
            assert {*found.values()} == {X, Y, None}
            assert all(found[node] in (None, (X, Y)[node % 2]) for node in range(40))
    assert known[0].sum(dim=0).tolist() == [1] * 40 + [0]
    assert torch.equal(known[0], known[1])
    assert not torch.equal(known[0], known[2])


def test_a_graph_without_edges_trains_as_well(load, write, settings):
    write(edges="source,target\n")
    data = load()
    inputs, _ = only(data.train)
    assert inputs[1].shape == (2, 0)
    assert build_model(settings.model, data.info, num_outputs(data.info))(*inputs).isfinite().all()


def test_excel_files_are_read_too(load, write):
    """A byte order mark, lines that end in CR LF, quoted cells and an empty line at the end."""
    quoted = NODES.replace("\na,", '\n"a",').replace("\n", "\r\n")
    write(b"\xef\xbb\xbf" + quoted.encode() + b"\r\n")
    data = load()
    assert labels_of(data, data.train) == [X, Y, X, None, None, None]


@pytest.mark.parametrize("name", ["valid", "validation", "dev"])
def test_validation_may_be_called_otherwise(load, write, name):
    write(NODES.replace(",val,", f",{name},"))
    data = load()
    assert labels_of(data, data.validation) == [None, None, None, Y, None, None]


def test_prediction_prepares_nodes_as_training_does(load, write, tmp_path):
    """Of other nodes as well, and with no label known."""
    write()
    data = load()
    ((rows, inputs),) = read_inputs([tmp_path], data.info)
    assert [row["name"] for row in rows] == [f"{tmp_path}:{node}" for node in "abcdef"]
    for tensor, expected in zip(inputs, only(data.train)[0], strict=True):
        assert torch.equal(tensor, expected)
    other = tmp_path / "other"
    other.mkdir()
    write("id,age,height\nz,30,1.5\n", "source,target\n", other)
    ((rows, inputs),) = read_inputs([other], data.info)
    assert rows == [{"name": f"{other}:z", "id": "z", "age": "30", "height": "1.5"}]
    assert_close(inputs[0], only(data.train)[0][0][:1])


def test_other_data_is_prepared_as_the_checkpoint_remembers(load, write):
    write()
    remembered = load().info
    write(NODES.replace("a,x,train,30", "a,x,train,99"))
    data = load(info=remembered)
    assert data.info == remembered
    write(NODES.replace("age", "weight"))
    with pytest.raises(DataError, match="age"):
        load(info=remembered)


def write_planetoid(folder):
    """A ring of 530 documents with five words: 4 train, the 500 after them validate, 20 test."""
    x = np.random.default_rng(0).integers(0, 2, (530, 5)).astype(np.float32)
    y = np.eye(2, dtype=np.int64)[np.arange(530) % 2]
    parts = {
        "x": scipy.sparse.csr_matrix(x[:4]),
        "tx": scipy.sparse.csr_matrix(x[510:]),
        "allx": scipy.sparse.csr_matrix(x[:510]),
        "y": y[:4],
        "ty": y[510:],
        "ally": y[:510],
        "graph": {node: [(node + 1) % 530, (node - 1) % 530] for node in range(530)},
    }
    folder.mkdir(parents=True)
    for name, part in parts.items():
        with (folder / f"ind.tiny.{name}").open("wb") as file:
            pickle.dump(part, file)
    (folder / "ind.tiny.test.index").write_text("".join(f"{n}\n" for n in range(510, 530)))
    return x, y


@pytest.mark.parametrize("folder", ["", "raw"])
def test_planetoid_files_are_read_and_left_alone(load, tmp_path, folder):
    x, y = write_planetoid(tmp_path / "tiny" / folder)
    before = sorted(tmp_path.rglob("*"))
    data = load(path=tmp_path / "tiny")
    assert sorted(tmp_path.rglob("*")) == before
    (features, edge_index, *_), _ = only(data.train)
    sums = np.maximum(x.sum(axis=1, keepdims=True), 1)
    assert_close(features, torch.from_numpy(x / sums))
    assert edge_index.shape == (2, 2 * 530)
    expected = [str(number) for number in y.argmax(axis=1)[:4]]
    assert labels_of(data, data.train) == expected + [None] * 526
    counts = [is_known(only(loader)[1]).sum() for loader in (data.validation, data.test)]
    assert counts == [500, 20]


NO_EDGES = "source,target\n"


@pytest.mark.parametrize(
    ("nodes", "edges", "words"),
    [
        (NODES.replace("id", "name"), EDGES, r"nodes\.csv has no column 'id'"),
        (NODES, EDGES.replace("source", "from"), r"edges\.csv has no column 'source'"),
        (NODES.replace("height", "age"), EDGES, r"nodes\.csv:1: each column needs a name of"),
        (NODES.replace("50,1.5", "50"), EDGES, r"nodes\.csv:3 has 4 cells where"),
        (NODES.replace("\nc,", "\nü,").encode("latin-1"), EDGES, r"csv:4 is not UTF-8: save"),
        (NODES.replace("\nc,", "\n,"), EDGES, r"nodes\.csv:4 has no id: give it one"),
        (NODES.replace("\nc,", "\na,"), EDGES, r"csv:4: the id 'a' is taken by an earlier row"),
        (NODES, EDGES.replace("c,b", "c,z"), r"edges\.csv:4: nodes\.csv has no id 'z'"),
        (NODES.replace("50", "old"), EDGES, r"csv:3: 'old' in column age is not a number"),
        (NODES.replace("0,1.5", "x,1.5"), EDGES, r"csv:2: '3x' .* \(and 2 cells more\): write"),
        (NODES.replace("0,1.5", "0,"), EDGES, "no training node has a number in column height"),
        (NODES.replace("50", "1e60"), EDGES, r"'1e60' in column age is not a number below 1e\+30"),
        (NODES.replace(",", ";"), EDGES, r"nodes\.csv .*: put commas between the cells"),
        (NODES, "source,target\na,z\nb,y\n", r"edges\.csv:2: .* no id 'z' \(1 rows more\): add"),
        (NODES.replace(f"d,{Y}", "d,z"), EDGES, UNLIKE),
        (NODES.replace(",val", ",held"), EDGES, r"the split is train, val, test or empty, not 'h"),
        (NODES.replace(f"d,{Y}", "d,"), EDGES, r"nodes\.csv:5 is in the split val without a lab"),
        (NODES.replace(",val", ","), EDGES, r"csv:2 and on: no node is in the split val"),
        (
            "id,age\na,1\nb,2\n",
            NO_EDGES,
            r"no column 'label' but id, age: .*--data\.columns",
        ),
        ("id,label\na,\nb,\n", NO_EDGES, r"csv:2 and on: no node has a label: fill the column lab"),
        (NODES.replace(f"b,{Y}", f"b,{X}"), EDGES, SAME),
        ("id,label\na,x\nb,x\nc,y\nd,y\n", NO_EDGES, r"too few examples .* '[xy]' has 2: add some"),
        ("id,label\n", NO_EDGES, r"nodes\.csv has no rows"),
    ],
)
def test_unusable_tables_are_explained(load, write, nodes, edges, words):
    write(nodes, edges)
    with pytest.raises(DataError, match=words) as caught:
        load()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nodes", "edges"])
def test_a_table_that_is_not_there_is_named(load, write, tmp_path, name):
    write()
    (tmp_path / f"{name}.csv").unlink()
    with pytest.raises(DataError, match=rf"{name}\.csv is missing: data\.path"):
        load()


@pytest.mark.parametrize(
    ("part", "content", "words"),
    [
        ("ally", None, r"ind\.tiny\.ally is missing"),
        ("allx", b"nothing of the kind", r"ind\.tiny\.\* cannot be read"),
        ("graph", pickle.dumps({0: [1000]}), "has a node that cannot be"),
    ],
)
def test_damaged_planetoid_files_are_explained(load, tmp_path, part, content, words):
    write_planetoid(tmp_path / "raw")
    file = tmp_path / f"raw/ind.tiny.{part}"
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(DataError, match=words):
        load()


@pytest.mark.parametrize(
    ("column", "words"), [("town", "has no column 'town'"), ("label", "label is no feature")]
)
def test_a_column_that_is_to_be_categorical_must_be_a_feature(load, write, column, words):
    write()
    with pytest.raises(DataError, match=words):
        load(categorical=[column])


def test_prediction_takes_folders_of_graphs_and_a_pipe(load, write, tmp_path, monkeypatch):
    write()
    info = load().info
    folders = [tmp_path / "others" / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir(parents=True)
        write(folder=folder)
    first = [f"{folder}:a" for folder in folders]
    assert [rows[0]["name"] for rows, _ in read_inputs([tmp_path / "others"], info)] == first
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{folder}\n" for folder in folders)))
    assert [rows[0]["name"] for rows, _ in read_inputs([Path("-")], info)] == first


def test_a_hub_has_no_single_graphs(load):
    with pytest.raises(DataError, match=r"hf:cora is a hub's: .* save nodes\.csv and edges\.csv"):
        load(path=Path("hf:cora"))


@pytest.mark.parametrize("seed", range(3))
def test_classes_have_the_same_share_in_every_split(load, write, seed):
    """A rare class may be missing from a split that is drawn without regard to the classes."""
    rows = [f"{node},{'rare' if node % 8 == 0 else 'usual'}" for node in range(80)]
    write("\n".join(["id,label", *rows]), "source,target\n")
    data = load(split_seed=seed, held_out=0.2)
    splits = (data.train, data.validation, data.test)
    labels = [labels_of(data, loader) for loader in splits]
    counts = [[own.count(name) for name in ("rare", "usual")] for own in labels]
    assert counts[2] == [2, 14]
    assert counts[1] in ([1, 12], [2, 11])
    assert [sum(column) for column in zip(*counts, strict=True)] == [10, 70]


def test_large_numbers_keep_their_differences(load, write):
    """Dates in seconds, which float32 cannot tell apart before they are scaled."""
    write(NODES.replace("train,", "train,17000000"))
    (x, *_), _ = only(load().train)
    deviation = (200 / 3) ** 0.5
    assert x.dtype == torch.float32
    assert_close(x[:3, 0], torch.tensor([-10, 10, 0]) / deviation)
