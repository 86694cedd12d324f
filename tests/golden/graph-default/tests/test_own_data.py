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
from graph_default.targets import IGNORED
from graph_default.tools.summary import summarize

NODES = """\
id,label,split,age,height
a,x,train,30,1.5
b,y,train,50,1.5
c,x,train,40,1.5
d,y,val,90,2.5
e,x,test,10,0.5
f,,,20,1.0
"""
EDGES = "source,target\na,b\nb,c\nc,b\nd,d\n"


@pytest.fixture
def path_settings(settings, tmp_path):
    return replace(settings.data, path=tmp_path)


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
def test_tables_are_read(path_settings, write):
    write()
    data = load_data(path_settings, seed=0)
    (x, edge_index), target = only(data.train)
    assert data.info["classes"] == ["x", "y"]
    assert target.tolist() == [0, 1, 0, IGNORED, IGNORED, IGNORED]
    assert only(data.validation)[1].tolist() == [*[IGNORED] * 3, 1, IGNORED, IGNORED]
    assert only(data.test)[1].tolist() == [*[IGNORED] * 4, 0, IGNORED]
    assert sorted(edge_index.T.tolist()) == [[0, 1], [1, 0], [1, 2], [2, 1]], "no loops, none twice"
    assert x.dtype == torch.float32
    deviation = (
        200 / 3
    ) ** 0.5  # of the ages of the three training nodes, whose height is the same
    assert_close(x[:, 0], (torch.tensor([30, 50, 40, 90, 10, 20.0]) - 40) / deviation)
    assert_close(x[:, 1], torch.tensor([0, 0, 0, 1, -1, -0.5]))


def test_large_numbers_keep_their_differences(path_settings, write):
    """Dates in seconds, which float32 cannot tell apart before they are scaled."""
    write(NODES.replace("train,", "train,17000000"))
    (x, _), _ = only(load_data(path_settings, seed=0).train)
    deviation = (200 / 3) ** 0.5
    assert x.dtype == torch.float32
    assert_close(x[:3, 0], torch.tensor([-10, 10, 0]) / deviation)


def test_edges_of_a_directed_graph_keep_their_direction(path_settings, write):
    write()
    data = load_data(replace(path_settings, directed=True), seed=0)
    (_, edge_index), _ = only(data.train)
    assert sorted(edge_index.T.tolist()) == [[0, 1], [1, 2], [2, 1]]
    ((_, (_, again)),) = read_inputs([path_settings.path], data.info)
    assert torch.equal(again, edge_index), "prediction reads other edges than training"


def test_words_are_categories(path_settings, write):
    words = ["town", "oslo", "rome", "oslo", "", "bern", "rome"]
    lines = [
        f"{line.rsplit(',', 2)[0]},{word}" for line, word in zip(NODES.split(), words, strict=True)
    ]
    write("\n".join(lines))
    data = load_data(path_settings, seed=0)
    (x, _), _ = only(data.train)
    assert x.dtype == torch.int64
    assert x.tolist() == [[2], [3], [2], [0], [1], [3]], "an empty cell is unknown, which is 0"
    assert (data.info["num_features"], data.info["num_categories"]) == (0, 4)


def test_numbers_that_are_codes_can_be_categories(path_settings, write):
    write()
    data = load_data(replace(path_settings, categorical=["age", "height"]), seed=0)
    (x, _), _ = only(data.train)
    assert x.dtype == torch.int64
    assert x.shape == (6, 2)
    assert not set(x[:, 0].tolist()) & set(x[:, 1].tolist()), "columns share an embedding"


def test_categories_beside_numbers_are_one_hot(path_settings, write):
    write()
    data = load_data(replace(path_settings, categorical=["age"]), seed=0)
    (x, _), _ = only(data.train)
    assert x.dtype == torch.float32
    assert (data.info["num_features"], data.info["num_categories"]) == (1 + 6, 0)
    assert_close(x[:, 1:].sum(dim=1), torch.ones(6))
    assert len(x[:, 1:].unique(dim=0)) == 6


def test_without_features_each_node_is_a_category(path_settings, write):
    write("\n".join(line.rsplit(",", 2)[0] for line in NODES.split()))
    data = load_data(path_settings, seed=0)
    (x, _), _ = only(data.train)
    assert x.flatten().tolist() == [1, 2, 3, 4, 5, 6]


def test_splits_are_drawn_where_none_are_named(path_settings, write):
    rows = [f"{node},{'xy'[node % 2]}" for node in range(40)]
    write("\n".join(["id,label", *rows, "40,"]), "source,target\n")
    targets = [
        torch.stack([only(loader)[1] for loader in (data.train, data.validation, data.test)])
        for data in (load_data(path_settings, seed=seed) for seed in (0, 0, 1))
    ]
    counted = targets[0] != IGNORED
    assert counted.sum(dim=0).tolist() == [1] * 40 + [0]
    assert all(
        set(target[mask].tolist()) == {0, 1}
        for target, mask in zip(targets[0], counted, strict=True)
    )
    assert torch.equal(targets[0], targets[1])
    assert not torch.equal(targets[0], targets[2])


def test_classes_have_the_same_order_in_every_process(path_settings, write):
    rows = [f"{node},{'gfedcba'[node % 7]}" for node in range(70)]
    write("\n".join(["id,label", *rows]), "source,target\n")
    assert load_data(path_settings, seed=0).info["classes"] == [*"abcdefg"]


def test_a_graph_without_edges_trains_as_well(path_settings, write, settings):
    write(edges="source,target\n")
    data = load_data(path_settings, seed=0)
    inputs, _ = only(data.train)
    assert inputs[1].shape == (2, 0)
    assert build_model(settings.model, data.info, num_outputs(data.info))(*inputs).isfinite().all()


def test_excel_files_are_read_too(path_settings, write):
    """A byte order mark, lines that end in CR LF, quoted cells and an empty line at the end."""
    write(b"\xef\xbb\xbf" + NODES.replace("a,x", '"a",x').replace("\n", "\r\n").encode() + b"\r\n")
    assert load_data(path_settings, seed=0).info["classes"] == ["x", "y"]


def test_prediction_prepares_nodes_as_training_does(path_settings, write, tmp_path):
    """Of other nodes as well, and with no label known."""
    write()
    data = load_data(path_settings, seed=0)
    ((names, inputs),) = read_inputs([tmp_path], data.info)
    assert names == [f"{tmp_path}:{node}" for node in "abcdef"]
    for tensor, expected in zip(inputs, only(data.train)[0], strict=True):
        assert torch.equal(tensor, expected)
    other = tmp_path / "other"
    other.mkdir()
    write("id,age,height\nz,30,1.5\n", "source,target\n", other)
    ((names, inputs),) = read_inputs([other], data.info)
    assert names == [f"{other}:z"]
    assert_close(inputs[0], only(data.train)[0][0][:1])


def test_other_data_is_prepared_as_the_checkpoint_remembers(path_settings, write):
    write()
    remembered = load_data(path_settings, seed=0).info
    write(NODES.replace("a,x,train,30", "a,x,train,99"))
    data = load_data(path_settings, seed=0, info=remembered)
    assert data.info == remembered
    write(NODES.replace("age", "weight"))
    with pytest.raises(DataError, match="age"):
        load_data(path_settings, seed=0, info=remembered)


def write_planetoid(folder, **changes):
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
        **changes,
    }
    folder.mkdir(parents=True)
    for name, part in parts.items():
        with (folder / f"ind.tiny.{name}").open("wb") as file:
            pickle.dump(part, file)
    (folder / "ind.tiny.test.index").write_text("".join(f"{n}\n" for n in range(510, 530)))
    return x, y


@pytest.mark.parametrize("folder", ["", "raw"])
def test_planetoid_files_are_read_and_left_alone(path_settings, tmp_path, folder):
    x, y = write_planetoid(tmp_path / "tiny" / folder)
    before = sorted(tmp_path.rglob("*"))
    data = load_data(replace(path_settings, path=tmp_path / "tiny"), seed=0)
    assert sorted(tmp_path.rglob("*")) == before
    (features, edge_index), target = only(data.train)
    sums = np.maximum(x.sum(axis=1, keepdims=True), 1)
    assert_close(features, torch.from_numpy(x / sums))
    assert edge_index.shape == (2, 2 * 530)
    assert target.tolist() == [*y.argmax(axis=1)[:4], *[IGNORED] * 526]
    counts = [(only(loader)[1] != IGNORED).sum() for loader in (data.validation, data.test)]
    assert counts == [500, 20]


def no_folder(path, write):
    path.rename(path.with_name("elsewhere"))


def no_edges_file(path, write):
    write()
    (path / "edges.csv").unlink()


def no_id_column(path, write):
    write(NODES.replace("id", "name"))


def no_source_column(path, write):
    write(edges=EDGES.replace("source", "from"))


def columns_alike(path, write):
    write(NODES.replace("height", "age"))


def short_row(path, write):
    write(NODES.replace("50,1.5", "50"))


def not_utf8(path, write):
    write(NODES.replace("c,x", "ü,x").encode("latin-1"))


def duplicate_id(path, write):
    write(NODES.replace("c,x", "a,x"))


def unknown_node(path, write):
    write(edges=EDGES.replace("c,b", "c,z"))


def word_among_numbers(path, write):
    write(NODES.replace("50", "old"))


def not_a_number(path, write):
    write(NODES.replace("50", "nan"))


def huge_number(path, write):
    write(NODES.replace("50", "1e60"))


def missing_number(path, write):
    write(NODES.replace("50", ""))


def no_id(path, write):
    write(NODES.replace("c,x", ",x"))


def unknown_label(path, write):
    write(NODES.replace("d,y", "d,z"))


def unknown_split(path, write):
    write(NODES.replace("y,val", "y,dev"))


def split_without_label(path, write):
    write(NODES.replace("d,y", "d,"))


def empty_split(path, write):
    write(NODES.replace("y,val", "y,"))


def no_labels(path, write):
    write("id,age\na,1\nb,2\n", "source,target\n")


def one_class(path, write):
    write(NODES.replace("b,y", "b,x"))


def too_few(path, write):
    write("id,label\na,x\nb,x\nc,y\nd,y\n", "source,target\n")


def no_nodes(path, write):
    write("id,label\n", "source,target\n")


def missing_part(path, write):
    write_planetoid(path / "raw")
    (path / "raw/ind.tiny.ally").unlink()


def damaged_part(path, write):
    write_planetoid(path / "raw")
    (path / "raw/ind.tiny.allx").write_bytes(b"nothing of the kind")


def other_part(path, write):
    write_planetoid(path / "raw", graph={0: [1000]})


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (no_folder, r"nodes\.csv is missing: data\.path"),
        (no_edges_file, r"edges\.csv is missing: data\.path"),
        (no_id_column, r"nodes\.csv has no column id"),
        (no_source_column, r"edges\.csv has no column source"),
        (columns_alike, r"nodes\.csv:1: each column needs a name of its own"),
        (short_row, r"nodes\.csv:3 has 4 cells, not 5"),
        (not_utf8, r"nodes\.csv:4 is not UTF-8: save"),
        (no_id, r"nodes\.csv:4 has no id: give it one"),
        (duplicate_id, r"nodes\.csv:4: the id 'a' is taken by an earlier row"),
        (unknown_node, r"edges\.csv:4: nodes\.csv has no id 'z'"),
        (word_among_numbers, r"nodes\.csv:3: 'old' in column age is not a number"),
        (not_a_number, r"nodes\.csv:3: 'nan' in column age is not a number"),
        (huge_number, r"nodes\.csv:3: '1e60' in column age is not a number below 1e\+30"),
        (missing_number, r"nodes\.csv:3: '' in column age is not a number"),
        (unknown_label, r"nodes\.csv:5 has the label 'z', which no training example has"),
        (unknown_split, r"nodes\.csv:5: the split is train, val, test or empty, not 'dev'"),
        (split_without_label, r"nodes\.csv:5 is in the split val without a label"),
        (empty_split, r"nodes\.csv:2 and on: no node is in the split val"),
        (no_labels, r"nodes\.csv:2 and on: no node has a label: fill the column label"),
        (one_class, r"nodes\.csv:2 and on: all training labels are 'x'"),
        (too_few, r"nodes\.csv:2 and on: too few examples .* 'y' has 2: add some"),
        (no_nodes, r"nodes\.csv has no rows"),
        (missing_part, r"ind\.tiny\.ally is missing"),
        (damaged_part, r"ind\.tiny\.\* cannot be read"),
        (other_part, "has a node that cannot be"),
    ],
)
def test_unusable_data_is_explained(path_settings, tmp_path, write, prepare, words):
    prepare(tmp_path, write)
    with pytest.raises(DataError, match=words) as caught:
        load_data(path_settings, seed=0)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("column", "words"), [("town", "has no column town"), ("label", "label is no feature")]
)
def test_a_column_that_is_to_be_categorical_must_be_a_feature(path_settings, write, column, words):
    write()
    with pytest.raises(DataError, match=words):
        load_data(replace(path_settings, categorical=[column]), seed=0)


def test_prediction_takes_folders_of_graphs_and_a_pipe(path_settings, write, tmp_path, monkeypatch):
    write()
    info = load_data(path_settings, seed=0).info
    folders = [tmp_path / "others" / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir(parents=True)
        write(folder=folder)
    first = [f"{folder}:a" for folder in folders]
    assert [names[0] for names, _ in read_inputs([tmp_path / "others"], info)] == first
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{folder}\n" for folder in folders)))
    assert [names[0] for names, _ in read_inputs([Path("-")], info)] == first


def test_the_summary_says_what_was_read_and_what_looks_wrong(path_settings, write, tmp_path):
    write(NODES.replace("1.5", "0.5").replace("2.5", "0.5").replace("1.0", "0.5"))
    lines = [*summarize(load_data(path_settings, seed=0))]
    nodes = tmp_path / "nodes.csv"
    for line in (
        "        train  validation  test  unused",
        "x           2           0     1       0",
        "y           1           1     0       0",
        "(none)      0           0     0       1",
        "all         3           1     1       1",
        "edges      0     0.5     2",
        f"  x: {nodes}:2 age 30, height 0.5, edges 1",
        "- fewer than 10 training examples of x, y",
        "- no validation example of x",
        f"- 3 without an edge: {nodes}:5 (validation), {nodes}:6 (test), {nodes}:7 (unused)",
        "- the same for all nodes: feature height",
    ):
        assert line in lines


def test_a_hub_has_no_single_graphs(path_settings):
    with pytest.raises(DataError, match=r"hf:cora is a hub's: .* save nodes\.csv and edges\.csv"):
        load_data(replace(path_settings, path=Path("hf:cora")), seed=0)


@pytest.mark.parametrize("seed", range(3))
def test_classes_have_the_same_share_in_every_split(path_settings, write, seed):
    """A rare class may be missing from a split that is drawn without regard to the classes."""
    rows = [f"{node},{'rare' if node % 8 == 0 else 'usual'}" for node in range(80)]
    write("\n".join(["id,label", *rows]), "source,target\n")
    data = load_data(replace(path_settings, held_out=0.2), seed=seed)
    targets = [only(loader)[1] for loader in (data.train, data.validation, data.test)]
    counts = [target[target != IGNORED].bincount().tolist() for target in targets]
    assert counts[2] == [2, 14]
    assert sorted(counts[1]) in ([1, 12], [2, 11])
    assert [sum(column) for column in zip(*counts, strict=True)] == [10, 70]
