"""Graphs of one's own: how tables and Planetoid files are read, and which faults are explained."""

import io
import pickle
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
import torch
from torch.testing import assert_close

from package.cli import main
from package.data import load_data, read_inputs
from package.engine import labels
from package.engine.labels import DataError
from package.engine.links import draw_pairs

NODES = """\
id,age,height
a,30,1.5
b,50,1.5
c,40,1.5
d,90,2.5
e,10,0.5
f,20,1.0
"""
EDGES = "source,target\na,b\nb,c\nc,d\nd,e\ne,f\n"
NAMED = "source,target,split\na,b,train\nb,c,train\nc,d,val\nd,e,test\ne,f,train\n"


@pytest.fixture
def load(settings, tmp_path):
    """``load(**settings)`` reads what was written in the folder of the test, or elsewhere."""
    labels.told.clear()
    own = replace(settings.data, path=tmp_path)
    return lambda seed=0, info=None, **changes: load_data(replace(own, **changes), seed, info)


@pytest.fixture
def write(tmp_path):
    """``write(nodes, edges)`` writes the two tables; without nodes, the one of edges alone."""

    def write(nodes=NODES, edges=EDGES, folder=tmp_path):
        for name, text in (("nodes", nodes), ("edges", edges)):
            if text is not None:
                content = text if isinstance(text, bytes) else text.encode()
                (folder / f"{name}.csv").write_bytes(content)

    return write


def predicted(data, loader):
    """Names of the pairs with an edge that a split is about."""
    data.sampler.set_epoch(1)
    found = []
    for (_, _, pairs, *_), target in loader:
        for one, other in pairs[:, target == 1].T.tolist():
            found.append(data.graph.names[one] + data.graph.names[other])
    return sorted(found)


# Another format: write a graph in it as below, and try what is tried of the formats that are here.
def test_tables_are_read(load, write):
    write(edges=NAMED + "c,b,train\nf,f,test\n")
    data = load()
    assert predicted(data, data.train) == ["ab", "bc", "ef"]
    assert predicted(data, data.validation) == ["cd"]
    assert predicted(data, data.test) == ["de"]
    (x, *_), _ = next(iter(data.train))
    ages = torch.tensor([30, 50, 40, 90, 10, 20.0])
    assert_close(x[:, 0], (ages - 40) / ages.std(correction=0))


def test_a_table_of_nodes_need_not_be_there(load, write):
    write(nodes=None)
    data = load()
    assert data.graph.names == [*"abcdef"]
    assert (data.info["num_features"], data.info["num_categories"]) == (0, 7)
    assert sorted(data.graph.edges.T.tolist())[:3] == [[0, 1], [1, 0], [1, 2]]


def test_a_directed_graph_keeps_its_directions(load, write):
    write(edges=NAMED.replace("b,c", "c,b"))
    data = load(directed=True)
    assert predicted(data, data.train) == ["ab", "cb", "ef"]
    messages = {tuple(edge) for (_, edges, *_), _ in data.test for edge in edges.T.tolist()}
    assert messages == {(0, 1), (2, 1), (2, 3), (4, 5)}


@pytest.mark.parametrize("name", ["valid", "validation", "dev"])
def test_validation_may_be_called_otherwise(load, write, name):
    write(edges=NAMED.replace(",val", f",{name}"))
    data = load()
    assert predicted(data, data.validation) == ["cd"]


def test_splits_are_drawn_where_none_are_named(load, write):
    edges = "\n".join(f"{n},{(n + step) % 50}" for n in range(50) for step in (1, 2))
    write(nodes=None, edges=f"source,target\n{edges}\n")
    known, shares = [], {"validation": 0.05, "test": 0.1}
    for changed in ({}, {"seed": 1}, {"split_seed": 1}):
        data = load(**shares, **changed)
        splits = [predicted(data, each) for each in (data.train, data.validation, data.test)]
        assert [len(split) for split in splits] == [85, 5, 10]
        known.append(splits)
    assert known[0] == known[1]
    assert known[0] != known[2]
    data = load(validation=0.2, test=0.3)
    splits = [predicted(data, each) for each in (data.train, data.validation, data.test)]
    assert [len(split) for split in splits] == [50, 20, 30]


def test_what_is_left_out_is_said_once(load, write, capsys):
    nodes = "id,split\n" + "".join(f"{name},train\n" for name in "abcdef")
    write(nodes, edges=EDGES + "a,b\nb,a\nd,d\n")
    load()
    load()
    notes = capsys.readouterr().err.splitlines()
    assert len(notes) == 2, notes
    assert "1 edges from a node to itself and 1 edges that stand there twice are left" in notes[0]
    assert "the splits of nodes are not used" in notes[1]


def test_of_a_nearly_complete_graph_few_other_pairs_are_left(load, write, capsys):
    """As many targets as pairs that were drawn, and some of them for each split."""
    edges = [f"{a},{b}" for a in range(10) for b in range(a) if (a, b) not in {(1, 0), (3, 2)}]
    missing = {"90", "85", "73", "62", "71", "94"}
    edges = [edge for edge in edges if edge.replace(",", "") not in missing]
    write(nodes=None, edges="\n".join(["source,target", *edges]))
    data = load(validation=0.2, test=0.2)
    assert "pairs without an edge for" in capsys.readouterr().err
    counts = []
    for loader in (data.train, data.validation, data.test):
        batches = [*loader]
        assert all(len(target) == pairs.size(1) for (_, _, pairs, *_), target in batches)
        counts.append(sum(int((target == 0).sum()) for _, target in batches))
    assert min(counts) >= 1
    assert sum(counts) <= 8, "there are no more pairs without an edge"


def test_a_complete_graph_has_nothing_to_tell_edges_from(load, write):
    edges = [f"{a},{b}" for a in range(6) for b in range(a)]
    write(nodes=None, edges="\n".join(["source,target", *edges]))
    with pytest.raises(DataError, match="nearly all pairs of nodes have an edge: there are too f"):
        load()


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("num_nodes", [5, 100])
def test_each_free_pair_is_drawn_as_often_as_any_other(directed, num_nodes):
    """Whether the few that are left are listed, or found among many by trying."""
    taken = torch.tensor([1, 2 * num_nodes + 3])  # 0 to 1, and 2 to 3
    counts = torch.zeros(num_nodes, num_nodes)
    for seed in range(400):
        generator = torch.Generator().manual_seed(seed)
        pairs = draw_pairs(4, num_nodes, taken, directed, generator)
        assert pairs.shape == (2, 4)
        counts.index_put_((pairs[0], pairs[1]), torch.ones(4), accumulate=True)
    assert not counts.diagonal().any()
    assert not counts[[0, 2], [1, 3]].any()
    assert counts.tril().any() == directed, "both directions are one pair, unless directed"
    if num_nodes == 5:
        free = counts[counts > 0]
        assert len(free) == (18 if directed else 8)
        assert free.min() > 0.6 * free.mean()
    else:
        thirds = [counts[part].sum() for part in torch.arange(99).split(33)]
        expected = 1600 / 3 if directed else 1600 * torch.tensor([5, 3, 1]) / 9
        assert_close(torch.stack(thirds) / expected, torch.ones(3), atol=0.3, rtol=0)


def test_other_data_is_prepared_as_the_checkpoint_remembers(load, write):
    write()
    remembered = load().info
    write(NODES.replace("a,30", "a,99"))
    data = load(info=remembered)
    assert data.info == remembered
    write(NODES.replace("age", "weight"))
    with pytest.raises(DataError, match="age"):
        load(info=remembered)


def test_numbers_that_are_codes_can_be_categories(load, write):
    write()
    data = load(categorical=["age", "height"])
    (x, *_), _ = next(iter(data.train))
    assert x.dtype == torch.int64
    assert not set(x[:, 0].tolist()) & set(x[:, 1].tolist()), "columns share an embedding"


def test_what_is_to_be_a_category_must_be_there(load, write):
    write(nodes=None)
    with pytest.raises(DataError, match=r"nodes\.csv is missing, whose column age is a category: "):
        load(categorical=["age"])


def test_prediction_prepares_nodes_as_training_does_and_sends_along_every_edge(
    load, write, tmp_path
):
    write()
    data = load()
    (tmp_path / "pairs.csv").write_text("target,source,why\nd,a,x\nb,f,y\n")
    ((rows, (x, edge_index, pairs, *_)),) = read_inputs([tmp_path], data.info)
    place = f"{tmp_path / 'pairs.csv'}:2"
    assert rows[0] == {"name": place, "source": "a", "target": "d", "why": "x"}
    assert pairs.tolist() == [[0, 5], [3, 1]]
    assert torch.equal(edge_index, data.graph.edges)
    assert torch.equal(x, next(iter(data.train))[0][0])


def test_new_pairs_of_a_node_are_all_that_it_has_no_edge_to(load, write, tmp_path):
    write()
    info = load().info
    ((rows, (_, _, pairs, *_)),) = read_inputs([tmp_path], info, node="b")
    assert [row["target"] for row in rows] == ["d", "e", "f"], "the node itself, or an edge of it"
    assert pairs.tolist() == [[1, 1, 1], [3, 4, 5]]
    info = load(directed=True).info
    ((rows, _),) = read_inputs([tmp_path], info, node="b")
    assert [row["target"] for row in rows] == [*"adef"], "the edge from a leads to it, not from it"
    with pytest.raises(DataError, match="has no node 'z': name one that it has"):
        list(read_inputs([tmp_path], info, node="z"))


def test_the_best_new_pairs_come_first(workplace, short_settings, capsys):
    folder, device = short_settings.data.path, "--training.device=cpu"

    def rows_of(*arguments):
        with suppress(SystemExit):
            main([str(argument) for argument in (*arguments, device)])
        return [row.split(":", 1)[1].split(",") for row in capsys.readouterr().out.split()[1:]]

    with suppress(SystemExit):
        main(["train", "--data.path", str(folder), "--epochs=2", "--report=no", device])
    capsys.readouterr()
    ranked = rows_of("predict", folder, "--node", 3, "--best", 4)
    scores = [float(score) for *_, score in ranked]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)
    every = rows_of("predict", folder, "--node", 3, "--best", 1000)
    assert every[:4] == ranked
    assert float(every[-1][-1]) == min(float(score) for *_, score in every)
    assert rows_of("predict", "--node", 3, "--best", 4) == ranked, "not of what it was trained on"


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (None, r"pairs\.csv is missing: name pairs there, by source and target, or let --node h"),
        ("source,target\na,z\n", r"pairs\.csv:2: nodes\.csv has no id 'z'"),
        ("from,to\na,b\n", r"pairs\.csv has no column 'source'"),
    ],
)
def test_pairs_that_cannot_be_read_are_explained(load, write, tmp_path, pairs, words):
    write()
    info = load().info
    if pairs:
        (tmp_path / "pairs.csv").write_text(pairs)
    with pytest.raises(DataError, match=words) as caught:
        list(read_inputs([tmp_path], info))
    assert "\n" not in str(caught.value)


def test_prediction_takes_folders_of_graphs_and_a_pipe(load, write, tmp_path, monkeypatch):
    write()
    info = load().info
    folders = [tmp_path / "others" / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir(parents=True)
        write(folder=folder)
        (folder / "pairs.csv").write_text("source,target\na,c\n")
    first = [f"{folder}/pairs.csv:2" for folder in folders]
    assert [rows[0]["name"] for rows, _ in read_inputs([tmp_path / "others"], info)] == first
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{folder}\n" for folder in folders)))
    assert [rows[0]["name"] for rows, _ in read_inputs([Path("-")], info)] == first


def test_planetoid_files_are_read_and_left_alone(load, tmp_path):
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
    folder = tmp_path / "tiny"
    folder.mkdir()
    for name, part in parts.items():
        with (folder / f"ind.tiny.{name}").open("wb") as file:
            pickle.dump(part, file)
    (folder / "ind.tiny.test.index").write_text("".join(f"{n}\n" for n in range(510, 530)))
    before = sorted(tmp_path.rglob("*"))
    data = load(path=folder, validation=0.05, test=0.1)
    assert sorted(tmp_path.rglob("*")) == before
    (features, *_), _ = next(iter(data.train))
    assert_close(features, torch.from_numpy((x - x.mean(axis=0)) / x.std(axis=0)))
    counts = [len(predicted(data, each)) for each in (data.train, data.validation, data.test)]
    assert counts == [530 - 26 - 53, 26, 53]


@pytest.mark.parametrize(
    ("nodes", "edges", "words"),
    [
        (NODES.replace("id", "name"), EDGES, r"nodes\.csv has no column 'id'"),
        (NODES, EDGES.replace("source", "from"), r"edges\.csv has no column 'source'"),
        (NODES.replace("\nc,", "\n,"), EDGES, r"nodes\.csv:4 has no id: give it one"),
        (NODES.replace("\nc,", "\na,"), EDGES, r"csv:4: the id 'a' is taken by an earlier row"),
        (NODES, EDGES.replace("c,d", "c,z"), r"edges\.csv:4: nodes\.csv has no id 'z'"),
        (NODES.replace("50", "old"), EDGES, r"csv:3: 'old' in column age is not a number"),
        ("id,age\na,\nb,\nc,\nd,\ne,\nf,\n", EDGES, "no node has a number in column age: fill in"),
        (NODES, NAMED.replace(",val", ",held"), r"csv:4: the split is train, val or test, not 'h"),
        (NODES, NAMED.replace(",val", ","), r"csv:4: the split is train, val or test, not ''"),
        (NODES, NAMED.replace(",val", ",test"), r"edges\.csv: no edge is in the split val: name s"),
        (NODES, NAMED + "d,c,train\n", r"csv:\d: an earlier or later row has this edge in another"),
        (NODES, "source,target\na,b\nb,c\n", "2 edges are too few to hold out some for validat"),
        (NODES, "source,target\n", "0 edges are too few to hold out some for validation and test"),
    ],
)
def test_unusable_tables_are_explained(load, write, nodes, edges, words):
    write(nodes, edges)
    with pytest.raises(DataError, match=words) as caught:
        load()
    assert "\n" not in str(caught.value)


def test_a_table_that_is_not_there_is_named(load, write):
    write(edges=None)
    with pytest.raises(DataError, match=r"edges\.csv is missing: data\.path"):
        load()


def test_a_hub_has_no_single_graphs(load):
    with pytest.raises(DataError, match=r"hf:cora is a hub's: .* save nodes\.csv and edges\.csv"):
        load(path=Path("hf:cora"))
