"""Features of edges, which this model does not use: that is said, with what to do."""

# ruff: noqa: F811 -- fixtures have the names of their imports

from test_own_data import load, write  # noqa: F401


def test_features_of_edges_are_not_used_and_it_is_said_once(load, write, capsys):
    # jinja: if output == "pair"
    write(edges="source,target,length,kind\na,b,1,x\nb,c,2,y\nc,d,3,y\nd,e,1,x\ne,f,2,y\n")
    what = "edges.csv: graphsage does not use the features of edges length, kind: choose g"
    # jinja: elif form == "graph"
    write(edges="source,target,length,kind\na,b,1,x\nb,c,2,y\n")
    what = "edges.csv: graphsage does not use the features of edges length, kind: choose g"
    # jinja: else
    write(edge_labels="k\n" * 24)
    what = "graphsage does not use the features of edges edge label 1: choose g"
    # jinja: endif
    inputs, _ = next(iter(load().train))
    assert all(len(tensor) != inputs[1].size(1) for tensor in inputs), "features of edges"
    load()
    (note,) = capsys.readouterr().err.splitlines()
    assert what in note
