"""Features of edges, which this model does not use: that is said, with what to do."""

# ruff: noqa: F811 -- fixtures have the names of their imports

from test_own_data import load, only, write  # noqa: F401


def test_columns_of_edges_are_not_used_and_it_is_said_once(load, write, capsys):
    write(edges="source,target,length,kind\na,b,1,x\nb,c,2,y\n")
    inputs, _ = only(load().train)
    load()
    assert len(inputs) == 2
    (note,) = capsys.readouterr().err.splitlines()
    assert "edges.csv: graphsage does not use the features of edges length, kind: choose g" in note
