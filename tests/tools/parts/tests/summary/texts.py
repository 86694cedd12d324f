"""What `show data` says of texts: what was read, and what looks wrong."""

from test_own_data import load, make_rows, save  # noqa: F401

from package.tools.summary import summarize


def test_the_summary_says_what_was_read_and_what_looks_wrong(load, tmp_path):
    save(tmp_path / "train.csv", [*make_rows()[:4], *[(f"film {n}", "good") for n in range(40)]])
    save(tmp_path / "val.csv", [("text", "label"), ("film 1", "good"), ("film 2", "bad")])
    save(tmp_path / "test.csv", [("text", "label"), ("film " * 30, "good")])
    lines = [*summarize(load(max_length=28))]
    for line in (
        "      train  validation  test",
        "good     42           1     1",
        "bad       1           1     0",
        "all      43           2     1",
        "words       2       2    30",
        f'  good: {tmp_path / "train.csv"}:2 "Warm" and lovely, film number 0',
        "- out of balance: 42 training examples of good, 1 of bad",
        "- fewer than 10 training examples of bad",
        "- no test example of bad",
        f"- 1 longer than data.max_length, 28 tokens: {tmp_path / 'test.csv'}:2 (test)",
        f"- 1 with a copy labelled otherwise: {tmp_path / 'train.csv'}:7 (train, good) = "
        f"{tmp_path / 'val.csv'}:3 (validation, bad)",
        f"- 1 with a copy in another split: {tmp_path / 'train.csv'}:6 (train, good) = "
        f"{tmp_path / 'val.csv'}:2 (validation, good)",
    ):
        assert line in lines
