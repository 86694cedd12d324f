"""What `show data` says of tagged words: what was read, and what looks wrong."""

from test_own_data import load, make_texts, save  # noqa: F401

from package.tools.summary import summarize


def test_the_summary_says_what_was_read_and_what_looks_wrong(load, tmp_path):
    ann = (["Ann", "and", "Bo", "Li"], ["B-person", "O", "B-person", "I-person"])
    save(tmp_path / "train.conll", [*make_texts(30), ann])
    save(tmp_path / "val.conll", [ann, (["Rome"], ["B-place"])])
    save(tmp_path / "test.conll", [(["Rome"] * 40, ["O"] * 40), (["Bo"], ["B-place"])])
    lines = [*summarize(load(max_length=8))]
    for line in (
        "        train  validation  test",
        "place      30           1     1",
        "person      2           2     0",
        "all        31           2     2",
        "words         1       7    40",
        f"  person: {tmp_path}/train.conll:285 Ann/B-person and Bo/B-person Li/I-person",
        "- out of balance: 30 training examples of place, 2 of person",
        "- fewer than 10 training examples of person",
        "- no test example of person",
        f"- 1 with a copy in another split: {tmp_path}/train.conll:285 (train, B-person O B-person "
        f"I-person) = {tmp_path}/val.conll:5 (validation, B-person O B-person I-person)",
    ):
        assert line in lines, lines
    assert not any("longer" in line for line in lines), "nothing is lost of long texts"
