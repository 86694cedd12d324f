"""Files of numbers without a header: each row is that of the node or graph of its number."""

from package.engine.rows import read_rows


def test_rows_without_anything_keep_the_place_of_those_behind_them(tmp_path):
    """Were they stripped at the start, each graph would get the label of the next one."""
    path = tmp_path / "labels.txt"
    path.write_text("\n1, 2\n\n3\n\n\n")
    assert read_rows(path) == [[""], ["1", "2"], [""], ["3"]]
