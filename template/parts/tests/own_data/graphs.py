"""Graphs of one's own: how a TUDataset folder is read, and which faults are explained."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from package import sources
from package.data import collate, load_data, read_inputs
from package.engine.labels import DataError
from package.model import build_model
from package.objective import num_outputs
from package.targets import describe_labels, encode_labels

NUM_GRAPHS = 12  # in turn a pair, a path of three, and a node alone
# jinja: if target == "numbers"
FILE, ONE, OTHER = "graph_attributes", "1.5", "4"  # what holds labels, and two of them
UNKNOWN_LABEL = "c", r"graph_attributes\.txt:9: 'c' in column label is not a number"


# jinja: else
FILE, ONE, OTHER = "graph_labels", "a", "b"  # what holds labels, and two of them
UNKNOWN_LABEL = "c", r"graph_labels\.txt:9 has the label 'c', which the model is not trained for"


# jinja: endif


@pytest.fixture
def load(settings, tmp_path, monkeypatch):
    """``load(info)`` reads what was written in the folder of the test, and adds nothing to it."""
    add = sources.with_features  # where features of your own are computed

    def as_in_files(graphs):
        return graphs if graphs.words or graphs.numbers.size(1) else add(graphs)

    monkeypatch.setattr(sources, "with_features", as_in_files)
    own = replace(settings.data, path=tmp_path, batch_size=4, held_out=0.25)
    return lambda info=None: load_data(own, 0, info)


@pytest.fixture
def write(tmp_path):
    """``write(name=text)`` writes a data set called TOY, the named files with that text."""

    def write(folder=tmp_path, **changes):
        edges, indicator, words, first = [], [], [], 1
        for number in range(NUM_GRAPHS):
            size = (2, 3, 1)[number % 3]
            indicator += [number + 1] * size
            words += range(size)
            for node in range(first, first + size - 1):
                edges += [f"{node}, {node + 1}", f"{node + 1}, {node}"]
            first += size
        files = {
            "A": "\n".join(edges),
            "graph_indicator": "\n".join(map(str, indicator)),
            FILE: "\n".join((ONE, OTHER)[number % 2] for number in range(NUM_GRAPHS)),
            "node_labels": "\n".join(map(str, words)),
            **changes,
        }
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = folder / f"TOY_{name}.txt"
            if text is not None:
                path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return write


def splits_of(data):
    return [split.dataset for split in (data.train, data.validation, data.test)]


def examples_of(data):
    return [example for split in splits_of(data) for example in split]


def names_of(data):
    """The training labels; what can be predicted is what a new reading of them tells."""
    labels = data.train.dataset.labels
    assert data.info.items() >= describe_labels(labels).items()
    return sorted(data.info.get("labels") or {label.text for label in labels})


# Another format: write graphs in it as below, and try what is tried of the formats that are here.
@pytest.mark.parametrize("folder", ["", "raw"])
def test_a_folder_is_read_and_left_alone(load, write, tmp_path, folder):
    write(tmp_path / folder)
    before = sorted(tmp_path.rglob("*"))
    data = load()
    assert sorted(tmp_path.rglob("*")) == before
    assert names_of(data) == [ONE, OTHER]
    assert (data.info["num_features"], data.info["num_categories"]) == (0, 4)
    examples = examples_of(data)
    assert len(examples) == NUM_GRAPHS
    for x, edge_index, *_ in examples:
        assert x.dtype == edge_index.dtype == torch.int64
        assert x.flatten().tolist() == list(range(1, len(x) + 1))
        steps = {(node, node + 1) for node in range(len(x) - 1)}
        found = {tuple(edge) for edge in edge_index.T.tolist()}
        assert found == steps | {(end, start) for start, end in steps}
    assert sorted(len(x) for x, *_ in examples) == sorted([2, 3, 1] * (NUM_GRAPHS // 3))
    labels = [label for split in splits_of(data) for label in split.labels]
    assert sorted(label.text for label in labels) == [ONE] * 6 + [OTHER] * 6
    found = torch.stack([target for *_, target in examples])
    assert torch.equal(found, encode_labels(labels, data.info))


def test_numbers_of_nodes_are_scaled_by_the_training_graphs(load, write):
    attributes = "\n".join(f"{node}, 7" for node in range(24))
    write(node_labels=None, node_attributes=attributes)
    data = load()
    x = torch.cat([x for x, *_ in data.train.dataset])
    assert x.dtype == torch.float32
    assert_close(x.mean(dim=0), torch.zeros(2), atol=1e-5, rtol=0)
    assert_close(x.std(dim=0, correction=0), torch.tensor([1.0, 0.0]), atol=1e-5, rtol=0)


def test_categories_beside_numbers_are_one_hot(load, write):
    write(node_attributes="\n".join(map(str, range(24))))
    data = load()
    assert (data.info["num_features"], data.info["num_categories"]) == (1 + 3, 0)
    for x, *_ in examples_of(data):
        assert_close(x[:, 1:], torch.eye(3)[: len(x)])


def test_without_features_nodes_are_told_by_their_degree(load, write):
    write(node_labels=None)
    found = {0: set(), 1: set(), 2: set()}
    for x, edge_index, *_ in examples_of(load()):
        degrees = edge_index[0].bincount(minlength=len(x)).tolist()
        for degree, row in zip(degrees, x.tolist(), strict=True):
            found[degree].add(tuple(row))
    assert len(set.union(*found.values())) == sum(map(len, found.values())) >= 3


def test_loops_and_edges_listed_twice_count_once(load, write):
    write(A="1, 2\n2, 1\n1, 2\n2, 2\n")
    edges = [edge_index for _, edge_index, *_ in examples_of(load())]
    assert sum(edge_index.size(1) for edge_index in edges) == 2


def test_what_is_not_used_is_said_once(load, write, capsys):
    write(notes="1\n", A="1, 2\n1, 2\n2, 2\n")
    load()
    load()
    notes = capsys.readouterr().err.splitlines()
    assert len(notes) == 3, notes
    assert notes[0].endswith("not used: TOY_notes.txt")
    assert "1 edges from a node to itself and 1 edges that stand there twice are left" in notes[1]
    assert "1 of 1 edges lead one way only" in notes[2]


def test_a_missing_number_is_the_mean_of_the_training_graphs(load, write, capsys):
    rows = [f"{n}, " if n % 3 == 0 else f"{n}, 5" if n % 2 else f"{n}, 7" for n in range(24)]
    write(node_labels=None, node_attributes="\n".join(rows))
    x = torch.cat([x for x, *_ in load().train.dataset])
    assert (x[:, 1] == 0).any()
    assert_close(x.mean(dim=0), torch.zeros(2), atol=1e-5, rtol=0)
    assert "numbers missing (8) become the mean" in capsys.readouterr().err


def test_graphs_without_edges_or_nodes_train_as_well(load, write, settings):
    indicator = "\n".join(str(number) for number in range(1, NUM_GRAPHS) for _ in range(2))
    write(A="", graph_indicator=indicator, node_labels=None)
    data = load()
    # The one without nodes is the last: nothing but its size tells that it is there.
    inputs, _ = collate(sorted(examples_of(data), key=lambda example: -len(example[0])))
    assert inputs[3].tolist() == [2] * (NUM_GRAPHS - 1) + [0]
    outputs = build_model(settings.model, data.info, num_outputs(data.info))(*inputs)
    assert outputs.shape == (NUM_GRAPHS, num_outputs(data.info))
    assert outputs.isfinite().all()


def test_prediction_prepares_graphs_as_training_does(load, write, tmp_path):
    """Of other graphs as well, and with no label known."""
    write()
    data = load()
    write(tmp_path / "other", **{FILE: None})
    ((rows, (x, edge_index, graph, sizes, *_)),) = read_inputs([tmp_path / "other"], data.info)
    names = [f"{tmp_path / 'other'}:{number}" for number in range(1, NUM_GRAPHS + 1)]
    assert [row["name"] for row in rows] == names
    assert sizes.tolist() == [2, 3, 1] * (NUM_GRAPHS // 3)
    assert torch.equal(graph[edge_index[0]], graph[edge_index[1]])
    assert x[:6].flatten().tolist() == [1, 2, 1, 2, 3, 1]


def test_other_data_is_prepared_as_the_checkpoint_remembers(load, write):
    write()
    remembered = load().info
    write(node_labels="\n".join(["9"] * 24))
    data = load(remembered)
    assert data.info == remembered
    assert not examples_of(data)[0][0].any(), "what training has not seen is category 0"
    write(node_attributes="\n".join(["9"] * 24))
    with pytest.raises(DataError, match="1 node attributes: give it the same files"):
        load(remembered)
    other, words = UNKNOWN_LABEL
    write(**{FILE: f"{ONE}\n" * 8 + f"{other}\n" * 4})
    with pytest.raises(DataError, match=words):
        load(remembered)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"A": None}, "no folder that holds a TUDataset: NAME_A"),
        ({FILE: None}, rf"{FILE}\.txt is missing: add it, with (a label|numbers) for each"),
        ({"graph_indicator": None}, r"graph_indicator\.txt cannot be read"),
        ({"graph_indicator": ""}, r"graph_indicator\.txt has no rows"),
        ({"A": "1, 2\n2, 99"}, r"A\.txt:2: .* has no such node"),
        ({"A": "1, 2\n0, 1"}, r"A\.txt:2: .* has no such node"),
        ({"A": "1, 2\n2, 3"}, r"A\.txt:2 connects two graphs"),
        ({"A": "1, 2\n2"}, r"A\.txt:2: '2' is not the numbers of two nodes"),
        ({"A": "1, 2\n2, x"}, r"A\.txt:2: '2,x' is not the numbers of two nodes"),
        ({"A": "1, 2\n2, ü".encode("latin-1")}, r"A\.txt:2 is not UTF-8: save"),
        ({"graph_indicator": "1\n2\n1"}, r"graph_indicator\.txt:3: .* sort the nodes"),
        ({"graph_indicator": "1\n1\n99"}, r"\.txt has 12 rows, and .* names graph 99: give each"),
        ({"graph_indicator": "1\n\n2"}, r"graph_indicator\.txt:2: '' is not the number"),
        ({"A": f"1, 2\n2, {10**20}"}, r"A\.txt:2: .* is not the numbers of two nodes"),
        # jinja: if target == "classes"
        ({"graph_labels": "a\n" * NUM_GRAPHS}, r"graph_labels\.txt:\d+ and on: all .* 'a'"),
        (
            {"graph_labels": "a\n" * (NUM_GRAPHS - 1) + "b"},
            r"graph_labels\.txt:1 and on: too few examples .* 'b' has 1: add some",
        ),
        ({"graph_labels": "\n" + "a\nb\n" * 5 + "b"}, r"graph_labels\.txt:1 has no label"),
        # jinja: elif target == "labels"
        ({"graph_labels": ";\n" * NUM_GRAPHS}, r"graph_labels\.txt:\d+ and on: no training"),
        ({"graph_labels": "0, 1\n" * 3 + "0\n" * 9}, r"graph_labels\.txt:4 has 1 cells, not 2"),
        ({"graph_labels": "0, 1\n" * 3 + "0, 2\n" * 9}, r"txt:4: 'label_2' is '2', not 1, 0 or"),
        ({"graph_labels": "0, 1\n" * 3 + ",\n" * 9}, r"graph_labels\.txt:4 has no known label"),
        # jinja: elif target == "numbers"
        ({FILE: "7\n" * NUM_GRAPHS}, r"attributes\.txt:\d+ and on: all training numbers are 7"),
        ({FILE: "1\ntwo\n" * 6}, r"attributes\.txt:2: 'two' in column label is not a number"),
        ({FILE: "1\n1e40\n" * 6}, r"attributes\.txt:2: '1e40' in column label is not a number"),
        ({FILE: "1, 2\n" * 3 + "3\n" * 9}, r"graph_attributes\.txt:4 has 1 cells, not 2: fix it"),
        ({FILE: "1, 2\n" * 3 + "3, x\n" * 9}, r"attributes\.txt:4: 'x' in column label_2 is not"),
        ({FILE: "nan\n" * NUM_GRAPHS}, r"attributes\.txt:1 and on: no graph has a label: give"),
        ({FILE: "\n" * NUM_GRAPHS + "."}, r"txt:13: '.' in column label is not a number"),
        # jinja: endif
        ({"node_labels": "0\n1"}, r"node_labels\.txt has 2 rows for 24 nodes"),
        ({"node_labels": "0, 1\n" * 3 + "0\n" * 21}, r"node_labels\.txt:4 is not 2 labels"),
        ({"node_labels": "0\n" * 3 + "\n" + "0\n" * 20}, r"node_labels\.txt:4 is not 1 l"),
        ({"node_attributes": "nan\n" * 24}, "has a number in column 1 of the node attributes: fi"),
        ({"node_attributes": "1\n" * 3 + "1e60\n" * 21}, r"node_attributes\.txt:4 is not 1"),
        ({"node_attributes": "1\n" * 3 + "x\n" * 21}, r"node_attributes\.txt:4 is not 1 n"),
        ({"node_attributes": "1\n" * 3 + "1, 2\n" * 21}, r"node_attributes\.txt:4 is not 1 n"),
    ],
)
def test_unusable_data_is_explained(load, write, changes, words):
    write(**changes)
    with pytest.raises(DataError, match=words) as caught:
        load()
    assert "\n" not in str(caught.value)


# jinja: if target == "labels"
def test_labels_stand_in_one_cell_or_each_in_its_column(load, write):
    """A cell without labels is known, also in the last row; an empty one of several is not."""
    for cells, names, first in (
        (("war", "love; war", ""), ["love", "war"], 0.0),
        ((",1", "1, 1", "0,0"), ["label_1", "label_2"], float("nan")),
    ):
        write(graph_labels="".join(f"{cells[n % 3]}\n" for n in range(NUM_GRAPHS)))
        data = load()
        assert names_of(data) == names
        order = [names.index(name) for name in data.info["labels"]]
        expected = torch.tensor([[first, 1.0], [1.0, 1.0], [0.0, 0.0]])[:, order]
        for x, *_, target in examples_of(data):
            assert_close(target, expected[(2, 3, 1).index(len(x))], equal_nan=True)


# jinja: elif target == "numbers"
def test_a_row_may_hold_several_numbers_of_which_some_are_unknown(load, write):
    """A graph of which none is known is in no split, also if it is the last."""
    rows = [f"{n}, {'' if n % 4 == 1 else n / 2}" for n in range(NUM_GRAPHS)]
    write(**{FILE: "\n".join([*rows[:3], ",", *rows[4:11], ","])})
    data = load()
    assert data.info["target_columns"] == ["label_1", "label_2"]
    targets = [target.nan_to_num(-1.0).tolist() for *_, target in examples_of(data)]
    expected = [[n, -1.0 if n % 4 == 1 else n / 2] for n in range(NUM_GRAPHS) if n not in (3, 11)]
    assert sorted(targets) == expected


def test_a_graph_without_its_number_is_in_no_split(load, write):
    write(**{FILE: "1\nnan\n" + "2\n3\n" * 4 + "\n\n"})
    targets = [target for *_, target in examples_of(load())]
    assert sorted(torch.cat(targets).tolist()) == [1.0, *[2.0] * 4, *[3.0] * 4]


# jinja: endif
def test_prediction_takes_folders_of_graphs_and_a_pipe(load, write, tmp_path, monkeypatch):
    write()
    info = load().info
    folders = [tmp_path / "others" / name for name in ("one", "two")]
    for folder in folders:
        write(folder)
    first = [f"{folder}:1" for folder in folders]
    assert [rows[0]["name"] for rows, _ in read_inputs([tmp_path / "others"], info)] == first
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{folder}\n" for folder in folders)))
    assert [rows[0]["name"] for rows, _ in read_inputs([Path("-")], info)] == first


def test_large_numbers_keep_their_differences(load, write):
    """Dates in seconds, which float32 cannot tell apart before they are scaled."""
    write(node_labels=None, node_attributes="\n".join(str(1_700_000_061 + n) for n in range(24)))
    data = load()
    x = torch.cat([x for x, *_ in data.train.dataset])
    assert_close(x.mean(dim=0), torch.zeros(1), atol=1e-5, rtol=0)


def test_a_number_that_never_varies_is_only_centred(load, write):
    """Divided by a deviation that is nearly 0, another one in new data would be enormous."""
    write(node_labels=None, node_attributes="\n".join(["0.1, 0.3, 0.7"] * 24))
    info = load().info
    write(node_labels=None, node_attributes="\n".join(["0.3, 0.5, 0.9"] * 24))
    for x, *_ in examples_of(load(info)):
        assert_close(x, torch.full_like(x, 0.2))
