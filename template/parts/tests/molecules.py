"""Molecules of one's own: how SMILES in a table become graphs, and which faults are explained."""

from dataclasses import replace

import pytest
import targets
import torch

from package.data import load_data, read_inputs
from package.engine.labels import DataError

SMILES = ["CCO", "c1ccccc1", "CC(=O)[O-].[Na+]", "C", "C#N", "CC(C)=O", "C1CC1", "OCC", "N", "Cl"]
LABELS = [targets.make_text(number % 4) for number in range(30)]


@pytest.fixture
def load(settings, tmp_path):
    """``load(smiles, labels)`` reads a table of these."""

    def load(smiles=SMILES, labels=LABELS, info=None, extra=("", ""), **changes):
        rows = zip(3 * smiles, labels, strict=True)
        lines = [f"smiles,label{extra[0]}", *(f'{s},"{label}"{extra[1]}' for s, label in rows)]
        (tmp_path / "some.csv").write_text("\n".join(lines))
        own = replace(settings.data, path=tmp_path / "some.csv", batch_size=4, held_out=0.3)
        return load_data(replace(own, **changes), 0, info)

    return load


@pytest.fixture
def predict(tmp_path):
    def predict(text, info, faults=None):
        (tmp_path / "more.csv").write_text(text)
        return list(read_inputs([tmp_path / "more.csv"], info, faults))

    return predict


def test_molecules_are_graphs_of_atoms_and_bonds(load, predict):
    info = load().info
    ((rows, (x, edge_index, _, sizes, *rest)),) = predict(
        "smiles\nOCC\nCCO\nC\n[Na+].CC(=O)[O-]\n[CH3][CH2][OH]\n", info
    )
    assert [row["smiles"] for row in rows][:4] == ["OCC", "CCO", "C", "[Na+].CC(=O)[O-]"]
    assert sizes.tolist() == [3, 3, 1, 5, 3], "a salt is one graph"
    assert edge_index[:, :4].T.tolist() == [[0, 1], [1, 0], [1, 2], [2, 1]]
    assert edge_index[:, 8:].min() == 8, "a bond to another part of the salt, or molecule"
    # jinja: if edges == "features"
    edge_attr = rest[-1]
    assert edge_attr.shape == (18, info["num_edge_features"])
    assert not torch.equal(edge_attr[8], edge_attr[10]), "bonds are all of one kind"
    assert torch.equal(edge_attr[0::2], edge_attr[1::2])
    assert {*info["edge_vocabulary"]} == {"bond type", "bond conjugated", "bond in a ring"}
    # jinja: else
    assert not rest
    # jinja: endif
    assert torch.equal(x[:3].flip(0), x[3:6]), "the same molecule, written from its other end"
    assert torch.equal(x[12:], x[3:6]), "the same molecule, with its hydrogens written out"
    assert len({tuple(row) for row in x[:3].tolist()}) == 3


def test_splits_that_the_table_names_are_kept(load, settings, tmp_path):
    load()
    first, *rows = (tmp_path / "some.csv").read_text().splitlines()
    names = ["train"] * 24 + ["dev"] * 3 + ["test"] * 2 + [""]
    lines = [f"{row},{name}" for row, name in zip(rows, names, strict=True)]
    (tmp_path / "named.csv").write_text("\n".join([f"{first},split", *lines]))
    own = replace(settings.data, path=tmp_path / "named.csv", batch_size=4)
    data = load_data(own, 0)
    sizes = [len(loader.dataset) for loader in (data.train, data.validation, data.test)]
    assert sizes == [24, 3, 2]
    data = load_data(replace(own, fold=(1, 3)), 0)
    sizes = [len(loader.dataset) for loader in (data.train, data.validation, data.test)]
    assert sizes == [18, 9, 2]


def test_prediction_goes_on_past_what_is_no_molecule(load, predict):
    """And keeps the other columns, in a table without labels as well."""
    info, faults = load().info, []
    ((rows, inputs),) = predict("note,smiles\na,CC\nb,CX\nc,\nd,C\n", info, faults)
    assert [row["note"] for row in rows] == ["a", "d"]
    assert inputs[3].tolist() == [2, 1]
    assert len(faults) == 2
    assert str(faults[0]).endswith("csv:3: 'CX' is no molecule in SMILES: fix or remove the row")
    assert str(faults[1]).endswith("more.csv:4 has no SMILES: fill it in, or remove the row")
    assert predict("smiles\nCX\n", info, []) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"smiles": [*SMILES[:9], "C(C"]}, r"csv:11: 'C\(C' is no molecule in SMILES: fix or re"),
        ({"smiles": [*SMILES[:9], ""]}, r"csv:11 has no SMILES: fill it in, or remove the row"),
        ({"columns": ("smile", "label")}, r"has no column 'smile' but smiles, label: name SMIL"),
        ({"extra": (",split", ",dev2")}, r"csv:2: the split is train, val, test or empty, not 'd"),
        ({"extra": (",split", ",train")}, "one of the splits train, val and test has no graph: na"),
    ],
)
def test_unusable_tables_are_explained(load, changes, words):
    with pytest.raises(DataError, match=words):
        load(**changes)


def test_nothing_is_said_but_by_us(load, capfd):
    with pytest.raises(DataError):
        load(smiles=[*SMILES[:9], "CX"])
    assert "RDKit" not in capfd.readouterr().err
