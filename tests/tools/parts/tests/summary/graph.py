"""What `show data` says of a graph: what was read, and what looks wrong."""

from test_own_data import NODES, load, write  # noqa: F401

from package.tools.summary import summarize


def test_the_summary_says_what_was_read_and_what_looks_wrong(load, write, tmp_path):
    write(NODES.replace("1.5", "0.5").replace("2.5", "0.5").replace("1.0", "0.5"))
    lines = [*summarize(load())]
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
        f"- 3 without an edge to it: {nodes}:5 (validation), {nodes}:6 (test), {nodes}:7 (unused)",
        "- the same for all nodes: feature height",
    ):
        assert line in lines
