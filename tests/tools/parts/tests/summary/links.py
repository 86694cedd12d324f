"""What `show data` says of the edges of a graph: how many each split has, and what looks wrong."""

from test_own_data import NAMED, NODES, load, write  # noqa: F401

from package.tools.summary import summarize


def test_the_summary_says_what_was_read_and_what_looks_wrong(load, write):
    nodes = NODES.replace("1.5", "0.5").replace("2.5", "0.5").replace("1.0", "0.5") + "g,3,0.5\n"
    write(nodes, NAMED)
    lines = [*summarize(load())]
    for line in (
        "         train  validation  test",
        "edge         3           1     1",
        "no edge      0           1     1",
        "all          3           2     2",
        "fewer edges of its two ends      0       1     1",
        "  edge: a - b training edges at its ends: 1 and 2",
        "- fewer than 10 training examples of edge",
        "- the same for all nodes: feature height",
        "- nodes without an edge (1): g",
    ):
        assert line in lines, lines
