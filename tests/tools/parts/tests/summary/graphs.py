"""What `show data` says of graphs: what was read, and what looks wrong."""

from test_own_data import load, write  # noqa: F401

from package.tools.summary import summarize


def test_the_summary_says_what_was_read_and_what_looks_wrong(load, write, tmp_path):
    write(A="", node_attributes="\n".join(["1.5"] * 24))
    lines = [" ".join(line.split()) for line in summarize(load())]
    for line in (
        "nodes 1 2 3",
        "edges 0 0 0",
        "- fewer than 10 training examples of a, b",
        "- the same for all nodes: column 0 of the features",
    ):
        assert line in lines
    assert any(line.startswith("- 12 without an edge: ") for line in lines)
